"""`grant`: give somebody a role."""

from typing import Annotated

from pydantic import Field

from bot.command import After, Args, Command, Rest, Word, everywhere
from bot.commands._person import person
from bot.views.access import grant_message
from core.access.model import Grant, Role
from core.app import Noodle
from core.asked import Asked


class GrantArgs(Args):
    """Which role, to whom, for what."""

    role: Annotated[Role, Word()] = Field(description="viewer, developer, releaser or admin.")
    person: Annotated[str, After(("to",))] = Field(description="Whom: a mention, or `everyone`.")
    package: Annotated[str, After(("on", "for"))] = Field("*", description="For this package only; `*` matches parts.")
    environment: Annotated[str, After(("in",))] = Field("*", description="In this environment only.")
    reason: Annotated[str, Rest()] = Field("", description="Why, for the audit trail.")


def run(args: GrantArgs, asked: Asked, noodle: Noodle) -> Grant:
    """Give the role. Raises Unknown for a package or environment that does not exist."""
    package = args.package if "*" in args.package else noodle.packages.get(args.package).name
    environment = args.environment if "*" in args.environment else noodle.environments.get(args.environment).name
    return noodle.access.grant(person(args.person, asked), args.role, package, environment, asked.person)


COMMAND = Command(
    name="grant",
    summary="Give somebody a role",
    args=GrantArgs,
    examples=("grant developer to @ada", "grant releaser to @ada on hello-noodle in production"),
    allow="access:grant",
    needs=everywhere("access:grant"),
    run=run,
    show=grant_message,
)
