"""The one database and the one way to open a transaction.

SQLite (WAL) or PostgreSQL, by URL. `begin` joins a transaction that is already open in this thread, so
a command, its audit row, its reply and the workflows it starts are committed together or not at all.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import DateTime, Engine, event
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session, create_engine

_BUSY_SECONDS = 30


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; SQLite forgets the zone, this puts it back. Naive moments are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC; raises ValueError for one without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment with its zone."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


@dataclass
class _Open:
    """A transaction under way: its session, whether it may write, and what to call once it is committed."""

    session: Session
    writes: bool
    after: list[Callable[[], None]] = field(default_factory=list)


class Database:
    """One engine. Services open transactions with `begin` or `read`; stores take the session they give."""

    def __init__(self, url: str) -> None:
        self.url = url
        parsed = make_url(url)
        self.sqlite = parsed.get_backend_name() == "sqlite"
        if self.sqlite and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        self.engine = _sqlite_engine(url) if self.sqlite else _postgres_engine(url)
        # SQLite has one writer. Waiting for it here is fair and exact; waiting inside SQLite is a
        # back-off of up to 100 ms a try, which is what a person would feel as a slow answer.
        self._writer = threading.Lock()
        self._open: ContextVar[_Open | None] = ContextVar("open_transaction", default=None)

    @contextlib.contextmanager
    def begin(self) -> Iterator[Session]:
        """Open a writing transaction, or join the one this thread has open. Raising rolls all of it back."""
        outer = self._open.get()
        if outer is not None:
            if not outer.writes:
                raise RuntimeError("a write was asked for inside a read-only transaction")
            yield outer.session
            return
        with self._writer if self.sqlite else contextlib.nullcontext():
            engine = self.engine.execution_options(noodle_begin="IMMEDIATE")
            with Session(engine, expire_on_commit=False) as session:
                opened = _Open(session, writes=True)
                token = self._open.set(opened)
                try:
                    with session.begin():
                        session.connection()
                        yield session
                finally:
                    self._open.reset(token)
        for call in opened.after:
            call()

    @contextlib.contextmanager
    def read(self) -> Iterator[Session]:
        """Open a reading transaction, or look through the one this thread has open."""
        outer = self._open.get()
        if outer is not None:
            yield outer.session
            return
        with Session(self.engine, expire_on_commit=False) as session:
            token = self._open.set(_Open(session, writes=False))
            try:
                yield session
            finally:
                self._open.reset(token)

    def after_commit(self, call: Callable[[], None]) -> None:
        """Have `call` run once the open transaction is committed (not when it is rolled back).

        It is a hint, not a promise: a crash between the two loses it, so whoever relies on it also sweeps.
        """
        outer = self._open.get()
        if outer is None or not outer.writes:
            raise RuntimeError("after_commit needs an open writing transaction")
        outer.after.append(call)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _sqlite_engine(url: str) -> Engine:
    # Values stay out of error messages: they may be what only one person may see.
    engine = create_engine(
        url, hide_parameters=True, connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        # The driver's own transaction handling is switched off: it begins late and deferred.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        mode = connection.get_execution_options().get("noodle_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")

    return engine


def _postgres_engine(url: str) -> Engine:
    parsed = make_url(url).set(drivername="postgresql+psycopg")
    return create_engine(parsed, hide_parameters=True, pool_pre_ping=True, pool_size=10, max_overflow=10)
