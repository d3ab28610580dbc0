"""`rollback`: return to the version before."""

from typing import Annotated

from pydantic import Field

from bot.command import After, AfterAt, Args, Command, Rest, Word
from bot.commands._target import deploying
from core.app import Noodle
from core.asked import Asked
from core.deploys.service import Then
from core.runs.model import Run


class RollbackArgs(Args):
    """What to roll back where."""

    package: Annotated[str, Word(default_here=True)] = Field(description="The package; the channel's own without it.")
    version: Annotated[str, AfterAt()] = Field("", description="The version to return to; the one before without it.")
    environment: Annotated[str, After(("in", "on", "to"))] = Field(description="The environment, such as staging.")
    yes: bool = Field(default=False, description="Do not ask; roll back as soon as the plan is made.")
    reason: Annotated[str, Rest()] = Field("", description="Why, for the channel and the audit trail.")


def run(args: RollbackArgs, asked: Asked, noodle: Noodle) -> Run:
    """Begin to plan the way back; a person confirms."""
    environment = noodle.environments.get(args.environment)
    then: Then = "deploy" if args.yes else "ask"
    return noodle.deploys.rollback(noodle.packages.get(args.package), args.version, environment, asked, then=then)


COMMAND = Command(
    name="rollback",
    summary="Return to the version before",
    args=RollbackArgs,
    examples=("rollback hello-noodle in staging", "rollback hello-noodle@1.3.0 in production --reason it is slow"),
    allow="deploy:run",
    needs=lambda args, noodle: deploying(args.package, args.environment, noodle),
    run=run,
    form=("version", "reason"),
)
