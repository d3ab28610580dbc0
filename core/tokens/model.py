"""Tokens: what pip, twine and scripts show instead of a person. Values and pure rules."""

import fnmatch
import secrets
import string
import zlib
from datetime import datetime
from typing import Literal

from core.value import Value

Scope = Literal["read", "publish", "full"]

PREFIX = "ndl_"
PERMISSIONS: dict[Scope, frozenset[str]] = {
    "read": frozenset({"registry:read"}),
    "publish": frozenset({"registry:read", "release:publish"}),
    "full": frozenset({"registry:read", "release:publish", "command:change"}),
}
"""What a token of each scope is good for at most; its owner's own rights still decide."""

_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_BITS = 256
_RANDOM = 43
"""Digits that hold 256 bits in base 62."""
_CHECK = 6
"""Digits that hold a CRC-32 in base 62."""


class Token(Value):
    """What Noodle knows of a token. The secret itself is nowhere."""

    id: int
    owner: str
    """Whose rights it carries: a person's id."""
    name: str
    scope: Scope
    packages: tuple[str, ...]
    """Patterns of normalized package names, as in a shell: `*`, `web-*`."""
    created_at: datetime
    created_by: str
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    revoked_by: str = ""
    last_used_at: datetime | None = None

    def valid(self, at: datetime) -> bool:
        """Whether it is neither revoked nor expired at that moment."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)

    def covers(self, permission: str, package: str = "") -> bool:
        """Whether its scope and patterns include it. `package` is a normalized name; "" is none in particular."""
        if permission not in PERMISSIONS[self.scope]:
            return False
        return not package or any(fnmatch.fnmatchcase(package, pattern) for pattern in self.packages)


def new_secret() -> str:
    """Return a new secret: `ndl_`, 256 random bits and a checksum, in base 62.

    The prefix lets scanners find it in a repo, the checksum lets a typo be told from a revoked token.
    """
    body = _base62(secrets.randbits(_BITS), _RANDOM)
    return f"{PREFIX}{body}{_checksum(body)}"


def well_formed(text: str) -> bool:
    """Whether a text can be a secret of ours: prefix, length and checksum are right. Asks nobody."""
    body = text.removeprefix(PREFIX)
    if not text.startswith(PREFIX) or len(body) != _RANDOM + _CHECK or not set(body) <= set(_DIGITS):
        return False
    return _checksum(body[:_RANDOM]) == body[_RANDOM:]


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(f"{PREFIX}{body}".encode()), _CHECK)


def _base62(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, rest = divmod(number, len(_DIGITS))
        digits.append(_DIGITS[rest])
    return "".join(reversed(digits))
