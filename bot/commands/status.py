"""`status`: what is live where, what is under way, what waits, what is broken."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from bot.command import Args, Command, Word
from bot.views.status import overview_message
from core.app import Noodle
from core.asked import Asked
from core.environments.model import Environment
from core.errors import NoodleError, Unknown
from core.overview.model import LivePackage, Overview
from core.packages.model import Package
from core.runs.model import RunState
from core.suggest import close


class StatusArgs(Args):
    """What to look at."""

    subject: Annotated[str, Word()] = Field("", description="A package, an environment or a run (#42); all without it.")


def run(args: StatusArgs, asked: Asked, noodle: Noodle) -> Overview:
    """Ask every target what is live. Raises Unknown for a subject that is neither package, environment nor run."""
    number = args.subject.removeprefix("#")
    if number.isdigit():
        one = noodle.runs.get(int(number))
        return Overview(title=one.title, runs=(one,))
    environments, packages = _meant(args.subject, noodle)
    names = {package.name for package in packages}
    running = noodle.runs.latest(state=RunState.RUNNING, limit=10) + noodle.runs.latest(state=RunState.PLANNED, limit=5)
    return Overview(
        title=args.subject or "Everything",
        environments=tuple(environments),
        packages=tuple(_live(noodle, package, environment) for environment in environments for package in packages),
        runs=tuple(one for one in running if one.package in names),
        tasks=tuple(task for task in noodle.tasks.unfinished() if not args.subject or task.package in names),
        health=tuple(noodle.health.latest()) if not args.subject else (),
    )


def _meant(subject: str, noodle: Noodle) -> tuple[Sequence[Environment], Sequence[Package]]:
    environments, packages = noodle.environments.list(), noodle.packages.list()
    if not subject:
        return environments, packages
    try:
        return environments, [noodle.packages.get(subject)]
    except Unknown:
        pass
    try:
        return [noodle.environments.get(subject)], packages
    except Unknown as wrong:
        known = [package.name for package in packages] + [environment.name for environment in environments]
        raise Unknown(
            f"`{subject}` is neither a package nor an environment.",
            hint=f"There is: {', '.join(known) or 'nothing yet'}.",
            example="status",
            suggestions=close(subject, known),
        ) from wrong


def _live(noodle: Noodle, package: Package, environment: Environment) -> LivePackage:
    newest = noodle.releases.latest_published(package.name)
    version = newest.version if newest else ""
    try:
        live = noodle.deploys.live(environment, package.name)
    except NoodleError as wrong:
        return LivePackage(
            package=package.name, environment=environment.name, live=None, newest=version, trouble=wrong.message
        )
    return LivePackage(package=package.name, environment=environment.name, live=live, newest=version)


COMMAND = Command(
    name="status",
    summary="What is live where, what is under way and what is broken",
    args=StatusArgs,
    examples=("status", "status hello-noodle", "status staging", "status #42"),
    allow="status:read",
    run=run,
    show=overview_message,
    changes=False,
    aliases=("where", "s"),
)
