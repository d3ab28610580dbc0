"""`task add`: leave a task in this channel."""

from typing import Annotated

from pydantic import Field

from bot.command import Args, Command, Line
from core.app import Noodle
from core.asked import Asked
from core.tasks.model import Task


class TaskAddArgs(Args):
    """What is to be done."""

    title: Annotated[str, Line()] = Field(description="What is to be done.", max_length=200)


def run(args: TaskAddArgs, asked: Asked, noodle: Noodle) -> Task:
    """Leave the task."""
    return noodle.tasks.add(args.title, asked.place, by=asked.person)


COMMAND = Command(
    name="task add",
    summary="Leave a task in this channel",
    args=TaskAddArgs,
    examples=("task add look at the error rate tomorrow",),
    allow="task:add",
    run=run,
)
