"""Writing and reading the audit trail."""

from core.audit import store
from core.audit.model import Entry
from core.clock import Clock
from core.db import Database


class Audit:
    """The audit trail."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def add(self, entry: Entry) -> None:
        """Write an entry, in the open transaction if there is one: what it tells and the telling stand together."""
        with self._db.begin() as session:
            store.add(session, entry, self._clock.now())

    def latest(self, *, subject: str = "", person: str = "", request: str = "", limit: int = 50) -> list[Entry]:
        """Return the newest entries that match, newest first."""
        with self._db.read() as session:
            return store.latest(session, subject=subject, person=person, request=request, limit=limit)
