"""Bringing a database to the newest schema. The schema's history lives in `versions/`."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from core.db import Database

_LOCK = 0x6E6F6F64  # any number, the same in every process: "nood"


def upgrade(db: Database) -> None:
    """Bring the database to the newest schema, one process at a time, all of it or none."""
    with db.begin() as session:
        connection = session.connection()
        _wait_for_turn(connection)
        command.upgrade(_config(connection), "head")


def revise(db: Database, message: str) -> None:
    """Write the next step of the schema's history from how the tables differ from the database. For developers."""
    number = len(list((Path(__file__).parent / "versions").glob("*.py"))) + 1
    with db.begin() as session:
        command.revision(_config(session.connection()), message, autogenerate=True, rev_id=f"{number:04d}")


def differences(db: Database) -> None:
    """Raise alembic's CommandError when the tables in code are not those of an upgraded database."""
    with db.begin() as session:
        command.check(_config(session.connection()))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", "core:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _wait_for_turn(connection: Connection) -> None:
    # SQLite: the transaction is the only writer already.
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
