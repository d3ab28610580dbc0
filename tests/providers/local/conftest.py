"""A target over an index of its own, and orders for it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.clock import StoppedClock
from core.ports import DeployOrder, Limits
from providers.local.venv import VirtualEnvironments
from tests.providers.local.index import TOKEN, Index, Wheel, serving


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    """Return an empty package index."""
    folder = tmp_path / "index"
    folder.mkdir()
    with serving(folder) as index:
        yield index


class World:
    """A target, what is in its index, and the stages done in a row."""

    def __init__(self, folder: Path, index: Index, clock: StoppedClock) -> None:
        self.folder = folder / "environments"
        self.home = self.folder / "staging" / "hello"
        self.index = index
        self.clock = clock
        self.log = folder / "log.txt"
        self.target = VirtualEnvironments(
            self.folder,
            registry_url=lambda: index.url,
            registry_token=lambda _what: TOKEN,
            clock=clock,
            environ=os.environ,
        )

    def order(self, run: int, version: str, wheel: Wheel, smoke: tuple[str, ...] = ("hello",)) -> DeployOrder:
        """Return an order for `hello` in staging."""
        return DeployOrder(
            run=run,
            environment="staging",
            package="hello",
            version=version,
            filename=wheel.filename,
            sha256=wheel.sha256,
            smoke=smoke,
            limits=Limits(seconds=120),
        )

    def deploy(self, order: DeployOrder) -> list[str]:
        """Do every stage; return what each said."""
        return [self.target.perform(stage, order, self.log) for stage in self.target.stages]

    def release(self, run: int) -> Path:
        """Return a run's release folder."""
        return self.home / "releases" / str(run)


@pytest.fixture
def world(tmp_path: Path, index: Index, clock: StoppedClock) -> World:
    """Return a target with nothing deployed."""
    return World(tmp_path, index, clock)
