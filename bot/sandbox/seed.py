"""The people, groups and channels a fresh sandbox starts with; frozen, so that tests and the demo agree on names."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.model import Channel, User, Usergroup

TEAM = "T01ACME"
PARTNER_TEAM = "T0PARTNER"
BOT_USER = "U0INTERLOCK"
BOT_ID = "B0INTERLOCK"
APP_ID = "A0INTERLOCK"
SLACKBOT = "USLACKBOT"
BOT_TOKEN = "xoxb-sandbox"
APP_TOKEN = "xapp-sandbox"
SIGNING_SECRET = "sandbox-signing-secret"


@dataclass(frozen=True, slots=True)
class Seed:
    team_id: str
    team_name: str
    team_domain: str
    users: tuple[User, ...]
    usergroups: tuple[Usergroup, ...]
    channels: tuple[Channel, ...]


def _person(id: str, name: str, real_name: str, hint: str) -> User:
    return User(id, name, real_name, TEAM, roles_hint=hint)


PEOPLE = (
    _person("U01DANA", "dana", "Dana", "deploy owner"),
    _person("U01RAVI", "ravi", "Ravi", "deploy owner"),
    _person("U01MIKA", "mika", "Mika", "sre"),
    _person("U01SAM", "sam", "Sam", "sre"),
    _person("U01LEE", "lee", "Lee", "developer"),
    _person("U01KEY", "kim", "Kim", "key custodian"),
    User("U01GUEST", "gus", "Gus", TEAM, is_restricted=True, roles_hint="multi-channel guest"),
    User("U0STRANGER", "stan", "Stan", PARTNER_TEAM, is_stranger=True, roles_hint="stranger from a shared channel"),
    User("U01GONE", "gene", "Gene", TEAM, deleted=True, roles_hint="deactivated"),
    User("UOTHERBOT", "otherbot", "Other Bot", TEAM, is_bot=True, bot_id="B0OTHER", app_id="A0OTHER", roles_hint="bot"),
    User(BOT_USER, "interlock", "Interlock", TEAM, is_bot=True, bot_id=BOT_ID, app_id=APP_ID, roles_hint="the bot"),
    User(SLACKBOT, "slackbot", "Slackbot", TEAM, roles_hint="Slack itself"),
)

_STAFF = ["U01DANA", "U01RAVI", "U01MIKA", "U01SAM", "U01LEE", "U01KEY"]

ACME = Seed(
    team_id=TEAM,
    team_name="Acme",
    team_domain="acme",
    users=PEOPLE,
    usergroups=(
        Usergroup("S01OWNERS", "owners", "Deploy owners", ["U01DANA", "U01RAVI"]),
        Usergroup("S01SRE", "sre", "Site reliability", ["U01MIKA", "U01SAM"]),
        Usergroup("S01CUSTODIANS", "custodians", "Key custodians", ["U01KEY"]),
    ),
    channels=(
        Channel("C01REL", "releases", [*_STAFF, "U01GUEST", "UOTHERBOT", BOT_USER], "Production releases"),
        Channel(
            "C01STG", "staging", [*_STAFF, "U01GUEST", "U0STRANGER", BOT_USER], "Staging releases", is_ext_shared=True
        ),
        Channel("C01GEN", "general", list(_STAFF), "Company-wide; the bot is not a member here"),
        Channel("C01PAY", "payload-team", [*_STAFF, BOT_USER], "A name that once made a parser lose requests"),
    ),
)
"""#staging is shared with a partner company, which is where Stan comes from; the bot is not in #general."""
