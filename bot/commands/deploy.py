"""`deploy`: put a published version live; a card shows first what would happen."""

from typing import Annotated

from pydantic import Field

from bot.command import After, AfterAt, Args, Command, Rest, Word
from bot.commands._target import deploying
from core.app import Noodle
from core.asked import Asked
from core.deploys.service import Then
from core.runs.model import Run


class DeployArgs(Args):
    """What to deploy where."""

    package: Annotated[str, Word(default_here=True)] = Field(description="The package; the channel's own without it.")
    version: Annotated[str, AfterAt()] = Field("", description="A published version; the newest without it.")
    environment: Annotated[str, After(("to", "in", "on"))] = Field(description="The environment, such as staging.")
    dry_run: bool = Field(default=False, description="Try all that changes nothing, and say what would be done.")
    yes: bool = Field(default=False, description="Do not ask; deploy as soon as the plan is made.")
    reason: Annotated[str, Rest()] = Field("", description="Why, for the channel and the audit trail.")


def run(args: DeployArgs, asked: Asked, noodle: Noodle) -> Run:
    """Begin to plan; a person confirms."""
    environment = noodle.environments.get(args.environment)
    then: Then = "dry_run" if args.dry_run else "deploy" if args.yes else "ask"
    return noodle.deploys.plan(noodle.packages.get(args.package), args.version, environment, asked, then=then)


COMMAND = Command(
    name="deploy",
    summary="Put a published version live in an environment",
    args=DeployArgs,
    examples=(
        "deploy hello-noodle to staging",
        "deploy hello-noodle@1.4.0 to production --reason fixes the login",
        "deploy hello-noodle to staging --dry-run",
    ),
    allow="deploy:run",
    needs=lambda args, noodle: deploying(args.package, args.environment, noodle),
    run=run,
    form=("version", "reason"),
)
