"""`revoke`: take a role away."""

from typing import Annotated

from pydantic import Field

from bot.command import After, Args, Command, Rest, Word, everywhere
from bot.commands._person import person
from bot.views.access import revoked_message
from core.access.model import Grant, Role
from core.app import Noodle
from core.asked import Asked


class RevokeArgs(Args):
    """Which role, from whom, for what; as it was given."""

    role: Annotated[Role, Word()] = Field(description="viewer, developer, releaser or admin.")
    person: Annotated[str, After(("from",))] = Field(description="Whom: a mention, or `everyone`.")
    package: Annotated[str, After(("on", "for"))] = Field("*", description="The package it was given for.")
    environment: Annotated[str, After(("in",))] = Field("*", description="The environment it was given for.")
    reason: Annotated[str, Rest()] = Field("", description="Why, for the audit trail.")


def run(args: RevokeArgs, asked: Asked, noodle: Noodle) -> Grant:
    """Take the role away. Raises Unknown when it was not given, Conflict for the last admin."""
    whom = person(args.person, asked)
    noodle.access.revoke(whom, args.role, args.package, args.environment)
    return Grant(id=0, person=whom, role=args.role, package=args.package, environment=args.environment)


COMMAND = Command(
    name="revoke",
    summary="Take a role away",
    args=RevokeArgs,
    examples=("revoke developer from @ada",),
    allow="access:grant",
    needs=everywhere("access:grant"),
    run=run,
    show=revoked_message,
)
