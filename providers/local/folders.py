"""The folders of one package in one environment: a folder per release, a note beside each, and the live link.

releases/7/          the virtual environment that run 7 made, or a link to that of an earlier run
releases/7.json      the note that says it is whole
live -> releases/7   what is live; moved by one atomic rename
"""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from packaging.utils import canonicalize_name
from pydantic import ValidationError

from core.errors import BadCommand
from core.process import await_the_end
from core.value import Value

KEPT = 5
"""Releases that stay, so that going back to one of them needs no download."""

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?", re.ASCII)


class Note(Value):
    """What a release folder is; written only once it is whole."""

    run: int
    version: str
    sha256: str
    at: datetime
    """When it was put here or, once it has been live, when it went live."""
    before: int = 0
    """The run that was live before this one was."""


class Folders:
    """The releases of one package in one environment."""

    def __init__(self, root: Path, environment: str, package: str) -> None:
        """Nothing is made yet. Raises BadCommand for a name that could lead out of `root`."""
        self.home = root / _checked(environment) / canonicalize_name(_checked(package))
        self._releases = self.home / "releases"
        self._link = self.home / "live"

    def release(self, run: int) -> Path:
        """Return the folder of a run's release, which may be a link to an earlier one."""
        return self._releases / str(run)

    def note(self, run: int) -> Note | None:
        """Return the note of a whole release, or None for one that is missing or half made."""
        try:
            note = Note.model_validate_json((self._releases / f"{run}.json").read_bytes())
        except (FileNotFoundError, ValidationError):
            return None
        return note if self.release(run).is_dir() else None

    def write(self, note: Note) -> None:
        """Keep a note; it is there as a whole or not at all, also after a power cut."""
        _write(self._releases / f"{note.run}.json", note.model_dump_json(indent=2).encode())

    def live(self) -> Note | None:
        """Return the note of what is live; None when nothing is."""
        run = self._live_run()
        return self.note(run) if run else None

    def switch(self, run: int) -> None:
        """Make a run's release the live one, at one moment: whoever looks sees the old or the new, never neither."""
        fresh = self.home / f".live-{run}"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(Path("releases") / str(run))
        fresh.replace(self._link)
        _sync(self.home)

    def whole(self) -> Iterator[Note]:
        """Give the notes of all whole releases, newest run first."""
        for run in sorted(self._runs(), reverse=True):
            if note := self.note(run):
                yield note

    def reuse(self, run: int, earlier: int) -> None:
        """Let a run's release be the folder of an earlier one."""
        self.release(run).symlink_to(self.release(earlier).resolve().name)
        _sync(self._releases)

    @contextmanager
    def work(self, run: int) -> Iterator[Path]:
        """Give an empty folder that only Noodle may look into, gone when the block ends."""
        folder = self._work(run)
        self._clear(run)
        self._releases.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            _remove(folder)

    def remove(self, run: int) -> None:
        """Remove a run's release, its note first, unless it is live or another release is a link to it."""
        self._clear(run)
        (self.home / f".live-{run}").unlink(missing_ok=True)
        if run == self._live_run() or run in {self._stored(other) for other in self._runs() if other != run}:
            return
        (self._releases / f"{run}.json").unlink(missing_ok=True)
        _remove(self.release(run))

    def prune(self) -> None:
        """Remove all but the last `KEPT` releases, the live one, the one before it, and what they are links to."""
        runs = sorted(self._runs(), reverse=True)
        live = self.live()
        keep = {*runs[:KEPT], *((live.run, live.before) if live else ())}
        keep |= {self._stored(run) for run in keep}
        for run in runs:
            if run not in keep:
                self.remove(run)

    def _clear(self, run: int) -> None:
        """Remove the work folder of a run, once what a killed Noodle started in it has ended."""
        await_the_end(self._work(run))
        _remove(self._work(run))

    def _live_run(self) -> int:
        with suppress(OSError, ValueError):
            return int(self._link.readlink().name)
        return 0

    def _stored(self, run: int) -> int:
        """Return the run whose folder a run's release is."""
        with suppress(ValueError):
            return int(self.release(run).resolve().name)
        return run

    def _runs(self) -> set[int]:
        if not self._releases.is_dir():
            return set()
        names = {path.stem for path in self._releases.iterdir()}
        return {int(name) for name in names if name.isascii() and name.isdigit()}

    def _work(self, run: int) -> Path:
        return self._releases / f".work-{run}"


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise BadCommand(
            f"`{name[:100]}` cannot be the name of a folder.",
            hint="Names of packages and environments are letters, digits, dots, dashes and underscores.",
        )
    return name


def _write(path: Path, data: bytes) -> None:
    fresh = path.with_name(f".{path.name}.new")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _remove(path: Path) -> None:
    if path.is_symlink():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)
