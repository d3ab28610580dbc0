"""files.*: the three steps of an upload, and info. Bytes are kept in memory.

Source: docs.slack.dev/messaging/working-with-files.
"""

import secrets

from bot.sandbox.slack.authoring import authored
from bot.sandbox.slack.call import Call, Method
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.feed import Json


def upload_url(call: Call) -> Json:
    """files.getUploadURLExternal: step one."""
    name, length = call.need("filename"), call.number("length", 0)
    if length <= 0:
        raise SlackError("missing_argument")
    key = f"F{secrets.token_hex(5).upper()}"
    call.workspace.files[key] = {"id": key, "name": name, "size": length, "content": None}
    return {"file_id": key, "upload_url": f"{call.workspace.url}/upload/v1/{key}"}


def complete(call: Call) -> Json:
    """files.completeUploadExternal: step three; shares the files when a channel is given."""
    wanted = call.data("files")
    if not isinstance(wanted, list) or not wanted:
        raise SlackError("invalid_arguments")
    done: list[Json] = []
    for item in wanted:
        known = call.workspace.files.get(item.get("id", ""))
        if known is None or known["content"] is None:
            raise SlackError("file_not_found")
        known["title"] = item.get("title") or known["name"]
        done.append(_shown(known))
    target = call.text("channel_id")
    if target:
        channel = call.channel("channel_id", member=True)
        message = authored(call.workspace, {"text": call.text("initial_comment"), "files": done, "upload": True})
        if call.text("thread_ts"):
            message["thread_ts"] = call.text("thread_ts")
        call.workspace.timeline.post(channel.id, message)
    return {"files": done}


def info(call: Call) -> Json:
    """files.info."""
    known = call.workspace.files.get(call.need("file"))
    if known is None:
        raise SlackError("file_not_found")
    return {"file": _shown(known)}


def _shown(known: Json) -> Json:
    return {k: v for k, v in known.items() if k != "content"}


METHODS = (
    Method("files.getUploadURLExternal", upload_url, 4, ("files:write",)),
    Method("files.completeUploadExternal", complete, 4, ("files:write",)),
    Method("files.info", info, 4, ("files:read",)),
)
