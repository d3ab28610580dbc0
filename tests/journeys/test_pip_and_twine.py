"""A team's registry, used by the tools it is for: real twine, pip and, where it is installed, uv, on a real socket."""

import contextlib
import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http import h11_impl, httptools_impl

from core.artifacts.blobs import FolderBlobs
from core.clock import SystemClock
from core.db import Database
from core.packages.service import Packages
from core.releases.downloads import Downloads
from core.releases.registry import Asker, Registry, Verdict
from core.releases.service import Releases
from core.tokens.model import PERMISSIONS
from core.tokens.service import Tokens
from providers.pypi.format import inspect
from providers.pypi.reason import speaking
from providers.pypi.routes import router

OWNER = "slack:T1:U1"
# `make` puts uv beside the interpreter, which need not be on PATH.
UV = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
needs_uv = pytest.mark.skipif(UV is None, reason="uv is not installed here")


class Shop(NamedTuple):
    registry: Registry
    url: str
    token: str
    asked: list[str]
    """What was asked of the server: `GET /simple/`."""
    home: Path

    @property
    def index_url(self) -> str:
        return f"{self.url.replace('//', f'//__token__:{self.token}@')}/simple/"

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a tool with nothing of this machine's own settings, no other index and no cache."""
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_CACHE_DIR": "1",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "UV_NO_CONFIG": "1",
            "UV_CACHE_DIR": str(self.home / "uv"),
            "COLUMNS": "400",
        }
        return subprocess.run(
            command, cwd=self.home, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    def twine(self, *files: Path, token: str = "") -> subprocess.CompletedProcess[str]:
        return self.run(
            *(sys.executable, "-m", "twine", "upload", "--non-interactive", "--disable-progress-bar"),
            *("--repository-url", f"{self.url}/legacy/", "-u", "__token__", "-p", token or self.token),
            *map(str, files),
        )

    def pip(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "-m", "pip", *arguments, "--index-url", self.index_url, "--no-input")


class Watched:
    """Notes what is asked."""

    def __init__(self, app: ASGIApp, asked: list[str]) -> None:
        self._app, self._asked = app, asked

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._asked.append(f"{scope['method']} {scope['path']}")
        await self._app(scope, receive, send)


@contextlib.contextmanager
def served(app: ASGIApp, http: Any) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, http=http, log_level="critical", lifespan="off", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture(params=["httptools", "h11"])
def http(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def shop(db: Database, tmp_path: Path, http: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    clock = SystemClock()
    packages, tokens, blobs = Packages(db, clock), Tokens(db, clock), FolderBlobs(tmp_path / "blobs")
    packages.create("noodle-demo", repo="https://git.test/noodle-demo", by=OWNER)

    def authenticate(secret: str) -> Asker | None:
        token = tokens.find(secret)
        if token is None:
            return None
        return Asker(id=token.owner, permissions=PERMISSIONS[token.scope], packages=token.packages)

    registry = Registry(
        packages=packages,
        releases=Releases(db, clock, packages, blobs, {"pypi": inspect}),
        blobs=blobs,
        downloads=Downloads(db, clock),
        authenticate=authenticate,
        may=lambda _person, _permission, _package: Verdict(allowed=True),
        published=lambda _release, _by: None,
    )
    monkeypatch.setattr(
        httptools_impl, "STATUS_LINE", speaking(httptools_impl.STATUS_LINE, "HTTP/1.1 {status} {reason}\r\n")
    )
    monkeypatch.setattr(h11_impl, "STATUS_PHRASES", speaking(h11_impl.STATUS_PHRASES, "{reason}"))
    home = tmp_path / "home"
    home.mkdir()
    asked: list[str] = []
    with served(Watched(router(registry), asked), http) as url:
        yield Shop(registry, url, tokens.create(OWNER, "ci", scope="publish", by=OWNER)[1], asked, home)


def wheel(folder: Path, version: str = "1.4.0", content: str = "ANSWER = 42\n", requires: str = "") -> Path:
    path = folder / f"noodle_demo-{version}-py3-none-any.whl"
    folder.mkdir(parents=True, exist_ok=True)
    info = f"noodle_demo-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: noodle-demo\nVersion: {version}\nRequires-Python: >=3.8\n{requires}"
    members = {
        "noodle_demo.py": content,
        f"{info}/METADATA": metadata,
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},,\n" for name in [*members, f"{info}/RECORD"])
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in (members | {f"{info}/RECORD": record}).items():
            archive.writestr(zipfile.ZipInfo(name), text)  # the same time, so the same bytes, each time
    return path


def sdist(folder: Path, version: str = "1.4.0") -> Path:
    info = folder / "PKG-INFO"
    info.write_text(f"Metadata-Version: 2.1\nName: noodle-demo\nVersion: {version}\n")
    path = folder / f"noodle_demo-{version}.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        archive.add(info, f"noodle_demo-{version}/PKG-INFO")
        archive.add(info, f"noodle_demo-{version}/README")
    return path


def words(process: subprocess.CompletedProcess[str]) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", process.stdout)


def test_a_package_goes_from_twine_to_pip_and_is_yanked(shop: Shop, tmp_path: Path) -> None:
    built = wheel(tmp_path / "dist")
    uploaded = shop.twine(built, sdist(tmp_path / "dist"))
    assert uploaded.returncode == 0, uploaded.stdout + uploaded.stderr
    assert [file.kind for file in shop.registry.releases.get("noodle-demo", "1.4.0").files] == ["wheel", "sdist"]

    pinned = shop.home / "requirements.txt"
    pinned.write_text(f"noodle-demo==1.4.0 --hash=sha256:{hashlib.sha256(built.read_bytes()).hexdigest()}\n")
    shop.asked.clear()
    installed = shop.pip("install", "--target", "site", "--require-hashes", "-r", str(pinned))
    assert installed.returncode == 0, installed.stdout + installed.stderr
    assert (shop.home / "site" / "noodle_demo.py").read_text() == "ANSWER = 42\n"
    assert f"GET /simple/noodle-demo/{built.name}" in shop.asked
    assert shop.registry.downloads.of("noodle-demo") == {built.name: 1}

    shop.registry.releases.yank("noodle-demo", "1.4.0", by=OWNER, reason="it leaks noodles")
    assert shop.pip("download", "--dest", "any", "noodle-demo").returncode != 0
    exact = shop.pip("download", "--dest", "exact", "noodle-demo==1.4.0")
    assert exact.returncode == 0
    assert "it leaks noodles" in exact.stdout + exact.stderr


def test_pip_reads_the_metadata_before_it_fetches_a_file(shop: Shop, tmp_path: Path) -> None:
    for version, requires in (("1.0.0", ""), ("2.0.0", "Requires-Dist: nowhere-to-be-found\n")):
        uploaded = shop.twine(wheel(tmp_path / version, version, requires=requires))
        assert uploaded.returncode == 0, uploaded.stdout + uploaded.stderr
    shop.asked.clear()

    report = shop.pip("install", "--dry-run", "--ignore-installed", "--quiet", "--report", "-", "noodle-demo")

    assert report.returncode == 0, report.stderr
    (chosen,) = json.loads(report.stdout)["install"]
    assert chosen["metadata"]["version"] == "1.0.0"
    fetched = [line for line in shop.asked if line.endswith((".whl", ".metadata"))]
    assert fetched
    assert all(line.endswith(".metadata") for line in fetched)


def test_a_refused_upload_says_why_on_the_screen_of_twine(shop: Shop, tmp_path: Path) -> None:
    assert shop.twine(wheel(tmp_path / "dist")).returncode == 0
    assert shop.twine(wheel(tmp_path / "dist")).returncode == 0  # the very same bytes

    other = shop.twine(wheel(tmp_path / "other", content="ANSWER = 43\n"))
    stranger = shop.twine(wheel(tmp_path / "dist"), token="ndl_nonsense")

    assert other.returncode != 0
    assert "File already exists: noodle_demo-1.4.0-py3-none-any.whl" in words(other)
    assert "/noodle release noodle-demo patch" in words(other)
    assert stranger.returncode != 0
    assert "needs a valid token" in words(stranger)


def test_pip_without_a_token_is_turned_away(shop: Shop) -> None:
    answer = shop.run(
        *(sys.executable, "-m", "pip", "download", "--no-input", "noodle-demo"),
        *("--index-url", f"{shop.url}/simple/"),
    )

    assert answer.returncode != 0
    assert "No matching distribution" in answer.stdout + answer.stderr
    assert all("noodle_demo" not in line for line in shop.asked)


@needs_uv
def test_uv_publishes_installs_and_leaves_a_yanked_version_alone(shop: Shop, tmp_path: Path) -> None:
    assert UV is not None
    built = wheel(tmp_path / "dist")
    publish = (UV, "publish", "--publish-url", f"{shop.url}/legacy/", "--token", shop.token)
    install = (UV, "pip", "install", "--python", sys.executable, "--default-index", shop.index_url, "--target")

    published = shop.run(*publish, str(built))
    assert published.returncode == 0, published.stderr
    again = shop.run(*publish, "--check-url", shop.index_url, str(built))
    assert again.returncode == 0, again.stderr
    installed = shop.run(*install, "site", "noodle-demo")
    assert installed.returncode == 0, installed.stderr
    assert (shop.home / "site" / "noodle_demo.py").exists()

    refused = shop.run(*publish, str(wheel(tmp_path / "other", content="ANSWER = 43\n")))
    assert refused.returncode != 0
    assert "File already exists" in refused.stderr

    shop.registry.releases.yank("noodle-demo", "1.4.0", by=OWNER, reason="it leaks noodles")
    assert "it leaks noodles" in shop.run(*install, "other", "noodle-demo").stderr


@needs_uv
def test_a_cooldown_of_uv_sees_when_a_file_was_published(shop: Shop, tmp_path: Path) -> None:
    assert UV is not None
    assert shop.twine(wheel(tmp_path / "dist")).returncode == 0
    install = (UV, "pip", "install", "--python", sys.executable, "--default-index", shop.index_url, "--target", "site")

    too_new = shop.run(*install, "--exclude-newer", "2020-01-01", "noodle-demo")

    assert too_new.returncode != 0
    assert shop.run(*install, "noodle-demo").returncode == 0
