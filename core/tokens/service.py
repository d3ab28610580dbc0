"""Minting, finding and revoking tokens."""

import hashlib
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

from core.clock import Clock
from core.db import Database
from core.errors import BadCommand, Unknown
from core.packages.model import normalize
from core.suggest import close
from core.tokens import store
from core.tokens.model import PERMISSIONS, Scope, Token, new_secret, well_formed

REMEMBER = timedelta(seconds=5)
"""How long another process may still take a token that was revoked here."""

USED_EVERY = timedelta(minutes=1)
_MOST_REMEMBERED = 10_000


class Tokens:
    """Every token there is. Only the SHA-256 of a secret is kept: it is shown once and never again."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[str, tuple[datetime, Token]] = {}
        self._revoked = 0

    def create(
        self,
        owner: str,
        name: str,
        *,
        scope: Scope,
        by: str,
        packages: Sequence[str] = ("*",),
        expires_at: datetime | None = None,
    ) -> tuple[Token, str]:
        """Mint a token; return it and its secret, which cannot be had again.

        `packages` are patterns (`web-*`). Raises BadCommand for an unknown scope, no pattern, or an expiry gone by.
        """
        now = self._clock.now()
        if scope not in PERMISSIONS:
            raise BadCommand(
                f"There is no token scope `{scope}`.",
                hint=f"There is: {', '.join(PERMISSIONS)}.",
                suggestions=close(scope, PERMISSIONS),
            )
        if not packages:
            raise BadCommand("The token is for no package.", hint="Name packages or patterns: `web-*`, or `*` for all.")
        if expires_at is not None and expires_at <= now:
            raise BadCommand("The token would be expired already.", hint="Give a moment to come, or no expiry.")
        secret = new_secret()
        token = Token(
            id=0,
            owner=owner,
            name=name.strip() or "token",
            scope=scope,
            packages=tuple(_pattern(pattern) for pattern in packages),
            created_at=now,
            created_by=by,
            expires_at=expires_at,
        )
        with self._db.begin() as session:
            return store.add(session, token, _sha256(secret)), secret

    def find(self, secret: str) -> Token | None:
        """Return the valid token of a secret, or None. A typo is seen without asking the database.

        Notes that it was used, so it is not to be called inside a reading transaction.
        """
        if not well_formed(secret):
            return None
        sha256, now = _sha256(secret), self._clock.now()
        with self._lock:
            seen, revoked = self._seen.get(sha256), self._revoked
        if seen is not None and abs(now - seen[0]) < REMEMBER:
            return seen[1] if seen[1].valid(now) else None
        with self._db.read() as session:
            token = store.by_hash(session, sha256)
        if token is None or not token.valid(now):
            return None
        if token.last_used_at is None or now - token.last_used_at >= USED_EVERY:
            token = self._used(token, now)
        with self._lock:
            if len(self._seen) >= _MOST_REMEMBERED:
                self._seen.clear()
            if revoked == self._revoked:  # else it may be this one that was revoked while we looked
                self._seen[sha256] = (now, token)
        return token

    def revoke(self, number: int, *, by: str) -> Token:
        """Make a token good for nothing, here at once and in other processes within five seconds. Raises Unknown."""
        with self._db.begin() as session:
            token = store.get(session, number)
            if token is None:
                raise Unknown(f"There is no token {number}.", hint="`token list` shows yours.", example="token list")
            if token.revoked_at is None:
                store.revoke(session, number, self._clock.now(), by)
                token = token.model_copy(update={"revoked_at": self._clock.now(), "revoked_by": by})
            self._db.after_commit(self._forget)
        return token

    def list(self, owner: str) -> Sequence[Token]:
        """Return what a person owns, revoked and expired tokens too, the newest first."""
        with self._db.read() as session:
            return store.by_owner(session, owner)

    def _used(self, token: Token, now: datetime) -> Token:
        with self._db.begin() as session:
            store.used(session, token.id, now)
        return token.model_copy(update={"last_used_at": now})

    def _forget(self) -> None:
        with self._lock:
            self._revoked += 1
            self._seen.clear()


def _pattern(pattern: str) -> str:
    # Patterns are matched against normalized names, so they are written as those are.
    stripped = pattern.strip()
    return normalize(stripped) if stripped.strip("*") else stripped


def _sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
