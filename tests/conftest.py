"""What every test may ask for: a database, a clock it can move, the services on them."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from postgres import Cluster, binaries, cluster

from core.clock import StoppedClock
from core.db import Database
from core.migrations import upgrade
from core.notify.service import Outbox
from core.seal import Seal


@pytest.fixture
def clock() -> StoppedClock:
    """Return a clock that stands at noon."""
    return StoppedClock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """Return a PostgreSQL of the tests' own; skipped where none is installed."""
    if binaries() is None:
        pytest.skip("PostgreSQL is not installed")
    with tempfile.TemporaryDirectory(prefix="noodle-pg-") as folder, cluster(Path(folder)) as running:
        yield running


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty SQLite file with every table, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: Cluster) -> str:
    """Return the name of an empty PostgreSQL database with every table, to be copied."""
    url = postgres.create()
    database = Database(url)
    upgrade(database)
    database.close()
    return url.rpartition("/")[2]


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the address of an empty database with every table, once of either kind."""
    if request.param == "sqlite":
        path = tmp_path / "noodle.db"
        path.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
        yield f"sqlite:///{path}"
        return
    running: Cluster = request.getfixturevalue("postgres")
    url = running.create(request.getfixturevalue("postgres_template"))
    yield url
    running.drop(url)


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """Return an empty database with every table."""
    database = Database(database_url)
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
