from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.clock import SystemClock
from core.db import Database
from core.engine.engine import Engine
from core.engine.workflow import Workflow

Launch = Callable[..., Engine]


@pytest.fixture
def engine_url(database_url: str, tmp_path: Path) -> str:
    """Return where the engine keeps its own tables: its own file, or a schema of the same PostgreSQL."""
    return f"sqlite:///{tmp_path / 'engine.db'}" if database_url.startswith("sqlite") else database_url


@pytest.fixture
def launch(db: Database, engine_url: str, tmp_path: Path) -> Iterator[Launch]:
    """Launch engines one after another; the last one is closed by itself."""
    running: list[Engine] = []

    def start(*workflows: Workflow) -> Engine:
        while running:
            running.pop().close()
        engine = Engine(db, engine_url, tmp_path, SystemClock())
        engine.launch(workflows)
        running.append(engine)
        return engine

    yield start
    while running:
        running.pop().close()
