"""The sender: delivers what the outbox holds, in order per channel, at the pace Slack allows, until it arrives."""

import logging
import os
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http import HTTPStatus
from http.client import HTTPException

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.slack.client import error_of, method_of, retry_after
from bot.slack.delivery import Delivery
from bot.slack.pace import Pace
from core.errors import NoodleError
from core.notify.model import Mode, Notice, Queued
from core.notify.service import Outbox
from core.ports import Check

log = logging.getLogger(__name__)

_WORKERS = 8
_LEASE_SECONDS = 10.0
_ASK_SECONDS = 1.0
_IDLE_SECONDS = 0.5
_LONGEST_WAIT = 300.0

_LATER = {
    "internal_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
    "team_added_to_org",
    "accesslimited",
}
_CREDENTIALS = {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope"}


class Sender:
    """Delivers what the outbox holds. Of all processes on a database one sends at a time."""

    def __init__(self, outbox: Outbox, delivery: Delivery, pace: Pace | None = None) -> None:
        self._outbox = outbox
        self._delivery = delivery
        self._pace = pace or Pace()
        self._me = f"{socket.gethostname()}:{os.getpid()}:{id(self)}"
        self._news = threading.Event()
        self._stopped = threading.Event()
        self._holding = False
        self._renew_at = 0.0
        self._trouble = ""
        self._under_way: set[int] = set()
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="slack-sender")
        self._thread = threading.Thread(target=self._run, name="slack-sender", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._outbox.on_news(self._news.set)
        self._thread.start()

    def stop(self) -> None:
        """Send no more; what is being sent is finished."""
        self._stopped.set()
        self._news.set()
        if self._thread.is_alive():
            self._thread.join(timeout=15)
        self._pool.shutdown(wait=True)
        if self._holding:
            self._outbox.hold_sender(self._me, 0)

    def check(self) -> Check:
        """Say whether Slack takes what we send."""
        if self._trouble:
            fix = "Reinstall the app with manifest.yml, or renew NOODLE_SLACK_BOT_TOKEN. Nothing is lost meanwhile."
            return Check(ok=False, detail=f"Slack refuses our messages: {self._trouble}", fix=fix)
        waiting, since = self._outbox.backlog()
        return Check(ok=True, detail=f"{waiting} messages wait" if since else "no message waits")

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._news.wait(_IDLE_SECONDS)
            self._news.clear()
            try:
                self._turn()
            except Exception:
                log.exception("the sender stumbled; it goes on")

    def _hold(self) -> bool:
        """Be the one sender, if that is free; asked for anew in time before it runs out."""
        if time.monotonic() >= self._renew_at:
            held = self._outbox.hold_sender(self._me, _LEASE_SECONDS)
            self._renew_at = time.monotonic() + (_LEASE_SECONDS / 3 if held else _ASK_SECONDS)
            if held and not self._holding and self._outbox.recover():
                log.warning("messages that another process was sending are looked up before they are sent")
            self._holding = held
        return self._holding

    def _turn(self) -> None:
        if not self._hold():
            return
        for queued in self._outbox.ready():
            with self._lock:
                if queued.id in self._under_way:
                    continue
            if not self._may(queued.notice):
                continue
            with self._lock:
                self._under_way.add(queued.id)
            self._pool.submit(self._send, queued.id)

    def _may(self, notice: Notice) -> bool:
        private = notice.mode in {Mode.WHISPER, Mode.DIRECT}
        return self._pace.may(self._delivery.method(notice), notice.person if private else notice.place.channel)

    def _send(self, notice_id: int) -> None:
        try:
            # What has not begun when we stop is for the next process.
            queued = None if self._stopped.is_set() else self._outbox.take(notice_id)
            if queued is not None:
                self._deliver(queued)
        except NoodleError as wrong:
            log.error("notice %s cannot be read: %s", notice_id, wrong.message)  # noqa: TRY400 - it says what is wrong
            self._outbox.drop(notice_id, wrong.code)
        except Exception:
            # What became of it could not be written down. Recovering puts it back, to be looked up before it is sent.
            log.exception("notice %s is left to be looked up", notice_id)
            self._holding, self._renew_at = False, 0.0
        finally:
            with self._lock:
                self._under_way.discard(notice_id)
            self._news.set()

    def _deliver(self, queued: Queued) -> None:
        try:
            handle = self._delivery.deliver(queued)
        except SlackApiError as wrong:
            self._refused(queued, wrong)
        except (OSError, HTTPException, SlackClientError, ValueError) as wrong:
            # It may have arrived all the same: the next attempt looks before it posts.
            log.warning("notice %s: Slack cannot be reached (%s)", queued.id, type(wrong).__name__)
            self._outbox.postpone(queued.id, _backoff(queued), type(wrong).__name__, doubtful=True)
        else:
            self._trouble = ""
            self._outbox.sent(queued.id, handle)

    def _refused(self, queued: Queued, wrong: SlackApiError) -> None:
        seconds = retry_after(wrong)
        error = error_of(wrong)
        if seconds is not None:
            self._pace.wait(method_of(wrong), seconds)
            self._outbox.postpone(queued.id, timedelta(seconds=seconds), "ratelimited")
        elif not error or wrong.response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or error in _LATER:
            self._outbox.postpone(queued.id, _backoff(queued), error or "no_answer", doubtful=True)
        elif error in _CREDENTIALS:
            if error != self._trouble:
                log.error("Slack refuses our messages: %s; they wait", error)
            self._trouble = error
            self._outbox.postpone(queued.id, timedelta(seconds=30), error)
        else:
            log.warning("notice %s is refused by Slack: %s", queued.id, error)
            instead = self._delivery.instead(queued.notice, error)
            if instead is not None:
                self._outbox.add(instead)
            self._outbox.drop(queued.id, error)


def _backoff(queued: Queued) -> timedelta:
    return timedelta(seconds=min(2.0 ** min(queued.attempts, 10), _LONGEST_WAIT))
