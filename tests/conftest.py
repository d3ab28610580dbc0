"""What every test may ask for: a database, a clock it can move, the services on them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlmodel import SQLModel

from core.clock import StoppedClock
from core.db import Database
from core.notify.service import Outbox
from core.seal import Seal


@pytest.fixture
def clock() -> StoppedClock:
    """Return a clock that stands at noon."""
    return StoppedClock()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """Return an empty database with every table."""
    database = Database(f"sqlite:///{tmp_path / 'noodle.db'}")
    SQLModel.metadata.create_all(database.engine)
    yield database
    database.close()


@pytest.fixture
def seal() -> Seal:
    """Return a seal with a key of its own."""
    return Seal.from_text(Fernet.generate_key().decode())


@pytest.fixture
def outbox(db: Database, clock: StoppedClock, seal: Seal) -> Outbox:
    """Return an empty outbox."""
    return Outbox(db, clock, seal)
