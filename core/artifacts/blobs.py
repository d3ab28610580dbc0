"""Blobs: bytes kept once under their own SHA-256, whoever they belong to.

A blob appears whole or not at all: it is written to a temporary file beside its place, made durable, and only then
given its name. Ownership and rights are the catalogue's; nobody is handed a blob by hash alone.
"""

import contextlib
import errno
import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol, Self

from core.errors import NoodleError, StorageFull, TooLarge, Unknown
from core.value import Value

_CHUNK = 1024 * 1024
_FULL = {errno.ENOSPC, errno.EDQUOT}
_STALE_SECONDS = 24 * 3600
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Blob(Value):
    """Bytes that are kept. `size` is in bytes."""

    sha256: str
    size: int


class Pending(Protocol):
    """Bytes that are coming in. Leaving the `with` block without `commit` leaves nothing behind."""

    @property
    def path(self) -> Path:
        """Where the bytes written so far can be read."""
        ...

    @property
    def size(self) -> int:
        """How many bytes were written so far."""
        ...

    @property
    def sha256(self) -> str:
        """The SHA-256 of the bytes written so far, in hex."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_exc: object) -> None: ...

    def write(self, data: bytes) -> None:
        """Add bytes. Raises TooLarge and StorageFull."""
        ...

    def commit(self) -> Blob:
        """Make the bytes durable and give them their name. Raises StorageFull."""
        ...


class BlobStore(Protocol):
    """Somewhere to keep blobs: a folder, a bucket."""

    def begin(self) -> Pending:
        """Begin to take bytes in, to be used in a `with` block."""
        ...

    def add(self, file: Path) -> Blob:
        """Keep a copy of a file. Raises TooLarge and StorageFull."""
        ...

    def put(self, data: bytes) -> Blob:
        """Keep bytes at hand. Raises TooLarge and StorageFull."""
        ...

    def path(self, sha256: str) -> Path:
        """Return a local file with the blob's bytes, to be read only. Raises Unknown."""
        ...

    def open(self, sha256: str) -> BinaryIO:
        """Open a blob for reading. Raises Unknown."""
        ...

    def exists(self, sha256: str) -> bool:
        """Whether a blob is there; its bytes are not looked at."""
        ...

    def size(self, sha256: str) -> int:
        """Return the blob's size in bytes. Raises Unknown."""
        ...

    def verify(self, sha256: str) -> bool:
        """Whether a blob is there and its bytes still have the hash it is named by."""
        ...


class FolderBlobs:
    """Blobs in a local folder: `sha256/ab/cd/abcd…`, temporary files in `tmp/` of the same file system."""

    def __init__(self, folder: Path, *, limit: int = 512 * 1024 * 1024) -> None:
        """Keep blobs in `folder`, made when it is not there; `limit` is the most bytes of one blob."""
        self._folder = folder
        self._limit = limit
        self._tmp = folder / "tmp"
        self._tmp.mkdir(parents=True, exist_ok=True)

    def begin(self) -> "FolderPending":
        """Begin to take bytes in, to be used in a `with` block."""
        return FolderPending(self._tmp, self._place, self._limit)

    def add(self, file: Path) -> Blob:
        """Keep a copy of a file. Raises TooLarge and StorageFull."""
        with self.begin() as pending, file.open("rb") as source:
            while chunk := source.read(_CHUNK):
                pending.write(chunk)
            return pending.commit()

    def put(self, data: bytes) -> Blob:
        """Keep bytes at hand. Raises TooLarge and StorageFull."""
        with self.begin() as pending:
            pending.write(data)
            return pending.commit()

    def path(self, sha256: str) -> Path:
        """Return the file of a blob, to be read only. Raises Unknown."""
        place = self._place(sha256)
        if not place.is_file():
            raise Unknown("These bytes are not kept here.", hint="The store may have been cleaned or moved.")
        return place

    def open(self, sha256: str) -> BinaryIO:
        """Open a blob for reading. Raises Unknown."""
        return self.path(sha256).open("rb")

    def exists(self, sha256: str) -> bool:
        """Whether a blob is there; its bytes are not looked at."""
        return bool(_SHA256.fullmatch(sha256)) and self._place(sha256).is_file()

    def size(self, sha256: str) -> int:
        """Return the blob's size in bytes. Raises Unknown."""
        return self.path(sha256).stat().st_size

    def verify(self, sha256: str) -> bool:
        """Whether a blob is there and its bytes still have the hash it is named by."""
        if not self.exists(sha256):
            return False
        with self.path(sha256).open("rb") as source:
            return hashlib.file_digest(source, "sha256").hexdigest() == sha256

    def sweep(self, *, older_than: float = _STALE_SECONDS) -> int:
        """Remove what uploads left behind when the machine died, by age in seconds; return how many files."""
        before = time.time() - older_than
        gone = 0
        for file in self._tmp.iterdir():
            with contextlib.suppress(FileNotFoundError):
                if file.stat().st_mtime < before:
                    file.unlink()
                    gone += 1
        return gone

    def _place(self, sha256: str) -> Path:
        # The name is checked, not trusted: it becomes a path.
        if not _SHA256.fullmatch(sha256):
            raise Unknown("That is not a SHA-256.", hint="It is 64 digits of 0-9a-f.")
        return self._folder / "sha256" / sha256[:2] / sha256[2:4] / sha256


