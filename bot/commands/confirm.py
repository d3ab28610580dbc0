"""`confirm`: do what a plan says; what the buttons on its card carry."""

from typing import Annotated

from pydantic import Field

from bot.command import Args, Command, Word
from bot.commands._target import deploying_run
from core.app import Noodle
from core.asked import Asked
from core.runs.model import Run


class ConfirmArgs(Args):
    """Which plan."""

    number: Annotated[int, Word()] = Field(description="The number of the planned deploy.")
    dry_run: bool = Field(default=False, description="Try all that changes nothing, and say what would be done.")


def run(args: ConfirmArgs, asked: Asked, noodle: Noodle) -> Run:
    """Begin the deploy, or its dry run. Raises Conflict for a plan that is void."""
    if args.dry_run:
        return noodle.deploys.dry_run(args.number, asked)
    return noodle.deploys.confirm(args.number, asked)


COMMAND = Command(
    name="confirm",
    summary="Do what a plan says",
    args=ConfirmArgs,
    examples=("confirm 42", "confirm 42 --dry-run"),
    allow="deploy:run",
    needs=lambda args, noodle: deploying_run(args.number, noodle),
    run=run,
)
