"""What a wire protocol needs to be a registry: the catalogue, the bytes, and who may do what."""

import fnmatch
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from core.artifacts.blobs import BlobStore
from core.packages.service import Packages
from core.releases.downloads import Downloads
from core.releases.model import Release
from core.releases.service import Releases
from core.value import Value

READ = "registry:read"
PUBLISH = "release:publish"


class Asker(Value):
    """Who asks, and the most that what they showed is good for."""

    id: str
    """The person whose rights count: `slack:T1:U1`."""
    permissions: frozenset[str]
    packages: tuple[str, ...] = ("*",)
    """Patterns of normalized package names."""

    def covers(self, permission: str, package: str) -> bool:
        """Whether the token shown is meant for this. "" stands for every package."""
        if permission not in self.permissions:
            return False
        if not package:
            return "*" in self.packages
        return any(fnmatch.fnmatchcase(package, pattern) for pattern in self.packages)


class Verdict(NamedTuple):
    """Yes or no, and why not, as a sentence for people."""

    allowed: bool
    reason: str = ""


@dataclass(frozen=True)
class Registry:
    """Everything the routes of an ecosystem work with."""

    packages: Packages
    releases: Releases
    blobs: BlobStore
    downloads: Downloads
    authenticate: Callable[[str], Asker | None]
    """Tells who showed a secret; None for nobody."""
    may: Callable[[str, str, str], Verdict]
    """Whether a person (id) has a permission on a package (normalized name; "" for all of them)."""
    published: Callable[[Release, str], None]
    """Called in the transaction in which an upload makes a new version, with who uploaded it."""

    def verdict(self, asker: Asker, permission: str, package: str) -> Verdict:
        """Whether both the token and its owner may."""
        if not asker.covers(permission, package):
            what = f"for {package}" if package else "for every package"
            return Verdict(allowed=False, reason=f"This token is not good for {permission} {what}.")
        return self.may(asker.id, permission, package)
