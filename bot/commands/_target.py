"""What a call takes for the package and environment it names: more where the environment is protected."""

from bot.command import Args, Command
from core.access.model import Ask
from core.app import Noodle
from core.deploys.service import KINDS
from core.errors import Conflict


def wanted(command: Command, args: Args, noodle: Noodle) -> Ask:
    """Return what a call takes, its package by the name that grants know it by, however it was written."""
    ask = command.asks(args, noodle)
    found = noodle.packages.find(ask.package) if ask.package else None
    return ask if found is None else ask.model_copy(update={"package": found.name})


def deploying(package: str, environment: str, noodle: Noodle) -> Ask:
    """Return the permission to deploy a package to an environment. Raises Unknown for names that do not exist."""
    where = noodle.environments.get(environment)
    permission = "deploy:protected" if where.protected else "deploy:run"
    return Ask(permission=permission, package=noodle.packages.get(package).name, environment=where.name)


def deploying_run(number: int, noodle: Noodle) -> Ask:
    """Return the permission that the deploy with this number takes. Raises Unknown, Conflict for no deploy."""
    run = noodle.runs.get(number)
    if run.kind not in KINDS:
        raise Conflict(
            f"#{number} is a {run.kind}, not a deploy: there is no plan to confirm or to put aside.",
            hint="`status` lists the plans that wait.",
            example="status",
        )
    return deploying(run.package, str(run.detail.get("environment", "")), noodle)
