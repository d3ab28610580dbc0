"""What touching a task takes: the right for the package and environment it is about."""

from core.access.model import Ask
from core.app import Noodle


def on_task(number: int, noodle: Noodle) -> Ask:
    """Return the permission to work on a task. Raises Unknown."""
    task = noodle.tasks.get(number)
    return Ask(permission="task:complete", package=task.package, environment=task.environment)
