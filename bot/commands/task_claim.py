"""`task claim`: take a task on, or give it back."""

from typing import Annotated

from pydantic import Field

from bot.command import Args, Command, Word
from bot.commands._task import on_task
from core.app import Noodle
from core.asked import Asked
from core.tasks.model import Task


class TaskClaimArgs(Args):
    """Which task."""

    number: Annotated[int, Word()] = Field(description="The task's number.")
    undo: bool = Field(default=False, description="Give it back.")


def run(args: TaskClaimArgs, asked: Asked, noodle: Noodle) -> Task:
    """Take the task on. Raises Conflict when somebody else has it."""
    if args.undo:
        return noodle.tasks.unclaim(args.number, asked.person)
    return noodle.tasks.claim(args.number, asked.person, asked.name)


COMMAND = Command(
    name="task claim",
    summary="Take a task on (👀 on it does the same)",
    args=TaskClaimArgs,
    examples=("task claim 7",),
    allow="task:complete",
    needs=lambda args, noodle: on_task(args.number, noodle),
    run=run,
)
