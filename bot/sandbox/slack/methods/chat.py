"""chat.*: post, update, delete, ephemeral, permalink, schedule.

Source: docs.slack.dev/reference/methods, chat.
"""

import json
import secrets
from typing import Any

from bot.sandbox.slack.authoring import authored, check_blocks, named_blocks
from bot.sandbox.slack.call import Call, Method
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.feed import Json
from bot.sandbox.slack.world import Channel

POST_CHARACTERS = 40_000
UPDATE_CHARACTERS = 4_000
MARKDOWN_CHARACTERS = 12_000
METADATA_BYTES = 16_000


def _content(call: Call) -> Json:
    """Return text and blocks of a call, checked."""
    blocks = call.data("blocks", "invalid_blocks_format")
    markdown = call.text("markdown_text")
    if markdown and (call.text("text") or blocks):
        raise SlackError("markdown_text_conflict")
    if len(markdown) > MARKDOWN_CHARACTERS:
        raise SlackError("msg_too_long")
    if blocks is not None and not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    attachments = call.data("attachments")
    if isinstance(attachments, list) and len(attachments) > 100:  # noqa: PLR2004  Slack's own number
        raise SlackError("too_many_attachments")
    text = call.text("text") or markdown
    if not text and not blocks and not attachments:
        raise SlackError("no_text")
    content: Json = {"text": text}
    if blocks:
        check_blocks(blocks)
        content["blocks"] = named_blocks(blocks)
    if attachments:
        content["attachments"] = attachments
    return content


def _metadata(call: Call) -> Json | None:
    metadata = call.data("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    known = isinstance(metadata, dict) and isinstance(metadata.get("event_type"), str)
    if not known or not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(metadata).encode()) > METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return {"event_type": metadata["event_type"], "event_payload": metadata["event_payload"]}


def _target(call: Call) -> Channel:
    """Return where to post; a user id means the im with that user."""
    workspace, wanted = call.workspace, call.need("channel")
    channel = workspace.im(wanted) if wanted in workspace.users else call.channel()
    if channel.is_archived:
        raise SlackError("is_archived")
    public = not channel.is_im and not channel.is_private and "chat:write.public" in workspace.app.scopes
    if workspace.app.bot_user not in channel.members and not public:
        raise SlackError("not_in_channel")
    return channel


def post_message(call: Call) -> Json:
    """chat.postMessage."""
    channel = _target(call)
    content = _content(call)
    content["text"] = content["text"][:POST_CHARACTERS]
    message = authored(call.workspace, content)
    metadata = _metadata(call)
    if metadata is not None:
        message["metadata"] = metadata
    if call.text("username") or call.text("icon_emoji") or call.text("icon_url"):
        call.grant("chat:write.customize")
        message["username"] = call.text("username") or call.workspace.app.name
    if call.text("thread_ts"):
        message["thread_ts"] = call.text("thread_ts")
        message["reply_broadcast"] = call.flag("reply_broadcast")
    stored = call.workspace.timeline.post(channel.id, message)
    shown = call.workspace.timeline.shown(channel.id, stored)
    return {"channel": channel.id, "ts": stored["ts"], "message": shown}


def post_ephemeral(call: Call) -> Json:
    """chat.postEphemeral."""
    channel = _target(call)
    user = call.need("user")
    if user not in call.workspace.users or user not in channel.members:
        raise SlackError("user_not_in_channel")
    content = _content(call)
    if len(content["text"]) > POST_CHARACTERS:
        raise SlackError("msg_too_long")
    message = authored(call.workspace, content)
    if call.text("thread_ts"):
        message["thread_ts"] = call.text("thread_ts")
    return {"message_ts": call.workspace.timeline.post_ephemeral(channel.id, user, message)["ts"]}


def _own(call: Call, refusal: str, name: str = "ts") -> tuple[Channel, Json]:
    channel = call.channel()
    message = call.workspace.timeline.find(channel.id, call.need(name))
    if message.get("bot_id") != call.workspace.app.bot_id or message.get("subtype") == "tombstone":
        raise SlackError(refusal)
    return channel, message


def update(call: Call) -> Json:
    """chat.update: text without blocks removes the blocks; blocks without text keep the text, unmarked as edited."""
    channel, message = _own(call, "cant_update_message")
    content = _content(call)
    if len(content["text"]) > UPDATE_CHARACTERS:
        raise SlackError("msg_too_long")
    fields: dict[str, Any] = {"blocks": content.get("blocks"), "attachments": content.get("attachments")}
    if content["text"]:
        fields["text"] = content["text"]
        fields["edited"] = {"user": call.workspace.app.bot_user, "ts": call.workspace.stamp()}
    metadata = _metadata(call)
    if metadata is not None:
        fields["metadata"] = metadata
    stored = call.workspace.timeline.update(channel.id, message["ts"], fields)
    shown = call.workspace.timeline.shown(channel.id, stored)
    return {"channel": channel.id, "ts": stored["ts"], "text": stored["text"], "message": shown}


def delete(call: Call) -> Json:
    """chat.delete."""
    channel, message = _own(call, "cant_delete_message")
    call.workspace.timeline.delete(channel.id, message["ts"])
    return {"channel": channel.id, "ts": message["ts"]}


def permalink(call: Call) -> Json:
    """chat.getPermalink."""
    channel = call.channel()
    message = call.workspace.timeline.find(channel.id, call.need("message_ts"))
    return {"channel": channel.id, "permalink": call.workspace.permalink(channel.id, message["ts"])}


def schedule(call: Call) -> Json:
    """chat.scheduleMessage: checked and acknowledged, never delivered."""
    channel = _target(call)
    content = _content(call)
    at = call.number("post_at", 0)
    if at <= call.workspace.seconds():
        raise SlackError("time_in_past")
    message = authored(call.workspace, content)
    return {
        "channel": channel.id,
        "scheduled_message_id": f"Q{secrets.token_hex(5).upper()}",
        "post_at": at,
        "message": message,
    }


METHODS = (
    Method("chat.postMessage", post_message, 0, ("chat:write",)),
    Method("chat.postEphemeral", post_ephemeral, 4, ("chat:write",)),
    Method("chat.update", update, 3, ("chat:write",)),
    Method("chat.delete", delete, 3, ("chat:write",)),
    Method("chat.getPermalink", permalink, 0),
    Method("chat.scheduleMessage", schedule, 3, ("chat:write",)),
)
