"""People for tests and the demo: an async client of the control API, in the words of a person at a keyboard."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.wire import PATIENCE, Control, Found, Json, NothingHappened, SandboxRefused

__all__ = ["NothingHappened", "Outcome", "Person", "SandboxRefused", "Workspace", "elements"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an action: `ok` when the app acknowledged it in time; `error` says why not, or who refused."""

    ok: bool
    error: str = ""
    ack_ms: float = 0.0
    response: Any = None
    response_action: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    delivery_id: str = ""


class Workspace(Control):
    """A sandbox, seen by its tester. Use as an async context manager, or call `close`."""

    def person(self, user_id: str) -> Person:
        return Person(self, user_id)

    # ---- looking

    async def overview(self, user_id: str = "") -> Json:
        return await self.get("workspace", user=user_id)

    async def calls(self, method: str = "", since: int = 0) -> list[Json]:
        """The Web API calls so far, oldest first: `{seq, method, args, status, error, at}`."""
        every = (await self.get("calls", since=since))["calls"]
        return [one for one in every if method in ("", one["method"])]

    async def deliveries(self, kind: str = "", name: str = "", since: int = 0) -> list[Json]:
        """What was sent to the app, oldest first; `kind` events_api, slash_commands or interactive."""
        every = (await self.get("deliveries", since=since))["deliveries"]
        return [one for one in every if kind in ("", one["kind"]) and name in ("", one["name"])]

    # ---- levers

    async def misbehave(self, kind: str, **fields: Any) -> Json:
        return await self.post("misbehave", {"kind": kind, **fields})

    async def behave(self, kind: str = "") -> None:
        """Clear one kind of fault, or all."""
        await self.post("misbehave", {"clear": kind or True})

    async def settings(self, **wanted: Any) -> Json:
        settings: Json = (await self.post("settings", wanted))["settings"]
        return settings

    async def advance(self, seconds: float) -> None:
        await self.post("advance", {"seconds": seconds})

    async def people(self, **changes: list[Json]) -> None:
        """`users=[…]`, `usergroups=[…]`, `channels=[…]`: add or alter, by `id`."""
        await self.post("people", changes)

    async def app(self, **where: str) -> Json:
        """`request_url`, `signing_secret`, `transport`."""
        return await self.post("app", where)

    async def redeliver(self, delivery_id: str) -> str:
        """Send the same payload again; the new delivery's id."""
        return str((await self.post("redeliver", {"delivery_id": delivery_id}))["delivery_id"])

    async def event(self, event: Json) -> str:
        """Deliver an event of one's own making, `{type: …}`; the delivery's id."""
        return str((await self.post("event", {"event": event}))["delivery_id"])

    async def reset(self) -> None:
        await self.post("reset", {})


