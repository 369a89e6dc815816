"""Saying no to a request on a release: the refusal from its situation."""

from bot.domain.actions import Action
from bot.domain.rbac import covers, holders_of
from bot.domain.refusal import UNIDENTIFIED, Code, Refusal
from bot.domain.situation import Situation


def refuse(code: Code, at: Situation, subject: str = "", **more: object) -> Refusal:
    """A refusal that names the release."""
    return Refusal.model_validate({"code": code, "subject": subject, "release": at.release.id} | more)


def missing_scope(action: Action, at: Situation) -> Refusal | None:
    """The refusal for an actor without the action's scope in this service and environment."""
    return lacking(action.scope, at)


def lacking(scope: str, at: Situation) -> Refusal | None:
    """The refusal for an actor without a scope in this service and environment."""
    if covers(at.scopes, scope):
        return None
    release = at.release
    holders = holders_of(at.rbac, scope, release.service, release.environment)
    detail = UNIDENTIFIED if at.actor.is_unidentified else ""
    return refuse(Code.MISSING_SCOPE, at, scope, detail=detail, holders=holders)
