"""Tasks: one, and what is left."""

from collections.abc import Sequence

from bot.views.blocks import actions, button, context, escape, message, section
from bot.views.message import Message
from core.tasks.model import Task, TaskState


def task_message(task: Task) -> Message:
    """Show a task: what is to be done, whose it is, how to complete it."""
    title = escape(task.title)
    if task.state is TaskState.DONE:
        said = f"✅ ~{title}~ · done by {escape(task.done_by_name)}"
        return message(
            _text(task), [section(said), context(f"Task {task.id} · take your ✅ off to undo, ↩️ reopens it")]
        )
    whose = f"👀 {escape(task.claimed_by_name)} is on it" if task.state is TaskState.CLAIMED else "nobody is on it yet"
    buttons = [button("Done", f"task done {task.id}", style="primary"), button("I take it", f"task claim {task.id}")]
    return message(
        _text(task),
        [
            section(f"☑️ *{title}* · {whose}"),
            context(f"Task {task.id} · react with ✅ when it is done, 👀 to take it; taking it off undoes"),
            actions(buttons if task.state is TaskState.OPEN else buttons[:1]),
        ],
    )


def task_list(tasks: Sequence[Task]) -> Message:
    """List what is left to do, oldest first."""
    if not tasks:
        return message("Nothing is left to do.", [section("Nothing is left to do. 🎉")])
    lines = [f"*{task.id}* {escape(task.title)} · {_state(task)}" for task in tasks[:40]]
    return message("\n".join(_text(task) for task in tasks), [section("\n".join(lines))])


def _state(task: Task) -> str:
    return f"👀 {escape(task.claimed_by_name)}" if task.state is TaskState.CLAIMED else str(task.state)


def _text(task: Task) -> str:
    who = {
        TaskState.DONE: f"done by {task.done_by_name}",
        TaskState.CLAIMED: f"{task.claimed_by_name} is on it",
        TaskState.OPEN: "open",
    }[task.state]
    return escape(f"Task {task.id}: {task.title} ({who})")
