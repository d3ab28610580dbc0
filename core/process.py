"""Child processes: in a group of their own, under limits, with a clean environment and a log on disk."""

import errno
import fcntl
import os
import re
import selectors
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Self

from core.errors import NotReady, RunFailed, StorageFull, TimedOut
from core.ports import Limits
from core.value import Value

LOG_LIMIT = 10 * 1024 * 1024
"""Bytes a log may grow to; a child that writes more is not stopped, its words are dropped."""
PATIENCE = 5.0
"""Seconds between asking a child to end and ending it."""

_GUARD = Path(__file__).with_name("guard.py")
_CHUNK = 1 << 16
_TAIL = 1 << 15
_FULL = re.compile(r"No space left on device|Disk quota exceeded|\[Errno 28\]|ENOSPC", re.IGNORECASE)
_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "PIP_CERT")
_KEPT_TOO = ("PIP_INDEX_URL", "PIP_FIND_LINKS")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")


class Output(Value):
    """What a short command said."""

    code: int
    out: str
    err: str


def clean_environment(home: Path, source: Mapping[str, str]) -> dict[str, str]:
    """Return the few variables a child may see, with `home` as its home and `home/tmp` (made here) as its TMPDIR.

    Only the variables listed in this file are taken from `source`, so no setting or secret of Noodle's gets through.
    """
    (home / "tmp").mkdir(parents=True, exist_ok=True)
    kept = {name: source[name] for name in (*_KEPT, *_KEPT_TOO, *_PROXIES) if name in source}
    return {
        "PATH": os.defpath,
        **kept,
        "HOME": str(home),
        "TMPDIR": str(home / "tmp"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
        "PIP_NO_CACHE_DIR": "1",
        "PIP_PROGRESS_BAR": "off",
    }


def run(
    command: Sequence[str],
    *,
    folder: Path,
    log: Path,
    limits: Limits,
    env: Mapping[str, str],
    setting: str = "",
) -> int:
    """Run a command in `folder` and return its exit code (128 + n if signal n ended it, 127 if it is not there).

    All it says is appended to `log`, up to `LOG_LIMIT` bytes. Whatever it started is ended with it.

    Args:
        command: Program and arguments; never a shell line, never with a secret in it.
        folder: Where it runs.
        log: A file, made if need be. The command line is written there first.
        limits: Seconds for the whole, MB for each process.
        env: Its whole environment, see `clean_environment`.
        setting: The name of the setting that raises the time limit, for the refusal.

    Raises:
        TimedOut: It took longer than `limits.seconds`; it and all it started were ended.
        StorageFull: The disk was full, for the log or, as it says itself, for the command.
    """
    until = time.monotonic() + limits.seconds
    with _Log(log) as kept:
        kept.write(f"$ {shlex.join(command)}\n".encode())
        with _started(
            command, folder=folder, limits=limits, env=env, out=subprocess.PIPE, err=subprocess.STDOUT
        ) as child:
            if not _copied(child, kept, until) or not _ended(child, until):
                _stop(child)
                kept.write(f"\n[stopped after {limits.seconds} s]\n".encode())
                raise _timed_out(command, limits, setting)
        if child.returncode and _FULL.search(last_words(log, lines=200)):
            raise _storage_full()
        return child.returncode


def output(
    command: Sequence[str], *, folder: Path, limits: Limits, env: Mapping[str, str], setting: str = ""
) -> Output:
    """Run a short command and return what it said; raises as `run` does. Text is UTF-8, faults in it replaced."""
    # Files, not pipes: a grandchild that keeps a pipe open cannot make us wait.
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        with _started(command, folder=folder, limits=limits, env=env, out=out, err=err) as child:
            if not _ended(child, time.monotonic() + limits.seconds):
                raise _timed_out(command, limits, setting)
        said = [_text(file) for file in (out, err)]
    if child.returncode and _FULL.search(said[1]):
        raise _storage_full()
    return Output(code=child.returncode, out=said[0], err=said[1])


def await_the_end(folder: Path) -> None:
    """Wait until nothing runs any more that was started in `folder`, which need not exist.

    When Noodle is killed its children are ended too, but a moment later: whoever starts again where it was cut off
    calls this before touching the folder.

    Raises:
        NotReady: Something still runs there after twice `PATIENCE`.
    """
    try:
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return
    until = time.monotonic() + 2 * PATIENCE
    try:
        while not _locked(opened):
            if time.monotonic() > until:
                raise NotReady("Something that an earlier run started still runs.", hint="Try again in a moment.")
            time.sleep(0.01)
    finally:
        os.close(opened)


class Commands:
    """Commands that share a folder, a log, an environment and one time limit."""

    def __init__(self, *, folder: Path, log: Path, limits: Limits, env: Mapping[str, str], setting: str = "") -> None:
        self._folder, self._log, self._limits, self._env, self._setting = folder, log, limits, env, setting
        self._until = time.monotonic() + limits.seconds

    def run(self, *command: str, env: Mapping[str, str] | None = None) -> int:
        """Run a command within what is left of the time and return its exit code; raises as `core.process.run`."""
        left = max(0, round(self._until - time.monotonic()))
        try:
            return run(
                command,
                folder=self._folder,
                log=self._log,
                limits=self._limits.model_copy(update={"seconds": left}),
                env=self._env if env is None else env,
            )
        except TimedOut as error:
            raise _timed_out(command, self._limits, self._setting) from error

    def must(self, doing: str, *command: str, hide: Sequence[Path] = (), env: Mapping[str, str] | None = None) -> None:
        """Run a command that has to succeed; raises RunFailed with `doing` and its last words otherwise."""
        code = self.run(*command, env=env)
        if code:
            raise RunFailed(f"{doing} failed (exit code {code}):\n{last_words(self._log, hide=hide)}")


def last_words(log: Path, *, lines: int = 12, hide: Sequence[Path] = ()) -> str:
    """Return the last lines of a log that say something, without the names of the folders in `hide`."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - _TAIL))
        text = without(file.read().decode(errors="replace"), hide)
    said = [line.rstrip() for line in text.splitlines() if line.strip() and not line.startswith("$ ")]
    return "\n".join(said[-lines:])


def without(text: str, hide: Sequence[Path]) -> str:
    """Return a text without the names of some folders: what is in one is called as seen from it."""
    for folder in sorted({*map(str, hide), *(str(folder.resolve()) for folder in hide)}, key=len, reverse=True):
        text = text.replace(f"{folder}{os.sep}", "").replace(folder, ".")
    return text


class _Log:
    """A log file that stops growing at its limit and knows what a full disk means."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> Self:
        with _full_disk_known():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._left = LOG_LIMIT - os.fstat(self._file).st_size
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)

    def write(self, data: bytes) -> None:
        if self._left <= 0:
            return
        data, cut = data[: self._left], len(data) >= self._left
        self._left -= len(data)
        if cut:
            data += f"\n[cut: a log holds {LOG_LIMIT >> 20} MB]\n".encode()
        with _full_disk_known():
            while data:
                data = data[os.write(self._file, data) :]


