"""What the contract suites run on: each adapter with a small world behind it. A new adapter adds itself here."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from core.clock import StoppedClock
from core.ports import CodeHost, DeployOrder, Limits, Target
from providers.local.git import GitRepos
from providers.local.venv import VirtualEnvironments
from tests.providers.local.index import TOKEN, Index, serving


class Repo:
    """A repository that a code host under test can reach, and a work tree to change it from."""

    def __init__(self, host: CodeHost, name: str, tree: Path) -> None:
        """`name` is what the code host calls it; `tree` is a clone that may push."""
        self.host = host
        self.name = name
        self.tree = tree

    def git(self, *arguments: str) -> str:
        """Run git in the work tree as Ada."""
        who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgSign=false")
        done = subprocess.run(
            ["git", *who, *arguments], cwd=self.tree, check=True, capture_output=True, text=True, encoding="utf-8"
        )
        return done.stdout.strip()

    def commit(self, subject: str, **files: str) -> str:
        """Commit and push files to the branch that is checked out; return the SHA."""
        for name, text in files.items():
            (self.tree / name).write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", subject)
        self.git("push", "--quiet", "origin", "HEAD")
        return self.git("rev-parse", "HEAD")


def _local_repo(folder: Path) -> Repo:
    bare, tree = folder / "team" / "api.git", folder / "tree"
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(bare)], check=True)
    subprocess.run(["git", "clone", "--quiet", str(bare), str(tree)], check=True, capture_output=True)
    subprocess.run(["git", "checkout", "--quiet", "-B", "main"], cwd=tree, check=True)
    return Repo(GitRepos(folder / "mirrors", os.environ), str(bare), tree)


_CODE_HOSTS: dict[str, Callable[[Path], Repo]] = {"local": _local_repo}


@pytest.fixture(params=sorted(_CODE_HOSTS))
def repo(request: pytest.FixtureRequest, tmp_path: Path) -> Repo:
    """Return an empty repository behind each code host."""
    return _CODE_HOSTS[str(request.param)](tmp_path)


class Stage(Protocol):
    """A target and what it can be ordered to deploy."""

    target: Target

    def order(self, run: int, version: str, *, works: bool = True) -> DeployOrder:
        """Publish a version whose smoke check passes or not, and return the order for it."""
        ...


class LocalStage:
    """Virtual environments over an index on loopback."""

    def __init__(self, folder: Path, index: Index, clock: StoppedClock) -> None:
        self._index = index
        self.target: Target = VirtualEnvironments(
            folder, registry_url=lambda: index.url, registry_token=lambda _: TOKEN, clock=clock, environ=os.environ
        )

    def order(self, run: int, version: str, *, works: bool = True) -> DeployOrder:
        """Publish a version whose smoke check passes or not, and return the order for it."""
        wheel = self._index.add("api", version, code=0 if works else 1)
        return DeployOrder(
            run=run,
            environment="staging",
            package="api",
            version=version,
            filename=wheel.filename,
            sha256=wheel.sha256,
            smoke=("api",),
            limits=Limits(seconds=120),
        )


@pytest.fixture(params=["local"])
def stage(request: pytest.FixtureRequest, tmp_path: Path, clock: StoppedClock) -> Iterator[Stage]:
    """Return each target, with nothing live."""
    folder = tmp_path / "index"
    folder.mkdir()
    with serving(folder) as index:
        yield {"local": LocalStage}[str(request.param)](tmp_path / "target", index, clock)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Return where a stage logs to."""
    return tmp_path / "log.txt"
