"""The inbox: a request is kept, once, before it is acknowledged; done, once, after."""

import contextlib
from datetime import timedelta

from sqlalchemy.exc import IntegrityError

from core.clock import Clock
from core.db import Database
from core.engine.workflow import Start
from core.inbox import store
from core.inbox.model import Inbound

WORKFLOW = "inbox.v1"
KEEP = timedelta(days=30)


class Inbox:
    """Keeps requests and hands them to the workflow that answers them."""

    def __init__(self, db: Database, clock: Clock, start: Start) -> None:
        self._db = db
        self._clock = clock
        self._start = start

    def accept(self, inbound: Inbound) -> bool:
        """Keep a request and have it answered; return False for one that has come in before.

        When this returns, the request survives a crash: it may be acknowledged.
        """
        with contextlib.suppress(IntegrityError):  # two deliveries at the same moment: the other one has it
            with self._db.begin() as session:
                if store.known(session, inbound.key):
                    return False
                store.add(session, inbound, self._clock.now())
                self._start(WORKFLOW, f"inbox-{inbound.key}", {"key": inbound.key})
            return True
        return False

    def waiting(self, key: str) -> Inbound | None:
        """Return the request if it has not been done yet. In a transaction, it is held until that ends."""
        with self._db.read() as session:
            return store.get(session, key)

    def finish(self, key: str) -> None:
        """Mark the request as done, in the transaction that did it."""
        with self._db.begin() as session:
            store.finish(session, key, self._clock.now())

    def forget(self) -> int:
        """Delete requests done long ago; return how many."""
        with self._db.begin() as session:
            return store.forget(session, self._clock.now() - KEEP)
