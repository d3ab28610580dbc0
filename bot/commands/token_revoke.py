"""`token revoke`: make a token worthless."""

from typing import Annotated

from pydantic import Field

from bot.commands._spec import Args, Command, Word
from bot.views.access import token_revoked
from core.app import Noodle
from core.runs.model import Asked
from core.tokens.model import Token


class TokenRevokeArgs(Args):
    """Which token."""

    name: Annotated[str, Word()] = Field(description="Its name, as `token list` shows it.")


def run(args: TokenRevokeArgs, asked: Asked, noodle: Noodle) -> Token:
    """Revoke one of the asker's own tokens. Raises Unknown."""
    return noodle.tokens.revoke(asked.person, args.name)


COMMAND = Command(
    name="token revoke",
    summary="Make one of your tokens worthless",
    args=TokenRevokeArgs,
    examples=("token revoke ci",),
    allow="token:create",
    run=run,
    show=token_revoked,
)
