"""Python's files: their names, and the metadata inside them. Nothing is ever unpacked to disk or run.

Names follow PEP 427 and PEP 625 as `packaging` reads them; metadata is PEP 566 and later. The metadata version is never
checked: a registry that knows only yesterday's refuses today's tools.
"""

import gzip
import io
import re
import tarfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from packaging.metadata import parse_email
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from core.errors import BadUpload
from core.releases.model import FileFacts, Kind

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+!-]*")
_METADATA_MOST = 4 * 1024 * 1024
_DIRECTORY_MOST = 8 * 1024 * 1024
"""Bytes of a zip's own list of files; some 100,000 files fit."""
_UNPACKED_MOST = 512 * 1024 * 1024
"""Bytes of a source archive that are unpacked, in passing, to find its metadata."""
_END_OF_ZIP = b"PK\x05\x06"
_END_SIZE = 22
_COMMENT_MOST = 65535
_BROKEN = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


class FileName(NamedTuple):
    """What a file's name says."""

    name: str
    """Normalized (PEP 503)."""
    version: str
    """As PEP 440 writes it."""
    kind: Kind


def parse_name(filename: str) -> FileName:
    """Return what a file name says. Raises BadUpload for one that is neither wheel nor sdist."""
    if filename.endswith(".egg"):
        raise BadUpload(
            f"{filename} is an egg, and no installer takes eggs (PEP 715).", hint="Build a wheel: `python -m build`."
        )
    plain = filename if _PLAIN.fullmatch(filename) else ""  # which is no file's name
    try:
        if plain.endswith(".whl"):
            name, version, _build, _tags = parse_wheel_filename(plain)
            return FileName(name, str(version), "wheel")
        name, version = parse_sdist_filename(plain)
    except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion):
        raise BadUpload(
            f"`{filename[:200]}` is not the name of a wheel or a source archive.",
            hint="It looks like `noodle_demo-1.4.0-py3-none-any.whl` or `noodle_demo-1.4.0.tar.gz`.",
        ) from None
    return FileName(name, str(version), "sdist")


def inspect(filename: str, path: Path) -> FileFacts:
    """Return what the file at `path` says of itself, under the name it shall have.

    The version comes back as PEP 440 writes it. Raises BadUpload when it cannot be read, is a bomb, or its name and
    its metadata do not agree.
    """
    said = parse_name(filename)
    try:
        metadata = _wheel_metadata(path, said) if said.kind == "wheel" else _sdist_metadata(filename, path)
    except _BROKEN as error:
        raise BadUpload(f"{filename} cannot be read: it is damaged or not what its name says.") from error
    raw, _ = parse_email(metadata)
    name, version = raw.get("name", ""), raw.get("version", "")
    if canonicalize_name(name) != said.name or not _same(version, said.version):
        raise BadUpload(
            f"{filename} says in its metadata that it is {name or 'nothing'} {version}".rstrip() + ".",
            hint="The name of the file and its metadata must agree. Build it again.",
        )
    return FileFacts(
        name=name,
        version=str(Version(version)),
        kind=said.kind,
        requires_python=raw.get("requires_python", ""),
        # An sdist's metadata may change when it is built, so installers are only offered a wheel's.
        metadata=metadata if said.kind == "wheel" else b"",
    )


def _same(version: str, other: str) -> bool:
    try:
        return Version(version) == Version(other)
    except InvalidVersion:
        return False


def _wheel_metadata(path: Path, said: FileName) -> bytes:
    with path.open("rb") as file:
        _check_directory(file)
        with zipfile.ZipFile(file) as archive:
            found = [name for name in archive.namelist() if _is_metadata(name, said)]
            if len(found) != 1:
                raise BadUpload("The wheel has no metadata of its own name and version.", hint="Build it again.")
            with archive.open(found[0]) as member:
                return _capped(member)


def _is_metadata(name: str, said: FileName) -> bool:
    folder, _, file = name.partition("/")
    if file != "METADATA" or not folder.endswith(".dist-info"):
        return False
    project, _, version = folder.removesuffix(".dist-info").rpartition("-")
    return canonicalize_name(project) == said.name and _same(version, said.version)


def _sdist_metadata(filename: str, path: Path) -> bytes:
    if filename.endswith(".zip"):
        with path.open("rb") as file:
            _check_directory(file)
            with zipfile.ZipFile(file) as archive:
                found = [name for name in archive.namelist() if _is_pkg_info(name)]
                if not found:
                    raise BadUpload("The source archive has no PKG-INFO.", hint="Build it again: `python -m build`.")
                with archive.open(found[0]) as member:
                    return _capped(member)
    with _Limited(path) as unpacked, tarfile.open(fileobj=unpacked, mode="r|") as archive:
        for entry in archive:
            if entry.isfile() and _is_pkg_info(entry.name):
                inside = archive.extractfile(entry)
                if inside is not None:
                    return _capped(inside)
    raise BadUpload("The source archive has no PKG-INFO.", hint="Build it again: `python -m build`.")


def _is_pkg_info(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return parts[1:] == ("PKG-INFO",)


def _capped(file: IO[bytes]) -> bytes:
    data = file.read(_METADATA_MOST + 1)
    if len(data) > _METADATA_MOST:
        raise BadUpload(f"The metadata is larger than {_METADATA_MOST // (1024 * 1024)} MiB.")
    return data


def _check_directory(file: IO[bytes]) -> None:
    """Refuse a zip whose list of files would fill memory before one of them is looked at. zip64 is such a one."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _END_SIZE - _COMMENT_MOST))
    tail = file.read()
    end = tail.rfind(_END_OF_ZIP)
    record = tail[end : end + _END_SIZE]
    if end < 0 or len(record) < _END_SIZE:
        raise BadUpload("That is not a zip file, or it is cut off.", hint="Build it again, and upload it whole.")
    if int.from_bytes(record[12:16], "little") > _DIRECTORY_MOST:
        raise BadUpload("The archive has too many files in it.")
    file.seek(0)


class _Limited(gzip.GzipFile):
    """Reads a gzip file and stops a bomb."""

    _left = _UNPACKED_MOST

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self._left -= len(data)
        if self._left < 0:
            raise BadUpload(f"The archive unpacks to more than {_UNPACKED_MOST // 1024**2} MiB.")
        return data
