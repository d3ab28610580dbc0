"""What is where: the answer to `status`."""

from core.environments.model import Environment
from core.health.model import Health
from core.ports import Live
from core.runs.model import Run
from core.tasks.model import Task
from core.value import Value


class LivePackage(Value):
    """What of one package is live in one environment, as the target itself says."""

    package: str
    environment: str
    live: Live | None
    newest: str = ""
    """The newest published version, "" when there is none."""
    trouble: str = ""
    """Why the target could not be asked."""


class Overview(Value):
    """What is where, what is under way, what waits for somebody, and what is broken."""

    title: str
    environments: tuple[Environment, ...] = ()
    packages: tuple[LivePackage, ...] = ()
    runs: tuple[Run, ...] = ()
    tasks: tuple[Task, ...] = ()
    health: tuple[Health, ...] = ()
