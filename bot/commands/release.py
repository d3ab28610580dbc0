"""`release`: make a version: build it, tag it, keep it as a draft."""

from typing import Annotated

from pydantic import Field

from bot.command import AfterAt, Args, Command, Word
from core.app import Noodle
from core.asked import Asked
from core.runs.model import Run

_WANTED = r"major|minor|patch|v?\d+\.\d+.*"


class ReleaseArgs(Args):
    """What to release."""

    package: Annotated[str, Word(default_here=True)] = Field(description="The package; the channel's own without it.")
    ref: Annotated[str, AfterAt()] = Field("", description="A branch, tag or commit; the default branch without it.")
    version: Annotated[str, Word(looks=_WANTED)] = Field("patch", description="major, minor, patch, or a version.")


def run(args: ReleaseArgs, asked: Asked, noodle: Noodle) -> Run:
    """Begin the release."""
    return noodle.release_runs.release(noodle.packages.get(args.package), args.version, args.ref, asked)


COMMAND = Command(
    name="release",
    summary="Make a new version: build, tag, keep as a draft",
    args=ReleaseArgs,
    examples=("release hello-noodle minor", "release hello-noodle 1.4.0", "release hello-noodle@main patch"),
    allow="release:create",
    run=run,
)