@contextmanager
def _full_disk_known() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise _storage_full() from error
        raise


@contextmanager
def _started(
    command: Sequence[str],
    *,
    folder: Path,
    limits: Limits,
    env: Mapping[str, str],
    out: int | IO[bytes],
    err: int | IO[bytes],
) -> Iterator[subprocess.Popen[bytes]]:
    child = subprocess.Popen(
        [sys.executable, "-I", "-S", str(_GUARD), str(os.getpid()), str(limits.memory_mb), *command],
        cwd=folder,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=err,
        start_new_session=True,
    )
    try:
        yield child
    finally:
        _stop(child)
        if child.stdout:
            child.stdout.close()


def _copied(child: subprocess.Popen[bytes], log: _Log, until: float) -> bool:
    """Copy what the child says until it has no more to say; False when time ran out."""
    assert child.stdout is not None  # noqa: S101 - `_started` was told PIPE; this is for the type checker
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while (left := until - time.monotonic()) > 0:
            if selector.select(min(left, 0.2)):
                if not (data := os.read(child.stdout.fileno(), _CHUNK)):
                    return True
                log.write(data)
            elif child.poll() is not None:
                return True
    return False


def _ended(child: subprocess.Popen[bytes], until: float) -> bool:
    try:
        child.wait(max(0.0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        return False
    return True


def _stop(child: subprocess.Popen[bytes]) -> None:
    """End the guard, the command and everything it started: ask, wait, then end."""
    if child.poll() is None:
        _signal(child, signal.SIGTERM)
        if not _ended(child, time.monotonic() + PATIENCE):
            child.send_signal(signal.SIGUSR1)
            _ended(child, time.monotonic() + PATIENCE)
    _signal(child, signal.SIGKILL)
    child.wait()


def _signal(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):  # the group is gone; macOS says EPERM of a zombie
        os.killpg(child.pid, number)


def _locked(opened: int) -> bool:
    """Whether we have the lock that `core.guard.hold_folder` shares while it lives."""
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")


def _timed_out(command: Sequence[str], limits: Limits, setting: str) -> TimedOut:
    hint = f"Raise {setting} if it needs longer." if setting else "Try again, or allow it more time."
    return TimedOut(f"{Path(command[0]).name} was stopped after {limits.seconds} s.", hint=hint)


def _storage_full() -> StorageFull:
    return StorageFull("The disk is full; nothing was kept.", hint="Free some space, then run the same command again.")