class Person:
    """One user of the workspace; every method is something a person does or sees in Slack."""

    def __init__(self, workspace: Workspace, user_id: str) -> None:
        self.workspace = workspace
        self.id = user_id

    # ---- doing

    async def say(self, channel: str, text: str, thread_ts: str = "") -> str:
        """Post a message; its ts."""
        return str((await self._post("say", channel=channel, text=text, thread_ts=thread_ts))["ts"])

    async def command(self, channel: str, text: str, **more: Any) -> Outcome:
        """`/verb and the rest`, in a channel. A refusal by Slack itself is an Outcome too (`not_a_command` …)."""
        return await self._do("command", channel=channel, text=text, **more)

    async def click(
        self, message: Json, action_id: str, selected: Any = None, channel: str = "", **more: Any
    ) -> Outcome:
        """Use an element of a message (as `messages` gave it) or of a view (as `modals` or `home` did).

        `selected` is the value of an option, or a list of them; `block_id` and `value` tell twins apart."""
        where: Json = (
            {"view_id": message["id"]}
            if "root_view_id" in message
            else {"channel": channel or message["channel"], "ts": message["ts"]}
        )
        if selected is not None:
            more["selected"] = selected
        return await self._do("click", action_id=action_id, **where, **more)

    async def shortcut(self, message: Json | None, callback_id: str, channel: str = "") -> Outcome:
        """A message shortcut, or a global one when there is no message."""
        if message is None:
            return await self._do("shortcut", callback_id=callback_id)
        return await self._do(
            "shortcut", callback_id=callback_id, channel=channel or message["channel"], ts=message["ts"]
        )

    async def submit(self, view: Json, values: Mapping[str, Any] | None = None, **named: Any) -> Outcome:
        """Fill in and submit a modal. A name is a block_id or an action_id; fields not named keep what they show."""
        wanted = {**(values or {}), **named}
        return await self._do(f"views/{view['id']}/submit", values=_by_block(view, wanted))

    async def close(self, view: Json, clear: bool = False) -> Outcome:
        return await self._do(f"views/{view['id']}/close", clear=clear)

    async def open_home(self) -> str:
        """Open the bot's home tab; the direct message channel beside it."""
        return str((await self._post("home/open"))["channel"])

    async def dm(self) -> str:
        """The direct message channel with the bot."""
        return str((await self._post("dm"))["channel"])

    # ---- seeing

    async def messages(self, channel: str, thread_ts: str = "") -> list[Json]:
        """What this person sees there, oldest first; each with its `channel`."""
        seen = await self.workspace.get("messages", channel=channel, user=self.id, thread_ts=thread_ts)
        return [one | {"channel": channel} for one in seen["messages"]]

    async def ephemerals(self, channel: str, thread_ts: str = "") -> list[Json]:
        """Only what was said to this person alone."""
        return [one for one in await self.messages(channel, thread_ts) if one.get("ephemeral_to")]

    async def modals(self) -> list[Json]:
        """The stack of open modals, the visible one last."""
        stack: list[Json] = (await self.workspace.get("views", user=self.id))["modals"]
        return stack

    async def home(self) -> Json | None:
        home: Json | None = (await self.workspace.get("views", user=self.id))["home"]
        return home

    # ---- waiting

    async def wait_for(self, look: Callable[[], Awaitable[Found]], timeout: float = PATIENCE) -> Found:  # noqa: ASYNC109 - the deadline of a wait is the caller's
        return await self.workspace.wait_for(look, timeout)

    async def sees(
        self,
        channel: str,
        matches: Callable[[Json], Any],
        thread_ts: str = "",
        timeout: float = PATIENCE,  # noqa: ASYNC109 - the deadline of a wait is the caller's
    ) -> Json:
        """The first message in the channel or thread for which `matches` holds, as soon as there is one."""

        async def look() -> Json | None:
            return next((one for one in await self.messages(channel, thread_ts) if matches(one)), None)

        found = await self.wait_for(look, timeout)
        assert found is not None
        return found

    async def modal(self, timeout: float = PATIENCE) -> Json:  # noqa: ASYNC109 - the deadline of a wait is the caller's
        """The visible modal, as soon as there is one."""
        return (await self.wait_for(self.modals, timeout))[-1]

    async def _do(self, what: str, **fields: Any) -> Outcome:
        answer = await self.workspace.ask(what, {"user": self.id, **fields})
        return Outcome(
            bool(answer["ok"]),
            str(answer.get("error") or ""),
            float(answer.get("ack_ms") or 0.0),
            answer.get("response"),
            str(answer.get("response_action") or ""),
            answer.get("errors") or {},
            str(answer.get("delivery_id") or ""),
        )

    async def _post(self, what: str, **fields: Any) -> Json:
        return await self.workspace.post(what, {"user": self.id, **fields})


def elements(blocks: list[Json]) -> list[Json]:
    """Every element a person can use in these blocks, in order, each with its `block_id`."""
    found: list[Json] = []
    for block in blocks:
        inside = block["elements"] if block["type"] == "actions" else [block.get("accessory"), block.get("element")]
        found += [
            one | {"block_id": block["block_id"]} for one in inside if isinstance(one, dict) and "action_id" in one
        ]
    return found


def _by_block(view: Json, wanted: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    values: dict[str, dict[str, Any]] = {}
    present = elements(view["blocks"])
    for name, value in wanted.items():
        hit = [one for one in present if name in (one["block_id"], one["action_id"])]
        if len(hit) != 1:
            names = ", ".join(f"{one['block_id']}/{one['action_id']}" for one in present)
            raise SandboxRefused(f"{name}: {len(hit)} fields of this name; the modal has {names}")
        values.setdefault(hit[0]["block_id"], {})[hit[0]["action_id"]] = value
    return values
