"""Delivering one notice: which call of Slack's it takes, and what stands in the channel afterwards."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.slack.client import TIMEOUT, error_of
from bot.views.message import Message
from core.notify.model import Handle, Mode, Notice, Queued
from core.notify.service import Outbox

log = logging.getLogger(__name__)

Render = Callable[[str, dict[str, Any]], Message]
EVENT = "noodle"
_GONE = {"message_not_found", "cant_update_message", "edit_window_closed"}
_SHAPE = {"invalid_blocks", "invalid_blocks_format", "msg_too_long", "too_many_attachments", "no_text"}
_EARLIER = 5.0


class Delivery:
    """Makes the calls. Everything it raises is slack_sdk's or the network's; who calls decides what follows."""

    def __init__(self, web: WebClient, outbox: Outbox, render: Render) -> None:
        self._web = web
        self._outbox = outbox
        self._render = render

    def method(self, notice: Notice) -> str:
        """Return the method that delivering a notice begins with."""
        if notice.mode is Mode.WHISPER:
            return "chat.postEphemeral"
        if notice.mode is Mode.SHOW and self._outbox.handle(notice.key, notice.place.channel):
            return "chat.update"
        return "chat.postMessage"

    def deliver(self, queued: Queued) -> Handle | None:
        """Deliver a notice; return where its message stands, if it is a living one."""
        notice, message = queued.notice, self._message(queued)
        if notice.mode is Mode.WHISPER:
            self._whisper(notice, message)
            return None
        if notice.mode is Mode.DIRECT:
            channel = str(self._web.conversations_open(users=[_user(notice.person)])["channel"]["id"])
            self._post(queued, channel, "", message)
            return None
        channel = notice.place.channel
        stands = self._outbox.handle(notice.key, channel) if notice.mode is Mode.SHOW else None
        if stands is not None and self._updated(stands, message):
            return None
        ts = self._post(queued, channel, self._thread(notice), message)
        return Handle(key=notice.key, channel=channel, ts=ts) if notice.key else None

    def tell_undeliverable(self, notice: Notice, why: str) -> None:
        """Tell the person a notice was for that it could not be said where it belongs."""
        if not notice.person.startswith("slack:"):
            return
        channel = str(self._web.conversations_open(users=[_user(notice.person)])["channel"]["id"])
        message = self._rendered(notice)
        text = f"I could not say this in <#{notice.place.channel}> ({why}). Invite me there: `/invite @noodle`.\n"
        self._web.chat_postMessage(channel=channel, text=text + message.text, unfurl_links=False)

    def _message(self, queued: Queued) -> Message:
        return self._rendered(queued.notice)

    def _rendered(self, notice: Notice) -> Message:
        try:
            return self._render(notice.view, notice.data)
        except Exception:
            log.exception("the view %s could not be rendered; it is said plainly", notice.view)
            about = notice.data.get("title") or notice.key or "something"
            return Message(text=f"There is news of {about}, but it could not be shown. It is in Noodle's log.")

    def _thread(self, notice: Notice) -> str:
        if notice.under:
            parent = self._outbox.handle(notice.under, notice.place.channel)
            return parent.ts if parent else notice.place.thread
        return notice.place.thread

    def _updated(self, stands: Handle, message: Message) -> bool:
        try:
            _in_shape(self._web.chat_update, message, channel=stands.channel, ts=stands.ts)
        except SlackApiError as wrong:
            if error_of(wrong) not in _GONE:
                raise
            return False  # somebody deleted it: it is posted anew
        return True

    def _post(self, queued: Queued, channel: str, thread: str, message: Message) -> str:
        if queued.doubtful and (found := self._found(queued, channel, thread)):
            return found
        metadata = {"event_type": EVENT, "event_payload": {"notice": str(queued.id), "key": queued.notice.key}}
        more = {"thread_ts": thread} if thread else {}
        answer = _in_shape(
            self._web.chat_postMessage,
            message,
            channel=channel,
            metadata=metadata,
            unfurl_links=False,
            unfurl_media=False,
            **more,
        )
        return str(answer["ts"])

    def _found(self, queued: Queued, channel: str, thread: str) -> str:
        """Look for a message that an earlier attempt may have posted without our learning of it."""
        oldest = f"{queued.created_at.timestamp() - _EARLIER:.6f}"
        options: dict[str, Any] = {"channel": channel, "oldest": oldest, "limit": 200, "include_all_metadata": True}
        try:
            answer = (
                self._web.conversations_replies(ts=thread, **options)
                if thread
                else self._web.conversations_history(**options)
            )
        except SlackApiError as wrong:
            if error_of(wrong) not in {"missing_scope", "not_in_channel", "channel_not_found", "thread_not_found"}:
                raise
            log.warning("whether notice %s was posted cannot be looked up: %s", queued.id, error_of(wrong))
            return ""
        for message in answer["messages"]:
            payload = (message.get("metadata") or {}).get("event_payload") or {}
            if payload.get("notice") == str(queued.id):
                return str(message["ts"])
        return ""

    def _whisper(self, notice: Notice, message: Message) -> None:
        address = self._outbox.open_reply_address(notice.respond)
        if address and self._responded(address, message):
            return
        more = {"thread_ts": notice.place.thread} if notice.place.thread else {}
        _in_shape(
            self._web.chat_postEphemeral,
            message,
            channel=notice.place.channel,
            user=_user(notice.person),
            **more,
        )

    def _responded(self, address: str, message: Message) -> bool:
        # An address is good five times and half an hour; when it is not, the message goes the other way.
        webhook = WebhookClient(address, timeout=TIMEOUT, retry_handlers=[])
        for blocks in ([list(message.blocks)] if message.blocks else []) + [None]:
            answer = webhook.send(text=message.text, blocks=blocks, response_type="ephemeral", replace_original=False)
            if answer.status_code == 200:  # noqa: PLR2004 - the one status that says it was taken
                return True
            if not any(word in answer.body for word in _SHAPE):
                return False
        return False


def _in_shape(call: Callable[..., Any], message: Message, **more: Any) -> Mapping[str, Any]:
    """Call with blocks; when Slack refuses their shape, call again with the text alone: plain beats lost."""
    try:
        answer: Mapping[str, Any] = call(text=message.text, blocks=list(message.blocks), **more)
    except SlackApiError as wrong:
        if error_of(wrong) not in _SHAPE or not message.blocks:
            raise
        log.exception("Slack refuses the shape of a message; it goes out as text")
        answer = call(text=message.text[:3000], blocks=[], **more)
    return answer


def _user(person: str) -> str:
    return person.rpartition(":")[2]
