"""`token list`: one's own tokens."""

from bot.command import Args, Command
from bot.views.access import token_list
from core.app import Noodle
from core.asked import Asked
from core.tokens.model import Token
from core.value import Value


class TokenListArgs(Args):
    """Nothing to say."""


class TokenList(Value):
    """Somebody's tokens, without what makes them secret."""

    tokens: tuple[Token, ...]


def run(args: TokenListArgs, asked: Asked, noodle: Noodle) -> TokenList:
    """Return the asker's own tokens."""
    return TokenList(tokens=tuple(noodle.tokens.list(asked.person)))


COMMAND = Command(
    name="token list",
    summary="Your tokens",
    args=TokenListArgs,
    examples=("token list",),
    allow="token:create",
    run=run,
    show=lambda answer: token_list(answer.tokens),
    changes=False,
    aliases=("tokens",),
)
