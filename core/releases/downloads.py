"""Counting downloads."""

import threading
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from core.clock import Clock
from core.db import Database
from core.releases import store

WRITE_EVERY = timedelta(seconds=1)


class Downloads:
    """How often files were downloaded.

    A transaction for every download would make the disk the limit of a registry, so counts are gathered and written
    at most once a second. Whoever runs the program calls `flush` on a timer and at the end.
    """

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: Counter[tuple[str, str, date]] = Counter()
        self._written_at: datetime | None = None

    def count(self, package: str, filename: str) -> None:
        """Count one download of a file. `package` is the normalized name."""
        now = self._clock.now()
        with self._lock:
            self._waiting[package, filename, now.date()] += 1
            due = self._written_at is None or now - self._written_at >= WRITE_EVERY
            if due:
                self._written_at = now
        if due:
            self.flush()

    def flush(self) -> None:
        """Write what was counted. When that fails nothing is lost: the next call writes it."""
        with self._lock:
            waiting, self._waiting = self._waiting, Counter()
        if not waiting:
            return
        try:
            with self._db.begin() as session:
                for (package, filename, day), count in sorted(waiting.items()):
                    store.add_downloads(session, package, filename, day, count)
        except BaseException:
            with self._lock:
                self._waiting.update(waiting)
            raise

    def of(self, package: str) -> Mapping[str, int]:
        """Return how often each file of a package was ever downloaded, by file name, counts of just now included."""
        self.flush()
        with self._db.read() as session:
            return store.downloads(session, package)
