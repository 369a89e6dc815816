"""How the workspace's things look in Slack's JSON: the field names of `vendor/slack/api-shapes`."""

from bot.sandbox.shapes.content import bot_profile, file, message, thread, view
from bot.sandbox.shapes.directory import CREATED, channel, user, usergroup

__all__ = ["CREATED", "bot_profile", "channel", "file", "message", "thread", "user", "usergroup", "view"]
