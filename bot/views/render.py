"""Which view shows what the outbox holds."""

from collections.abc import Callable
from typing import Any

from bot.message import Message
from bot.views.details import changelog, dry_run, failing_tests, log_tail
from bot.views.health import health_message
from bot.views.run import run_message
from bot.views.task import task_message
from core.health.model import Health
from core.runs.model import Run
from core.tasks.model import Task

Render = Callable[[str, dict[str, Any]], Message]


def renderer(public_url: str) -> Render:
    """Return what turns a notice's view and data into a message; it raises KeyError for a view that does not exist."""
    views: dict[str, Callable[[dict[str, Any]], Message]] = {
        "message": Message.from_json,
        "run": lambda data: run_message(Run.from_json(data), public_url),
        "task": lambda data: task_message(Task.from_json(data)),
        "health": lambda data: health_message(Health.from_json(data)),
        "failing_tests": failing_tests,
        "changelog": changelog,
        "dry_run": dry_run,
        "log_tail": log_tail,
    }
    return lambda view, data: views[view](data)
