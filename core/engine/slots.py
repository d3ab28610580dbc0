"""Which process is which: a slot is held by a lock that the kernel or the database lets go when its holder dies.

No heartbeats: whoever can take the lock of a slot knows that its process is dead, and takes over what it left.
"""

import fcntl
import logging
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Protocol

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from core.db import Database
from core.errors import Conflict

log = logging.getLogger(__name__)

MOST = 32
"""The most processes on one database."""

_SPACE = 0x6E64  # our half of PostgreSQL's advisory locks: "nd"


class Slots(Protocol):
    """The slots of one database."""

    def claim(self) -> int:
        """Take the lowest free slot for the life of this process. Raises Conflict when there is none."""
        ...

    def keep(self) -> None:
        """See that our slot is still ours, and take it again if the lock was lost while we live."""
        ...

    def dead(self, among: Iterable[int]) -> Iterator[int]:
        """Yield which of these slots nobody holds; each is held while the caller looks after it."""
        ...

    def release(self) -> None:
        """Give the slot back."""
        ...


def slots(db: Database, home: Path) -> Slots:
    """Return the slots of a database: locked files beside SQLite, advisory locks in PostgreSQL."""
    return FileSlots(home / "slots") if db.sqlite else AdvisorySlots(db)


class FileSlots:
    """Slots by locked files, for the processes of one machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mine = ExitStack()
        self._number = -1

    def claim(self) -> int:
        """Take the lowest free slot."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for number in range(MOST):
            file = self._locked(number)
            if file is not None:
                self._mine.enter_context(file)
                self._number = number
                return number
        raise _full()

    def keep(self) -> None:
        """Nothing to do: the kernel keeps the lock as long as the process lives."""

    def dead(self, among: Iterable[int]) -> Iterator[int]:
        """Yield which of these slots nobody holds."""
        for number in among:
            if number == self._number:
                continue
            file = self._locked(number)
            if file is not None:
                with file:
                    yield number

    def release(self) -> None:
        """Give the slot back."""
        self._mine.close()

    def _locked(self, number: int) -> IO[bytes] | None:
        file = self._path(number).open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return None
        return file

    def _path(self, number: int) -> Path:
        return self._folder / f"{number}.lock"


class AdvisorySlots:
    """Slots by PostgreSQL's session locks, for processes on any machine. Needs sessions: no transaction pooling."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._mine: Connection | None = None
        self._number = -1

    def claim(self) -> int:
        """Take the lowest free slot, on a connection of its own."""
        self._mine = self._connect()
        for number in range(MOST):
            if _try(self._mine, number):
                self._number = number
                return number
        self._drop()
        raise _full()

    def keep(self) -> None:
        """Take the lock again if its session ended, as when PostgreSQL was restarted: others would think us dead.

        Raises what the driver raises while PostgreSQL is away; the next call tries again.
        """
        if self._number < 0:
            return  # never taken, or given back
        if self._mine is not None:
            try:
                self._mine.execute(text("SELECT 1"))
            except DBAPIError:
                self._drop()
            else:
                return
        connection = self._connect()
        if _try(connection, self._number):
            self._mine = connection
            return
        connection.close()
        log.error("another process has taken slot %s, as ours was lost; restart one of them", self._number)

    def dead(self, among: Iterable[int]) -> Iterator[int]:
        """Yield which of these slots nobody holds."""
        with self._connect() as connection:
            for number in among:
                if number == self._number or not _try(connection, number):
                    continue
                with _unlocking(connection, number):
                    yield number

    def release(self) -> None:
        """Give the slot back."""
        self._number = -1
        self._drop()

    def _drop(self) -> None:
        if self._mine is not None:
            self._mine.invalidate()  # ends the session, and with it the lock
            self._mine.close()
            self._mine = None

    def _connect(self) -> Connection:
        return self._db.engine.connect().execution_options(isolation_level="AUTOCOMMIT")


def _try(connection: Connection, number: int) -> bool:
    query = text("SELECT pg_try_advisory_lock(:space, :number)")
    return bool(connection.execute(query, {"space": _SPACE, "number": number}).scalar())


@contextmanager
def _unlocking(connection: Connection, number: int) -> Iterator[None]:
    try:
        yield
    finally:
        connection.execute(text("SELECT pg_advisory_unlock(:space, :number)"), {"space": _SPACE, "number": number})


def _full() -> Conflict:
    return Conflict(f"{MOST} processes work on this database already.", hint="Stop one of them first.")
