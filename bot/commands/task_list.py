"""`task list`: what is left to do."""

from bot.command import Args, Command
from bot.views.task import task_list
from core.app import Noodle
from core.asked import Asked
from core.tasks.model import Task
from core.value import Value


class TaskListArgs(Args):
    """Nothing to say."""


class TaskList(Value):
    """The tasks that are not done, oldest first."""

    tasks: tuple[Task, ...]


def run(args: TaskListArgs, asked: Asked, noodle: Noodle) -> TaskList:
    """Return what is left to do."""
    return TaskList(tasks=tuple(noodle.tasks.unfinished()))


COMMAND = Command(
    name="task list",
    summary="What is left to do",
    args=TaskListArgs,
    examples=("task list",),
    allow="status:read",
    run=run,
    show=lambda answer: task_list(answer.tasks),
    changes=False,
    aliases=("tasks",),
)
