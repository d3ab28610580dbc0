"""`token create`: a token for pip, twine or a CI job; shown once, to its owner alone."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from bot.command import After, Args, Command, Word
from bot.views.access import token_message
from core.app import Noodle
from core.asked import Asked
from core.tokens.model import Scope, Token
from core.value import Value


class TokenCreateArgs(Args):
    """A token to be."""

    name: Annotated[str, Word()] = Field(description="What it is for, such as `ci`.", max_length=60)
    scope: Scope = Field("read", description="read (install), publish (upload too) or full (give commands too).")
    package: Annotated[str, After(("on", "for"))] = Field("*", description="For these packages only.")
    days: int = Field(90, description="How many days it is good for.", ge=1, le=366)


class NewToken(Value):
    """A token with its secret, for the one time it can be seen."""

    token: Token
    secret: str
    url: str


def run(args: TokenCreateArgs, asked: Asked, noodle: Noodle) -> NewToken:
    """Make the token. It may never do more than its owner may at that moment."""
    token, secret = noodle.tokens.create(
        asked.person,
        args.name,
        scope=args.scope,
        packages=(args.package,),
        expires_at=noodle.clock.now() + timedelta(days=args.days),
        by=asked.person,
    )
    return NewToken(token=token, secret=secret, url=noodle.public_url)


COMMAND = Command(
    name="token create",
    summary="Make a token for pip, twine or a CI job",
    args=TokenCreateArgs,
    examples=("token create ci --scope publish", "token create laptop"),
    allow="token:create",
    run=run,
    show=lambda answer: token_message(answer.token, answer.secret, answer.url),
    secret=True,
)
