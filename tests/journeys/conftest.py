from collections.abc import Iterator
from pathlib import Path

import pytest
from team import Team


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    """Return a team in a fresh sandbox."""
    made = Team(tmp_path / "home")
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """Return a team that has published 0.1.0, shared by the tests that change nothing."""
    made = Team(tmp_path_factory.mktemp("shipped") / "home")
    made.start()
    made.ship()
    yield made
    made.stop()
