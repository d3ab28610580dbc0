"""Delivering one notice: which call of Slack's it takes, and what stands in the channel afterwards."""

import logging
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.message import Message
from bot.slack.address import good_address
from bot.slack.client import TIMEOUT, error_of
from core.clock import Clock
from core.errors import Misconfigured
from core.notify.model import Handle, Mode, Notice, Queued
from core.notify.service import Outbox

log = logging.getLogger(__name__)

Render = Callable[[str, dict[str, Any]], Message]
EVENT = "noodle"
_GONE = {"message_not_found", "cant_update_message", "edit_window_closed"}
_SHAPE = {"invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long", "too_many_attachments"}
_BLIND = {"missing_scope", "not_in_channel", "channel_not_found", "thread_not_found"}
_FRESH = timedelta(minutes=25)
_EARLIER = 120.0
"""Seconds that Slack's clock may be behind ours when a message is looked up."""
_PAGES = 5
_PLAIN = 3000
# Foreign text is escaped in the views; here nothing more is read into a text than what its author wrote.
_AS_WRITTEN: dict[str, Any] = {"parse": "none", "link_names": False}


class Delivery:
    """Makes the calls. Everything it raises is slack_sdk's or the network's; who calls decides what follows."""

    def __init__(self, web: WebClient, outbox: Outbox, render: Render, clock: Clock) -> None:
        self._web = web
        self._outbox = outbox
        self._render = render
        self._clock = clock
        # slack_sdk writes whom it posts to, and what, into its debug log: a reply address is a secret.
        self._quiet = logging.getLogger(f"{__name__}.reply")
        self._quiet.setLevel(logging.INFO)

    def method(self, notice: Notice) -> str:
        """Return the method that delivering a notice begins with."""
        if notice.mode is Mode.WHISPER:
            return "chat.postEphemeral"
        if notice.mode is Mode.SHOW and self._outbox.handle(notice.key, notice.place.channel):
            return "chat.update"
        return "chat.postMessage"

    def deliver(self, queued: Queued) -> Handle | None:
        """Deliver a notice; return where its message stands, if it is one that is spoken of again."""
        notice, message = queued.notice, self._rendered(queued.notice)
        if notice.mode is Mode.WHISPER:
            self._whisper(queued, message)
            return None
        if notice.mode is Mode.DIRECT:
            channel = str(self._web.conversations_open(users=[_user(notice.person)])["channel"]["id"])
            self._post(queued, channel, "", message)
            return None
        channel = notice.place.channel
        stands = self._outbox.handle(notice.key, channel) if notice.key else None
        if notice.mode is Mode.SHOW and stands is not None and self._updated(stands, message):
            return None
        ts = self._post(queued, channel, self._thread(notice), message)
        # A message of its own is never edited in the place of a living one that stands.
        kept = notice.key and (notice.mode is Mode.SHOW or stands is None)
        return Handle(key=notice.key, channel=channel, ts=ts) if kept else None

    def instead(self, notice: Notice, error: str) -> Notice | None:
        """Return what to tell the person a notice was for when it could not be said where it belongs."""
        if notice.mode is Mode.DIRECT or not notice.person.startswith("slack:"):
            return None
        said = self._rendered(notice).text
        text = f"I could not say this in <#{notice.place.channel}>: {_reason(error)}\n{said}"
        data = Message(text=text).to_json()
        place = notice.place.model_copy(update={"channel": "", "thread": ""})
        return Notice(
            mode=Mode.DIRECT, place=place, view="message", data=data, person=notice.person, secret=notice.secret
        )

    def _rendered(self, notice: Notice) -> Message:
        try:
            return self._render(notice.view, notice.data)
        except Exception:
            fault = secrets.token_hex(4)
            log.exception("fault %s: the view %s cannot show a notice; it is said plainly", fault, notice.view)
            return Message(text=f"There is news, but it could not be shown ({fault}). Noodle's log has it by that id.")

    def _thread(self, notice: Notice) -> str:
        parent = self._outbox.handle(notice.under, notice.place.channel) if notice.under else None
        return parent.ts if parent else notice.place.thread

    def _updated(self, stands: Handle, message: Message) -> bool:
        try:
            _in_shape(self._web.chat_update, message, channel=stands.channel, ts=stands.ts, **_AS_WRITTEN)
        except SlackApiError as wrong:
            if error_of(wrong) not in _GONE:
                raise
            return False  # somebody deleted it: it is posted anew
        return True

    def _post(self, queued: Queued, channel: str, thread: str, message: Message) -> str:
        if queued.doubtful and (found := self._found(queued, channel, thread)):
            # A living message may have been replaced by its newer self since.
            if queued.notice.mode is Mode.SHOW:
                self._updated(Handle(key=queued.notice.key, channel=channel, ts=found), message)
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
            **_AS_WRITTEN,
            **more,
        )
        return str(answer["ts"])

    def _found(self, queued: Queued, channel: str, thread: str) -> str:
        """Look for a message that an earlier attempt may have posted without our learning of it."""
        oldest = f"{queued.created_at.timestamp() - _EARLIER:.6f}"
        asked: dict[str, Any] = {"channel": channel, "oldest": oldest, "limit": 200, "include_all_metadata": True}
        for _ in range(_PAGES):
            try:
                if thread:
                    answer = self._web.conversations_replies(ts=thread, **asked)
                else:
                    answer = self._web.conversations_history(**asked)
            except SlackApiError as wrong:
                if error_of(wrong) not in _BLIND:
                    raise
                # Said twice is better than never said.
                log.warning("whether notice %s was posted cannot be looked up: %s", queued.id, error_of(wrong))
                return ""
            for message in answer["messages"]:
                payload = (message.get("metadata") or {}).get("event_payload") or {}
                if payload.get("notice") == str(queued.id):
                    return str(message["ts"])
            asked["cursor"] = (answer.get("response_metadata") or {}).get("next_cursor")
            if not asked["cursor"]:
                break
        return ""

    def _whisper(self, queued: Queued, message: Message) -> None:
        notice = queued.notice
        more = {"thread_ts": notice.place.thread} if notice.place.thread else {}
        address = self._address(queued)
        if address and self._responded(address, message, more):
            return
        _in_shape(
            self._web.chat_postEphemeral,
            message,
            channel=notice.place.channel,
            user=_user(notice.person),
            **_AS_WRITTEN,
            **more,
        )

    def _address(self, queued: Queued) -> str:
        """Return the reply address while it is good (half an hour) and Slack's; "" sends the answer the other way."""
        if not queued.notice.respond or self._clock.now() - queued.created_at > _FRESH:
            return ""
        try:
            address = self._outbox.open_reply_address(queued.notice.respond)
        except Misconfigured as wrong:
            log.warning("the reply address of notice %s cannot be opened: %s", queued.id, wrong.message)
            return ""
        if not good_address(address, self._web.base_url):
            log.warning("the reply address of notice %s is not Slack's; it is not used", queued.id)
            return ""
        return address

    def _responded(self, address: str, message: Message, more: Mapping[str, str]) -> bool:
        webhook = WebhookClient(address, timeout=TIMEOUT, retry_handlers=[], logger=self._quiet)
        body = {"text": message.text, "response_type": "ephemeral", "replace_original": False, **more}
        for blocks in [list(message.blocks), []] if message.blocks else [[]]:
            answer = webhook.send_dict({**body, "blocks": blocks} if blocks else body)
            if answer.status_code == HTTPStatus.OK:
                return True
            if not any(word in answer.body for word in _SHAPE):
                return False
        return False


def _in_shape(call: Callable[..., Any], message: Message, **more: Any) -> Mapping[str, Any]:
    """Call with blocks; when Slack refuses their shape, call again with the text alone: plain beats lost."""
    try:
        answer: Mapping[str, Any] = call(text=message.text, blocks=list(message.blocks), **more)
    except SlackApiError as wrong:
        if error_of(wrong) not in _SHAPE:
            raise
        details = wrong.response.get("response_metadata") or wrong.response.get("errors") or ""
        log.error("Slack refuses the shape of a message, it goes out as text: %s %s", error_of(wrong), details)  # noqa: TRY400 - what is wrong is in Slack's answer, not in our stack
        answer = call(text=message.text[:_PLAIN], blocks=[], **more)
    return answer


def _reason(error: str) -> str:
    if error == "is_archived":
        return "the channel is archived. Unarchive it, or have it said in another: `subscribe`."
    if error in {"not_in_channel", "channel_not_found"}:
        return "I am not in it. Invite me there: `/invite @noodle`."
    return f"Slack refuses it ({error})."


def _user(person: str) -> str:
    return person.rpartition(":")[2]
