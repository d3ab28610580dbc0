"""The git repository of the demo: a small real project with a short history, the same to the last SHA each time."""

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from core.errors import Misconfigured

_PROJECT = Path(__file__).with_name("demo_project")
_MENU = "src/hello_noodle/menu.py"
_BEGAN = datetime.fromisoformat("2026-11-16T09:12:00+00:00")
_SECONDS = 60

ADA = "Ada Admin <ada@example.com>"
DEV = "Dev Developer <dev@example.com>"
MEI = "Mei Cook <mei@example.com>"


class _Change(NamedTuple):
    author: str
    hours: int
    """Since the repository began."""
    subject: str
    files: tuple[str, ...]
    swaps: Mapping[str, str] = {}
    """What is not in these files yet, by what is there instead."""
    branch: str = "main"


_HISTORY = (
    _Change(ADA, 0, "chore: lay the table", (".gitignore", "README.md", "pyproject.toml")),
    _Change(
        ADA,
        3,
        "feat: know the noodle of the day",
        ("src/hello_noodle/__init__.py", _MENU),
        {"name.strip() or 'friend'": "name.strip()", "; a nameless guest is a friend.": "."},
    ),
    _Change(MEI, 26, "feat: greet from the command line", ("src/hello_noodle/cli.py",)),
    _Change(DEV, 29, "test: hold the command line to its word", ("tests/test_cli.py",)),
    _Change(DEV, 51, "fix: call a guest without a name a friend", (_MENU, "tests/test_menu.py")),
    # An eighth noodle in a week of seven days: the tests of this branch fail, as those of a branch sometimes do.
    _Change(
        MEI,
        74,
        "feat: put kishimen on the menu",
        (_MENU,),
        {'"pappardelle")': '"pappardelle", "kishimen")'},
        "kishimen",
    ),
)


def create(folder: Path) -> Path:
    """Make `folder` the bare repository of hello-noodle and return it.

    It has five commits of three people on `main`, and a branch `kishimen` whose tests fail.

    Raises:
        Misconfigured: git is missing, or cannot write there.
    """
    fresh = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.parent.mkdir(parents=True, exist_ok=True)
    _git(fresh, "init", "--quiet", "--bare", "--initial-branch=main", "--object-format=sha1", "--template=")
    _git(fresh, "fast-import", "--quiet", "--done", said=b"".join(_stream()))
    try:
        return fresh.rename(folder)
    except OSError as error:
        raise Misconfigured(
            f"The demo's repository cannot be put at {folder}: {error.strerror}.", hint="Something else is there."
        ) from error


def _stream() -> Iterator[bytes]:
    """Give what `git fast-import` reads."""
    for change in _HISTORY:
        when = int((_BEGAN + timedelta(hours=change.hours)).timestamp())
        yield f"commit refs/heads/{change.branch}\n".encode()
        yield f"author {change.author} {when} +0000\ncommitter {change.author} {when} +0000\n".encode()
        yield _data(f"{change.subject}\n".encode())
        if change.branch != "main":
            yield b"from refs/heads/main\n"
        for name in change.files:
            text = (_PROJECT / name).read_text(encoding="utf-8")
            for now, then in change.swaps.items():
                text = text.replace(now, then)
            yield f"M 100644 inline {name}\n".encode() + _data(text.encode())
    yield b"done\n"


def _data(content: bytes) -> bytes:
    return f"data {len(content)}\n".encode() + content + b"\n"


def _git(folder: Path, *arguments: str, said: bytes = b"") -> None:
    command = ["git", f"--git-dir={folder}", *arguments]
    try:
        subprocess.run(command, input=said, capture_output=True, check=True, timeout=_SECONDS)
    except FileNotFoundError:
        raise Misconfigured("The demo needs git, which is not installed.", hint="Install git 2.30 or newer.") from None
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        why = (error.stderr or b"").decode(errors="replace").strip()
        raise Misconfigured(
            f"git could not make the demo's repository: {why}", hint=f"See that {folder.parent} can be written to."
        ) from error
