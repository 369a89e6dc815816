"""views.*: modals and the home tab, with one-time triggers, hashes and the stack of three."""

from __future__ import annotations

from bot.sandbox import shapes
from bot.sandbox.core import Core
from bot.sandbox.forms import make_view, replace_view
from bot.sandbox.model import Json, Trigger, View
from bot.sandbox.strict.views import ViewProblem
from bot.sandbox.webapi.call import ApiError, Call, invalid

MOST_STACKED = 3


def open_(core: Core, call: Call) -> Json:
    body = _body(call)
    trigger = _exchange(core, call)
    view = _made(core, trigger.user, body, "modal", None)
    core.state.modals[trigger.user] = [view]
    core.changes.note("views")
    return {"view": shapes.view(core.state, view)}


def push(core: Core, call: Call) -> Json:
    body = _body(call)
    trigger = _exchange(core, call)
    stack = core.state.modals.get(trigger.user, [])
    if trigger.view_id is None or not stack:
        raise ApiError("not_found")
    if len(stack) >= MOST_STACKED:
        raise ApiError("push_limit_reached")
    view = _made(core, trigger.user, body, "modal", stack[-1])
    stack.append(view)
    core.changes.note("views")
    return {"view": shapes.view(core.state, view)}


def update(core: Core, call: Call) -> Json:
    body = _body(call)
    view = core.state.view(call.text("view_id")) or core.state.view_by_external_id(call.text("external_id"))
    if view is None:
        raise ApiError("not_found")
    _check_hash(call, view)
    try:
        replace_view(core, view, body)
    except ViewProblem as problem:
        raise _refusal(problem) from problem
    core.changes.note("home" if view.type == "home" else "views")
    return {"view": shapes.view(core.state, view)}


def publish(core: Core, call: Call) -> Json:
    body = _body(call)
    user = core.state.users.get(call.required("user_id"))
    if user is None or user.is_bot:
        raise invalid("user_id is not a person of this workspace")
    published = core.state.homes.get(user.id)
    if published is None:
        published = core.state.homes[user.id] = _made(core, user.id, body, "home", None)
    else:
        _check_hash(call, published)
        try:
            replace_view(core, published, body)
        except ViewProblem as problem:
            raise _refusal(problem) from problem
    core.changes.note("home")
    return {"view": shapes.view(core.state, published)}


def _body(call: Call) -> Json:
    body = call.structure("view")
    if not isinstance(body, dict):
        raise invalid("view must be an object")
    return body


def _made(core: Core, user: str, body: Json, type: str, previous: View | None) -> View:
    try:
        return make_view(core, user, body, type, previous)
    except ViewProblem as problem:
        raise _refusal(problem) from problem


def _exchange(core: Core, call: Call) -> Trigger:
    """A trigger is good once, for three seconds after Slack sent it."""
    trigger = core.state.triggers.get(call.required("trigger_id"))
    if trigger is None:
        raise ApiError("invalid_trigger_id")
    if trigger.used:
        raise ApiError("exchanged_trigger_id")
    if core.clock.now() - trigger.made_at > core.settings.trigger_seconds:
        raise ApiError("expired_trigger_id")
    trigger.used = True
    return trigger


def _check_hash(call: Call, view: View) -> None:
    if call.text("hash") and call.text("hash") != view.hash:
        raise ApiError("hash_conflict")


def _refusal(problem: ViewProblem) -> ApiError:
    return ApiError(problem.code, response_metadata={"messages": [f"[ERROR] {one}" for one in problem.messages]})
