"""Tasks: one, and what is left."""

from collections.abc import Sequence

from bot.message import Message
from bot.views.blocks import actions, button, context, escape, message, section, sections
from core.tasks.model import Task, TaskState


def task_message(task: Task) -> Message:
    """Show a task: what is to be done, whose it is, how to complete it."""
    title = escape(task.title, 500)
    if task.state is TaskState.DONE:
        said = section(f"✅ ~{title}~ · done by {escape(task.done_by_name, 100)}")
        return message(_text(task), [said, context(f"Task {task.id} · take your ✅ off to undo, ↩️ reopens it")])
    claimed = task.state is TaskState.CLAIMED
    whose = f"👀 {escape(task.claimed_by_name, 100)} is on it" if claimed else "nobody is on it yet"
    buttons = [button("Done", f"task done {task.id}", style="primary"), button("I take it", f"task claim {task.id}")]
    hint = f"Task {task.id} · ✅ done · 👀 mine · take the reaction off to undo"
    blocks = [section(f"☑️ *{title}* · {whose}"), context(hint), *actions(buttons[:1] if claimed else buttons)]
    return message(_text(task), blocks)


def task_list(tasks: Sequence[Task]) -> Message:
    """List what is left to do, oldest first."""
    if not tasks:
        return message("Nothing is left to do.", [section("Nothing is left to do. 🎉")])
    lines = [f"*{task.id}* {escape(task.title, 200)} · {_state(task)}" for task in tasks]
    return message("\n".join(_text(task) for task in tasks), sections(lines))


def _state(task: Task) -> str:
    return f"👀 {escape(task.claimed_by_name, 100)}" if task.state is TaskState.CLAIMED else str(task.state)


def _text(task: Task) -> str:
    who = {
        TaskState.DONE: f"done by {task.done_by_name}",
        TaskState.CLAIMED: f"{task.claimed_by_name} is on it",
        TaskState.OPEN: "open",
    }[task.state]
    return escape(f"Task {task.id}: {task.title} ({who})")
