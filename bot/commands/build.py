"""`build`: build a package's wheel and sdist."""

from typing import Annotated

from pydantic import Field

from bot.command import AfterAt, Args, Command, Word
from core.app import Noodle
from core.asked import Asked
from core.runs.model import Run


class BuildArgs(Args):
    """What to build."""

    package: Annotated[str, Word(default_here=True)] = Field(description="The package; the channel's own without it.")
    ref: Annotated[str, AfterAt()] = Field("", description="A branch, tag or commit; the default branch without it.")


def run(args: BuildArgs, asked: Asked, noodle: Noodle) -> Run:
    """Begin the build."""
    return noodle.builds.build(noodle.packages.get(args.package), args.ref, asked)


COMMAND = Command(
    name="build",
    summary="Build a package",
    args=BuildArgs,
    examples=("build hello-noodle", "build hello-noodle@main"),
    allow="build:run",
    run=run,
)
