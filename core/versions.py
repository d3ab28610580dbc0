"""Versions: read, raised, ordered, and said the way Python says them.

Noodle speaks SemVer 2.0 (semver.org) with people. Python files are named by PEP 440, which spells a pre-release
differently (`1.4.0rc1` for `1.4.0-rc.1`) and has kinds of version that SemVer has no word for (`1.0.post1`).
"""

from collections.abc import Iterable, Sequence
from typing import Literal, cast

from packaging.version import InvalidVersion
from packaging.version import Version as Pep440
from semver import Version

from core.errors import BadCommand

Part = Literal["major", "minor", "patch"]

FIRST = "0.1.0"
"""The version a package begins with when its first release asks for `minor` or `patch`."""

PARTS: tuple[Part, ...] = ("major", "minor", "patch")
_MOST = 100
_FROM_PEP440 = {"a": "alpha", "b": "beta", "rc": "rc"}
_TO_PEP440 = {"alpha": "a", "a": "a", "beta": "b", "b": "b", "rc": "rc", "dev": ".dev"}


def parse(text: str) -> Version:
    """Return a SemVer version. Raises BadCommand, saying what a version looks like, for anything else.

    A leading `v` is understood, since tags have one.
    """
    plain = text.strip().removeprefix("v")
    try:
        return Version.parse(plain if len(plain) <= _MOST else "too long")
    except ValueError:
        raise BadCommand(
            f"`{text[:_MOST]}` is not a version.",
            hint="A version is three numbers with dots, and may have a pre-release: `1.4.0` or `1.4.0-rc.1`.",
            example="release <package> 1.4.0",
        ) from None


def parse_wanted(text: str) -> Part | Version:
    """Return what a release asks for: a part to raise, or the version itself. Raises BadCommand."""
    lower = text.strip().lower()
    if lower in PARTS:
        return lower
    try:
        return parse(text)
    except BadCommand:
        raise BadCommand(
            f"`{text[:_MOST]}` is not a version, nor a part of one.",
            hint="Say which part to raise (`major`, `minor` or `patch`), or the version itself: `1.4.0`, `1.4.0-rc.1`.",
            example="release <package> minor",
        ) from None


def bump(version: str, part: Part) -> str:
    """Return the version after `version` with a part raised.

    As SemVer and every bump tool have it, a pre-release of the very version is raised to it: `2.0.0-rc.1` and
    `major` give `2.0.0`. Raises BadCommand when `version` is not SemVer or the part is none.
    """
    found = parse(version)
    if part not in PARTS:
        raise BadCommand(f"`{part}` is not a part of a version.", hint="There is: major, minor, patch.")
    return str(found.next_version(part))


def latest(versions: Iterable[str]) -> str | None:
    """Return the newest version, a final one before any pre-release; None when there is none.

    Pre-releases are only looked at when nothing else is there, as pip does.
    """
    ordered = ascending(versions)
    final = [version for version in ordered if not is_prerelease(version)]
    best = final or ordered
    return best[-1] if best else None


def highest(versions: Iterable[str]) -> str | None:
    """Return the version of the highest precedence, pre-release or not; None when there is none."""
    ordered = ascending(versions)
    return ordered[-1] if ordered else None


def ascending(versions: Iterable[str]) -> Sequence[str]:
    """Return versions by precedence, lowest first, never by text: 1.9.0 before 1.10.0.

    Where all can be said in PEP 440, its order holds, so that post and dev releases stand right; else SemVer's.
    """
    every = list(versions)
    python = {version: _pep440(version) for version in every}
    if all(python.values()):
        return sorted(every, key=lambda version: cast("Pep440", python[version]))
    return sorted(every, key=parse)


def is_prerelease(version: str) -> bool:
    """Whether a version comes before a final one: alpha, beta, rc or dev."""
    python = _pep440(version)
    return python.is_prerelease if python else bool(parse(version).prerelease)


def to_pep440(version: str) -> str:
    """Return a SemVer version as PEP 440 spells it: `1.4.0-rc.1` is `1.4.0rc1`.

    Raises BadCommand for a pre-release that Python has no word for.
    """
    found = parse(version)
    text = f"{found.major}.{found.minor}.{found.patch}"
    if found.prerelease:
        word, number = _prerelease(found.prerelease)
        if word not in _TO_PEP440 or not number.isdigit():
            raise BadCommand(
                f"Python has no pre-release called `{found.prerelease}`.",
                hint="It knows `alpha`, `beta`, `rc` and `dev`, each with a number: `1.4.0-rc.1`.",
                example="release <package> 1.4.0-rc.1",
            )
        text += f"{_TO_PEP440[word]}{int(number)}"
    if found.build:
        text += f"+{found.build}"
    return str(Pep440(text))


def from_pep440(version: str) -> str:
    """Return a PEP 440 version as SemVer has it: `1.4.0rc1` is `1.4.0-rc.1`, `1.4` is `1.4.0`.

    What SemVer cannot say (`1.0.post1`, an epoch, four numbers) comes back as PEP 440 writes it.
    Raises BadCommand for what is not PEP 440 either.
    """
    try:
        found = Pep440(version)
    except InvalidVersion:
        raise BadCommand(
            f"`{version[:_MOST]}` is not a version.",
            hint="A Python version looks like `1.4.0` or `1.4.0rc1` (PEP 440).",
        ) from None
    both = found.pre is not None and found.dev is not None
    if found.epoch or found.post is not None or both or len(found.release) > len(PARTS):
        return str(found)
    text = ".".join(str(number) for number in (*found.release, 0, 0)[: len(PARTS)])
    if found.pre is not None:
        text += f"-{_FROM_PEP440[found.pre[0]]}.{found.pre[1]}"
    if found.dev is not None:
        text += f"-dev.{found.dev}"
    if found.local:
        text += f"+{found.local}"
    return text


def _prerelease(text: str) -> tuple[str, str]:
    # rc.1 and rc1 are both written; a bare `rc` is rc0, as PEP 440 reads it.
    word = text.rstrip("0123456789")
    return word.rstrip(".").lower(), text[len(word) :] or "0"


def _pep440(version: str) -> Pep440 | None:
    try:
        return Pep440(to_pep440(version))
    except (BadCommand, InvalidVersion):
        pass
    try:
        return Pep440(version)
    except InvalidVersion:
        return None
