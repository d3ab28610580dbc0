"""Who is asking over HTTP: a token, as Bearer or as the password of Basic (RFC 6750, RFC 7617)."""

import base64
import binascii
from collections.abc import Mapping

from core.access.model import PERMISSIONS as ROLES
from core.access.model import Ask, Role
from core.app import Noodle
from core.asked import Asked
from core.errors import NotAllowed, NotAuthenticated
from core.packages.model import normalize
from core.tokens.model import PERMISSIONS, Token


def secret_of(headers: Mapping[str, str]) -> str:
    """Return the token a request carries, "" when it carries none that can be read."""
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""


def token_of(headers: Mapping[str, str], noodle: Noodle) -> Token:
    """Return the token of a request. Raises NotAuthenticated."""
    token = noodle.tokens.find(secret_of(headers))
    if token is None:
        raise NotAuthenticated(
            "This needs a token, and the request carries none that is good.",
            hint="Make one in Slack with `/noodle token create <name>` and send it as `Authorization: Bearer …`.",
        )
    return token


def asker(token: Token, request: str) -> Asked:
    """Return who asks by a token."""
    name = f"{token.name} of {token.owner.rpartition(':')[2]}"
    return Asked(person=token.owner, name=name, source="rest", request=request)


def ensure_covered(token: Token, ask: Ask, *, changes: bool) -> None:
    """Raise NotAllowed when a token's scope does not cover changes, or its packages not what is asked for.

    What concerns no package in particular takes a token for every package, as it takes such a role.
    """
    if changes and "command:change" not in PERMISSIONS[token.scope]:
        raise NotAllowed(
            f"The token `{token.name}` may {token.scope}, not give commands that change something.",
            hint="Make a token with `/noodle token create <name> --scope full`.",
        )
    everything = "*" in token.packages or ROLES.get(ask.permission, Role.ADMIN) is None
    if not everything and not (ask.package and token.covers("registry:read", normalize(ask.package))):
        raise NotAllowed(
            f"The token `{token.name}` is for {', '.join(token.packages)} only.",
            hint="Make one for every package with `/noodle token create <name> --scope full`.",
        )
