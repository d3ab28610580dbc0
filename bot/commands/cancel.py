"""`cancel`: put a plan aside."""

from typing import Annotated

from pydantic import Field

from bot.command import Args, Command, Rest, Word
from bot.commands._target import deploying_run
from core.app import Noodle
from core.asked import Asked
from core.runs.model import Run


class CancelArgs(Args):
    """Which plan."""

    number: Annotated[int, Word()] = Field(description="The number of the planned deploy.")
    reason: Annotated[str, Rest()] = Field("", description="Why.")


def run(args: CancelArgs, asked: Asked, noodle: Noodle) -> Run:
    """Put the plan aside. Raises Conflict once it has begun."""
    return noodle.deploys.cancel(args.number, asked)


COMMAND = Command(
    name="cancel",
    summary="Put a planned deploy aside",
    args=CancelArgs,
    examples=("cancel 42",),
    allow="deploy:run",
    needs=lambda args, noodle: deploying_run(args.number, noodle),
    run=run,
)
