"""A package and its releases, with files whose names say all that is in them."""

from pathlib import Path

import pytest

from core.artifacts.blobs import FolderBlobs
from core.clock import StoppedClock
from core.db import Database
from core.errors import BadUpload
from core.packages.service import Packages
from core.releases.model import FileFacts
from core.releases.service import Releases


def inspect(filename: str, path: Path) -> FileFacts:
    """Read a file of the ecosystem of these tests: its first line repeats its name."""
    first = path.read_bytes().splitlines()[0].decode()
    if first != filename:
        raise BadUpload(f"{filename} is {first}")
    name, version, _ = filename.split("-")
    return FileFacts(name=name, version=version, kind="wheel", requires_python=">=3.11", metadata=first.encode())


@pytest.fixture
def blobs(tmp_path: Path) -> FolderBlobs:
    """Return an empty store."""
    return FolderBlobs(tmp_path / "blobs")


@pytest.fixture
def packages(db: Database, clock: StoppedClock) -> Packages:
    """Return packages, of which one is there: noodle-demo."""
    packages = Packages(db, clock)
    packages.create("noodle-demo", repo="https://git.test/noodle-demo", by="slack:T1:U1")
    return packages


@pytest.fixture
def releases(db: Database, clock: StoppedClock, packages: Packages, blobs: FolderBlobs) -> Releases:
    """Return the releases of noodle-demo: none yet."""
    return Releases(db, clock, packages, blobs, {"pypi": inspect})
