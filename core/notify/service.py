"""The outbox: what is to be said is written in the transaction that makes it true, and sent afterwards."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

from core.asked import Place
from core.clock import Clock
from core.db import Database
from core.notify import store
from core.notify.model import Handle, Mode, Notice, NoticeState, Queued
from core.seal import Seal


class Outbox:
    """Takes notices in and hands them, in order per channel, to whoever sends them."""

    def __init__(self, db: Database, clock: Clock, seal: Seal) -> None:
        self._db = db
        self._clock = clock
        self._seal = seal
        self._wake: list[Callable[[], None]] = []

    def on_news(self, call: Callable[[], None]) -> None:
        """Have `call` run, in the committing thread, whenever something new waits to be sent."""
        self._wake.append(call)

    def add(self, notice: Notice) -> None:
        """Put a notice into the outbox, in the open transaction if there is one."""
        sealed = self._seal.close(json.dumps(notice.data)) if notice.secret else ""
        with self._db.begin() as session:
            store.add(session, notice, sealed, self._clock.now())
            for call in self._wake:
                self._db.after_commit(call)

    def show(self, key: str, place: Place, view: str, data: dict[str, object], *, person: str = "") -> None:
        """Post the living message `key` in a channel, or edit the one that stands there."""
        self.add(Notice(mode=Mode.SHOW, key=key, place=place, view=view, data=data, person=person))

    def ready(self, limit: int = 200) -> list[Queued]:
        """Return the notices that may be sent now: the first of every channel, oldest first, secrets still sealed."""
        with self._db.read() as session:
            return store.ready(session, self._clock.now(), limit)

    def hold_sender(self, holder: str, seconds: float) -> bool:
        """Be the one sender there is for this long, or go on being it; False while another process is."""
        now = self._clock.now()
        with self._db.begin() as session:
            return store.hold_sender(session, holder, now, now + timedelta(seconds=seconds))

    def take(self, notice_id: int) -> Queued | None:
        """Mark a notice as being sent and return it, with what was sealed opened; None if another has it."""
        with self._db.begin() as session:
            found = store.take(session, notice_id)
        if found is None:
            return None
        queued, sealed = found
        if not sealed:
            return queued
        opened = queued.notice.model_copy(update={"data": json.loads(self._seal.open(sealed))})
        return queued.model_copy(update={"notice": opened})

    def sent(self, notice_id: int, handle: Handle | None) -> None:
        """Record that a notice arrived, and where its message stands."""
        with self._db.begin() as session:
            store.settle(session, notice_id, NoticeState.SENT, self._clock.now())
            if handle is not None:
                store.keep_handle(session, handle)

    def drop(self, notice_id: int, why: str) -> None:
        """Record that a notice will never be sent, and why."""
        with self._db.begin() as session:
            store.settle(session, notice_id, NoticeState.DROPPED, self._clock.now(), why)

    def postpone(self, notice_id: int, wait: timedelta, why: str, *, doubtful: bool = False) -> None:
        """Put a notice back, to be tried again after `wait`; `doubtful` if it may have arrived all the same."""
        with self._db.begin() as session:
            store.postpone(session, notice_id, self._clock.now() + wait, why, doubtful=doubtful)

    def recover(self) -> int:
        """Put back what a dead sender left in the middle. Only for the one sender there is."""
        with self._db.begin() as session:
            return store.recover(session)

    def open_reply_address(self, sealed: str) -> str:
        """Return the reply address that a notice's `respond` holds sealed."""
        return self._seal.open(sealed)

    def handle(self, key: str, channel: str) -> Handle | None:
        """Return where a living message stands in a channel."""
        with self._db.read() as session:
            return store.handle(session, key, channel)

    def handle_at(self, channel: str, ts: str) -> Handle | None:
        """Return which living message a given message is; None for one that is not ours."""
        with self._db.read() as session:
            return store.handle_at(session, channel, ts)

    def backlog(self) -> tuple[int, datetime | None]:
        """Return how many notices wait and since when the oldest does."""
        with self._db.read() as session:
            return store.backlog(session)
