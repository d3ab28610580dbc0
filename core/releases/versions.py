"""Which version comes next, and which two are the same. Pure."""

from collections.abc import Iterable

from packaging.utils import canonicalize_version
from packaging.version import InvalidVersion, Version

from core.errors import AlreadyExists, BadCommand
from core.versions import FIRST, bump, from_pep440, highest, parse_wanted, to_pep440


def identity(version: str) -> str:
    """Return what two spellings of one version share: `1.4.0-rc.1` and `1.4.0rc1`, `1.0` and `1.0.0`.

    Files are named by PEP 440, where these are the same, so they must not be two releases.
    """
    try:
        return str(canonicalize_version(to_pep440(version)))
    except BadCommand:
        return str(canonicalize_version(version))


def next_version(package: str, existing: Iterable[str], wanted: str) -> str:
    """Return the version a release makes.

    Args:
        package: The package's name, for the refusal.
        existing: Every version there ever was, deleted ones too.
        wanted: `major`, `minor`, `patch`, or the version itself.

    Raises:
        BadCommand: When `wanted` is neither, or Python cannot say it.
        AlreadyExists: When the version is taken.
    """
    versions = list(existing)
    asked = parse_wanted(wanted)
    if isinstance(asked, str):
        last = highest(versions)
        return bump(_semver(last), asked) if last else FIRST
    version = str(asked)
    to_pep440(version)
    if identity(version) in {identity(other) for other in versions}:
        raise taken(package, version, versions)
    return version


def taken(package: str, version: str, existing: Iterable[str]) -> AlreadyExists:
    """Return the refusal of a version that is there, or was."""
    following = bump(_semver(highest(existing) or version), "patch")
    return AlreadyExists(
        f"{package} {version} is taken. A version is never used twice, not even after it was deleted.",
        hint=f"The next free one is {following}.",
        example=f"release {package} {following}",
    )


def _semver(version: str) -> str:
    # What SemVer cannot say (1.0.post1, 1.2.3.4) counts on from the first three of its numbers.
    try:
        found = Version(to_pep440(version) if "-" in version else version)
    except (BadCommand, InvalidVersion):
        return version
    plain = from_pep440(str(found))
    try:
        to_pep440(plain)
    except BadCommand:
        return ".".join(str(number) for number in (*found.release, 0, 0)[:3])
    return plain
