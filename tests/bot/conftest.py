"""Noodle put together on a real database, and nobody connected to it yet."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from quick_builder import providers

from bot import settings
from bot.bootstrap import Program, build
from core.environments.model import Environment

PACKAGE = "hello-noodle"


@pytest.fixture
def program(tmp_path: Path, database_url: str) -> Iterator[Program]:
    """Return Noodle with a package and two environments; its engine does not run: what is started waits to be."""
    read = settings.read({"NOODLE_DATABASE_URL": database_url}, home=tmp_path / "home")
    made = build(read, {}, providers=providers(), with_slack=False)
    made.noodle.packages.create(PACKAGE, repo="/srv/hello-noodle.git", by="terminal:ops", channel="C1")
    made.noodle.environments.create(Environment(name="staging", order=1))
    made.noodle.environments.create(Environment(name="production", order=2, protected=True))
    yield made
    made.noodle.db.close()
