"""`task done`: complete a task, or take one's completion back."""

from typing import Annotated

from pydantic import Field

from bot.command import Args, Command, Word
from bot.commands._task import on_task
from core.app import Noodle
from core.asked import Asked
from core.tasks.model import Task


class TaskDoneArgs(Args):
    """Which task."""

    number: Annotated[int, Word()] = Field(description="The task's number.")
    undo: bool = Field(default=False, description="Take your completion back.")


def run(args: TaskDoneArgs, asked: Asked, noodle: Noodle) -> Task:
    """Complete the task; done twice it stays the first one's."""
    if args.undo:
        return noodle.tasks.undo(args.number, asked.person)
    return noodle.tasks.complete(args.number, asked.person, asked.name)


COMMAND = Command(
    name="task done",
    summary="Complete a task (✅ on it does the same)",
    args=TaskDoneArgs,
    examples=("task done 7",),
    allow="task:complete",
    needs=lambda args, noodle: on_task(args.number, noodle),
    run=run,
    aliases=("done",),
)
