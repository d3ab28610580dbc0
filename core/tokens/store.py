"""The table of tokens."""

from datetime import datetime

from sqlalchemy import JSON, Column, update
from sqlmodel import Field, Session, SQLModel, col, select

from core.db import UtcDateTime
from core.tokens.model import Token


class TokenRow(SQLModel, table=True):
    """One token, by the SHA-256 of its secret. 256 random bits cannot be guessed, so no slow hash is needed."""

    __tablename__ = "token"

    id: int | None = Field(default=None, primary_key=True)
    sha256: str = Field(unique=True, index=True)
    owner: str = Field(index=True)
    name: str
    scope: str
    packages: list[str] = Field(sa_column=Column(JSON, nullable=False))
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: str
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_by: str = ""
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def add(session: Session, token: Token, sha256: str) -> Token:
    """Keep a new token; return it with its id."""
    facts = token.model_dump(exclude={"id"}) | {"packages": list(token.packages)}
    row = TokenRow(**facts, sha256=sha256)
    session.add(row)
    session.flush()
    return _token(row)


def by_hash(session: Session, sha256: str) -> Token | None:
    """Return the token with that hash, whatever its state."""
    row = session.exec(select(TokenRow).where(TokenRow.sha256 == sha256)).first()
    return None if row is None else _token(row)


def by_owner(session: Session, owner: str) -> list[Token]:
    """Return everything a person owns, the newest first."""
    query = select(TokenRow).where(TokenRow.owner == owner).order_by(col(TokenRow.id).desc())
    return [_token(row) for row in session.exec(query)]


def get(session: Session, number: int) -> Token | None:
    """Return a token by its id; in a writing transaction it is held until that ends."""
    row = session.get(TokenRow, number, with_for_update=True, populate_existing=True)
    return None if row is None else _token(row)


def revoke(session: Session, number: int, at: datetime, by: str) -> None:
    """Note that a token is good for nothing any more."""
    session.exec(update(TokenRow).where(col(TokenRow.id) == number).values(revoked_at=at, revoked_by=by))


def used(session: Session, number: int, at: datetime) -> None:
    """Note when a token was last used."""
    session.exec(update(TokenRow).where(col(TokenRow.id) == number).values(last_used_at=at))


def _token(row: TokenRow) -> Token:
    return Token.model_validate(row.model_dump(exclude={"sha256"}))
