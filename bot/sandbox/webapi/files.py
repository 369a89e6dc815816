"""files.*: the three-step upload and what became of it."""

from __future__ import annotations

from bot.sandbox import seed, shapes
from bot.sandbox.core import Core
from bot.sandbox.model import Json, Message, StoredFile
from bot.sandbox.state import short_id
from bot.sandbox.webapi import places
from bot.sandbox.webapi.call import ApiError, Call, invalid


def get_upload_url(core: Core, call: Call) -> Json:
    name, length = call.required("filename"), call.whole("length", 0)
    if length <= 0:
        raise invalid("length must be the number of bytes")
    made = StoredFile(short_id("F"), name, length, int(core.clock.now()))
    core.state.files[made.id] = made
    return {"upload_url": f"{core.url}/upload/{made.id}", "file_id": made.id}


def complete_upload(core: Core, call: Call) -> Json:
    """Share what was uploaded: one message that carries every file, in a channel or a thread."""
    wanted = call.structure("files")
    if not isinstance(wanted, list) or not wanted or not all(isinstance(one, dict) for one in wanted):
        raise invalid("files must be a list of {id, title}")
    files = [_uploaded(core, one) for one in wanted]
    for one, asked in zip(files, wanted, strict=True):
        one.title = str(asked.get("title") or one.name)
        one.completed = True
    if call.text("channel_id"):
        _share(core, call, files)
    return {"files": [shapes.file(core.state, one) | _addresses(core, one) for one in files]}


def info(core: Core, call: Call) -> Json:
    found = core.state.files.get(call.text("file"))
    if found is None or not found.completed:
        raise ApiError("file_not_found")
    shape = shapes.file(core.state, found) | _addresses(core, found)
    return {"file": shape, "comments": []}


def _uploaded(core: Core, asked: Json) -> StoredFile:
    found = core.state.files.get(str(asked.get("id")))
    if found is None or found.content is None:
        raise ApiError("file_not_found")
    if found.completed:
        raise ApiError("file_update_failed")
    return found


def _share(core: Core, call: Call, files: list[StoredFile]) -> None:
    channel = places.channel(core, call, "channel_id")
    places.must_be_member(channel)
    message = Message(
        channel.id,
        core.clock.ts(),
        seed.BOT_USER,
        call.text("initial_comment"),
        seed.BOT_ID,
        seed.APP_ID,
        thread_ts=call.text("thread_ts"),
        subtype="file_share",
        files=[one.id for one in files],
    )
    core.state.add_message(message)
    for one in files:
        one.shares.setdefault(channel.id, []).append(message.ts)
    core.events.message_posted(message)


def _addresses(core: Core, one: StoredFile) -> Json:
    where = f"{core.url}/files/{one.id}"
    return {"url_private": f"{where}/{one.name}", "url_private_download": f"{where}/download/{one.name}"}
