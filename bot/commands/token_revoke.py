"""`token revoke`: make a token worthless."""

from typing import Annotated

from pydantic import Field

from bot.command import Args, Command, Word
from bot.views.access import token_revoked
from core.app import Noodle
from core.asked import Asked
from core.errors import Unknown
from core.tokens.model import Token


class TokenRevokeArgs(Args):
    """Which token."""

    number: Annotated[int, Word()] = Field(description="Its number, as `token list` shows it.")


def run(args: TokenRevokeArgs, asked: Asked, noodle: Noodle) -> Token:
    """Revoke one of the asker's own tokens. Raises Unknown for a number that is not one of them."""
    if args.number not in {token.id for token in noodle.tokens.list(asked.person)}:
        raise Unknown(f"You have no token {args.number}.", hint="`token list` shows yours.", example="token list")
    return noodle.tokens.revoke(args.number, by=asked.person)


COMMAND = Command(
    name="token revoke",
    summary="Make one of your tokens worthless",
    args=TokenRevokeArgs,
    examples=("token revoke 3",),
    allow="token:create",
    run=run,
    show=token_revoked,
)
