"""Source archives that are the same bytes each time, whatever the build backend wrote into them.

hatchling, flit, poetry and uv keep to SOURCE_DATE_EPOCH. setuptools and pdm do not in an sdist: the
clock, and the name of whoever builds, get into it.
"""

import gzip
import tarfile
import zlib
from datetime import datetime
from pathlib import Path

from core.errors import RunFailed

_BYTES_MOST = 512 * 1024 * 1024
_FILES_MOST = 100_000
_OURS = {"mtime", "atime", "ctime", "uid", "gid", "uname", "gname"}
_BROKEN = (tarfile.TarError, zlib.error, EOFError, OSError, ValueError)
_STAMP = slice(4, 8)  # RFC 1952


def settle(path: Path, at: datetime) -> None:
    """Write `at` and nobody into an sdist in place of the time and the user it was built by.

    One that says nothing of either is left as it is, and so is one so large that it would take long.
    Raises RunFailed for what is no sdist.
    """
    when = int(at.timestamp())
    fresh = path.with_name(f".{path.name}.new")
    try:
        if _settled(path, when):
            return
        with (
            tarfile.open(path) as old,
            fresh.open("wb") as raw,
            gzip.GzipFile("", "wb", mtime=when, fileobj=raw) as packed,
            tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as new,
        ):
            for member in old:
                new.addfile(_anonymous(member, when), old.extractfile(member) if member.isreg() else None)
        fresh.replace(path)
    except _BROKEN as error:
        raise RunFailed(f"The build made {path.name}, which is no source archive: {error}.") from error
    finally:
        fresh.unlink(missing_ok=True)


def _settled(path: Path, when: int) -> bool:
    with path.open("rb") as file:
        stamp = int.from_bytes(file.read(10)[_STAMP], "little")
    size, times = 0, {stamp}
    with tarfile.open(path) as archive:
        for count, member in enumerate(archive):
            size += member.size
            if size > _BYTES_MOST or count > _FILES_MOST:
                return True
            times.add(int(member.mtime))
    return times <= {0, when}


def _anonymous(member: tarfile.TarInfo, when: int) -> tarfile.TarInfo:
    kept = {name: value for name, value in member.pax_headers.items() if name not in _OURS}
    changed = member.replace(mtime=when, uid=0, gid=0, uname="", gname="", deep=False)
    changed.pax_headers = kept
    return changed
