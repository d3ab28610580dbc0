"""`publish`: make a drafted version visible in the registry."""

from typing import Annotated

from pydantic import Field

from bot.command import AfterAt, Args, Command, Word
from core.app import Noodle
from core.asked import Asked
from core.runs.model import Run


class PublishArgs(Args):
    """What to publish."""

    package: Annotated[str, Word(default_here=True)] = Field(description="The package; the channel's own without it.")
    version: Annotated[str, AfterAt()] = Field("", description="The drafted version; the newest draft without it.")


def run(args: PublishArgs, asked: Asked, noodle: Noodle) -> Run:
    """Begin to publish."""
    return noodle.release_runs.publish(noodle.packages.get(args.package), args.version, asked)


COMMAND = Command(
    name="publish",
    summary="Make a drafted version visible in the registry",
    args=PublishArgs,
    examples=("publish hello-noodle", "publish hello-noodle@1.4.0"),
    allow="release:publish",
    run=run,
)
