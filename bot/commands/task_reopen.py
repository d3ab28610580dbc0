"""`task reopen`: open a task again, whoever had it."""

from typing import Annotated

from pydantic import Field

from bot.command import Args, Command, Word
from bot.commands._task import on_task
from core.app import Noodle
from core.asked import Asked
from core.tasks.model import Task


class TaskReopenArgs(Args):
    """Which task."""

    number: Annotated[int, Word()] = Field(description="The task's number.")


def run(args: TaskReopenArgs, asked: Asked, noodle: Noodle) -> Task:
    """Open the task again."""
    return noodle.tasks.reopen(args.number, asked.person)


COMMAND = Command(
    name="task reopen",
    summary="Open a task again (↩️ on it does the same)",
    args=TaskReopenArgs,
    examples=("task reopen 7",),
    allow="task:complete",
    needs=lambda args, noodle: on_task(args.number, noodle),
    run=run,
)
