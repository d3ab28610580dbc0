"""A registry with one package, two people and their tokens, and files to put into it."""

import contextlib
import io
import socket
import tarfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
import uvicorn

from core.artifacts.blobs import FolderBlobs
from core.clock import StoppedClock
from core.db import Database
from core.packages.service import Packages
from core.releases.downloads import Downloads
from core.releases.model import Release
from core.releases.registry import Asker, Registry, Verdict
from core.releases.service import Releases
from core.tokens.model import PERMISSIONS
from core.tokens.service import Tokens
from providers.pypi.format import inspect
from providers.pypi.routes import router

OWNER, OUTSIDER = "slack:T1:U1", "slack:T1:U2"

MakeFile = Callable[..., bytes]


def metadata(name: str, version: str, extra: str = "") -> str:
    return f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\nRequires-Python: >=3.8\n{extra}\nHello.\n"


def wheel(name: str = "noodle_demo", version: str = "1.4.0", *, extra: str = "", content: str = "") -> bytes:
    packed = io.BytesIO()
    folder = f"{name}-{version}.dist-info"
    members = {
        f"{name}.py": content,
        f"{folder}/METADATA": metadata(name, version, extra),
        f"{folder}/WHEEL": "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{folder}/RECORD": "",
    }
    with zipfile.ZipFile(packed, "w") as archive:
        for path, text in members.items():
            archive.writestr(
                zipfile.ZipInfo(path), text
            )  # with no time of its own, so the bytes are the same each time
    return packed.getvalue()


def sdist(name: str = "noodle_demo", version: str = "1.4.0", *, pkg_info: str = "") -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for path, text in {
            f"{name}-{version}/src/PKG-INFO": "Name: decoy\nVersion: 9\n",
            f"{name}-{version}/PKG-INFO": pkg_info or metadata(name, version),
        }.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    return packed.getvalue()


@pytest.fixture
def make_wheel() -> MakeFile:
    """Return what makes a wheel's bytes: `(name, version, extra=metadata lines, content=of its module)`."""
    return wheel


@pytest.fixture
def make_sdist() -> MakeFile:
    """Return what makes a source archive's bytes: `(name, version, pkg_info=…)`."""
    return sdist


class Shop(NamedTuple):
    """A registry and everything around it."""

    registry: Registry
    client: httpx.Client
    publish: str
    """A token of somebody who may do anything."""
    read: str
    """A token of the same person that is only good for reading."""
    outside: str
    """A token of somebody who may do nothing."""
    told: list[Release]
    """The releases that uploads made."""
    folder: Path

    def upload(self, filename: str, content: bytes, *, token: str = "", **fields: str) -> "Answer":
        """Upload as twine does."""
        form = {":action": "file_upload", "protocol_version": "1", "name": "Noodle-Demo", "version": "1.4.0"} | fields
        response = self.client.post(
            "/legacy/", data=form, files={"content": (filename, content)}, auth=("__token__", token or self.publish)
        )
        return Answer(response.status_code, response.text)

    def kept(self) -> int:
        """Return how many files lie in the store, temporary ones too."""
        return sum(path.is_file() for path in self.folder.rglob("*"))


class Answer(NamedTuple):
    """An answer to an upload."""

    status: int
    text: str


@contextlib.contextmanager
def served(registry: Registry) -> Iterator[str]:
    """Serve on a real socket; connections wait in it until the server is up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(router(registry), log_level="critical", lifespan="off", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture
def shop(db: Database, clock: StoppedClock, tmp_path: Path) -> Iterator[Shop]:
    """Return the registry."""
    packages, tokens, blobs = Packages(db, clock), Tokens(db, clock), FolderBlobs(tmp_path / "blobs", limit=1024 * 1024)
    packages.create("Noodle_Demo", repo="https://git.test/noodle-demo", by=OWNER, summary="A demo")
    releases = Releases(db, clock, packages, blobs, {"pypi": inspect})
    told: list[Release] = []

    def authenticate(secret: str) -> Asker | None:
        token = tokens.find(secret)
        if token is None:
            return None
        return Asker(id=token.owner, permissions=PERMISSIONS[token.scope], packages=token.packages)

    def may(person: str, permission: str, package: str) -> Verdict:
        if person == OWNER:
            return Verdict(allowed=True)
        return Verdict(allowed=False, reason=f"{permission} for {package} is not yours: ask in #releases.")

    registry = Registry(
        packages=packages,
        releases=releases,
        blobs=blobs,
        downloads=Downloads(db, clock),
        authenticate=authenticate,
        may=may,
        published=lambda release, _by: told.append(release),
    )
    with served(registry) as url, httpx.Client(base_url=url, trust_env=False) as client:
        yield Shop(
            registry,
            client,
            publish=tokens.create(OWNER, "ci", scope="publish", by=OWNER)[1],
            read=tokens.create(OWNER, "laptop", scope="read", by=OWNER)[1],
            outside=tokens.create(OUTSIDER, "ci", scope="publish", by=OUTSIDER)[1],
            told=told,
            folder=tmp_path / "blobs",
        )
