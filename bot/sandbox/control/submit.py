"""A person submits or closes a modal, or opens the home tab, and the screen follows the app's answer."""

from __future__ import annotations

from typing import Any

from bot.sandbox import forms
from bot.sandbox.control.act import answer
from bot.sandbox.control.asked import Refused, person
from bot.sandbox.core import Core
from bot.sandbox.delivery.answer import Asked
from bot.sandbox.model import Json, User, View
from bot.sandbox.strict.views import ViewProblem
from bot.sandbox.webapi.views import MOST_STACKED

REQUIRED = "Please complete this required field."


async def submit(core: Core, view_id: str, asked: Json) -> Json:
    user = person(core, asked)
    view = _top(core, user, view_id)
    try:
        forms.fill(view, asked.get("values") or {})
    except forms.FormProblem as problem:
        raise Refused("invalid_values", detail=str(problem)) from problem
    if missing := _missing(view):
        return {"ok": False, "error": "required_fields", "errors": missing}
    outcome = await core.courier.ask("interactive", "view_submission", core.payloads.view_submission(user, view))
    if not outcome.ok:
        return answer(core, user, "", outcome)
    try:
        done = _follow(core, user, view, outcome)
    except ViewProblem as problem:
        trouble = {"error": problem.code, "messages": problem.messages}
        return answer(core, user, "", outcome) | {"ok": False} | trouble
    core.changes.note("views")
    return answer(core, user, "", outcome) | done


async def close(core: Core, view_id: str, asked: Json) -> Json:
    """Cancel closes the top view; `clear` (the X), or a view with clear_on_close, closes the whole stack."""
    user = person(core, asked)
    view = _top(core, user, view_id)
    stack = core.state.modals[user.id]
    clear = bool(asked.get("clear")) or bool(view.body.get("clear_on_close"))
    told = stack[0] if clear else view
    if clear:
        stack.clear()
    else:
        stack.pop()
    core.changes.note("views")
    if not told.body.get("notify_on_close"):
        return {}
    outcome = await core.courier.ask("interactive", "view_closed", core.payloads.view_closed(user, told, clear))
    return answer(core, user, "", outcome)


async def open_home(core: Core, asked: Json) -> Json:
    user = person(core, asked)
    channel = core.state.direct_message(user.id)
    core.events.home_opened(user.id, channel)
    return {"channel": channel.id}


def _top(core: Core, user: User, view_id: str) -> View:
    stack = core.state.modals.get(user.id) or []
    if not any(one.id == view_id for one in stack):
        raise Refused("view_not_found")
    if stack[-1].id != view_id:
        raise Refused("view_not_on_top")
    return stack[-1]


def _missing(view: View) -> dict[str, str]:
    """What Slack's own client refuses before the app hears of it: empty required fields, and wrong lengths."""
    errors: dict[str, str] = {}
    for block in view.blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        entry = view.values[block["block_id"]][element["action_id"]]
        if forms.is_empty(entry):
            if not block.get("optional"):
                errors[block["block_id"]] = REQUIRED
            continue
        length = len(str(entry.get("value") or ""))
        if length > element.get("max_length", 3000):
            errors[block["block_id"]] = f"Please enter at most {element.get('max_length', 3000)} characters."
        elif length < element.get("min_length", 0):
            errors[block["block_id"]] = f"Please enter at least {element['min_length']} characters."
    return errors


def _follow(core: Core, user: User, view: View, outcome: Asked) -> Json:
    """Nothing said or `clear` closes, `errors` stays, `update` and `push` show a view; raises ViewProblem."""
    said = outcome.response if isinstance(outcome.response, dict) else {}
    action = said.get("response_action")
    stack = core.state.modals[user.id]
    if view not in stack:
        return {}
    if action is None:
        stack.remove(view)
        return {}
    if action == "clear":
        stack.clear()
    elif action == "errors":
        return {"response_action": action, "errors": _errors(view, said.get("errors"))}
    elif action == "update":
        forms.replace_view(core, view, _view(said))
    elif action == "push":
        if len(stack) >= MOST_STACKED:
            raise ViewProblem("push_limit_reached", [f"no more than {MOST_STACKED} views"])
        stack.append(forms.make_view(core, user.id, _view(said), "modal", stack[-1]))
    else:
        raise ViewProblem("invalid_response_action", [f"unknown response_action {action}"])
    return {"response_action": action}


def _errors(view: View, errors: Any) -> dict[str, str]:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or set(errors) - inputs:
        raise ViewProblem("invalid_errors", [f"errors must name input blocks of the view: {', '.join(sorted(inputs))}"])
    return {str(block): str(said) for block, said in errors.items()}


def _view(said: Json) -> Json:
    body = said.get("view")
    if not isinstance(body, dict):
        raise ViewProblem("invalid_response_action", ["view is missing"])
    return body