class FolderPending:
    """A temporary file that becomes a blob or nothing."""

    def __init__(self, tmp: Path, place: "_Place", limit: int) -> None:
        self._place = place
        self._limit = limit
        self._hash = hashlib.sha256()
        self._size = 0
        with _translated():
            descriptor, name = tempfile.mkstemp(dir=tmp)
        self._path = Path(name)
        self._file = os.fdopen(descriptor, "wb")

    @property
    def path(self) -> Path:
        """Where the bytes written so far can be read."""
        with _translated():
            self._file.flush()
        return self._path

    @property
    def size(self) -> int:
        """How many bytes were written so far."""
        return self._size

    @property
    def sha256(self) -> str:
        """The SHA-256 of the bytes written so far, in hex."""
        return self._hash.hexdigest()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        with contextlib.suppress(OSError):  # a full disk says so again when what it buffered is written
            self._file.close()
        self._path.unlink(missing_ok=True)

    def write(self, data: bytes) -> None:
        """Add bytes. Raises TooLarge and StorageFull."""
        self._size += len(data)
        if self._size > self._limit:
            raise TooLarge(
                f"The file is larger than {self._limit // (1024 * 1024)} MiB.",
                hint="Make it smaller, or have the limit raised by whoever runs Noodle.",
            )
        self._hash.update(data)
        with _translated():
            self._file.write(data)

    def commit(self) -> Blob:
        """Make the bytes durable and give them their name. Raises StorageFull."""
        place = self._place(self.sha256)
        with _translated():
            self._file.flush()
            os.fchmod(self._file.fileno(), 0o444)
            os.fsync(self._file.fileno())
            self._file.close()
            _make_folder(place.parent)
            _name(self._path, place)
            _sync_folder(place.parent)
        return Blob(sha256=place.name, size=self._size)


class _Place(Protocol):
    def __call__(self, sha256: str) -> Path: ...


def _name(file: Path, place: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        if place.stat().st_size == file.stat().st_size:
            return
        # Damaged: the same hash cannot have another length. The whole bytes at hand mend it.
    file.replace(place)


def _make_folder(folder: Path) -> None:
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for new in reversed(missing):
        new.mkdir(exist_ok=True)
        _sync_folder(new.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(
                "There is no room left to keep the file. Nothing was kept.",
                hint="Whoever runs Noodle makes room where NOODLE_PACKAGE_REPOSITORY_PATH points. Then try again.",
            ) from error
        raise NoodleError("The file could not be kept.", hint="The log says why.") from error
