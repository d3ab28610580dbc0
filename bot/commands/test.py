"""`test`: run a package's own tests."""

from typing import Annotated

from pydantic import Field

from bot.command import AfterAt, Args, Command, Word
from core.app import Noodle
from core.asked import Asked
from core.runs.model import Run


class TestArgs(Args):
    """What to test."""

    package: Annotated[str, Word(default_here=True)] = Field(description="The package; the channel's own without it.")
    ref: Annotated[str, AfterAt()] = Field("", description="A branch, tag or commit; the default branch without it.")


def run(args: TestArgs, asked: Asked, noodle: Noodle) -> Run:
    """Begin the tests."""
    return noodle.builds.test(noodle.packages.get(args.package), args.ref, asked)


COMMAND = Command(
    name="test",
    summary="Run a package's own tests",
    args=TestArgs,
    examples=("test hello-noodle", "test hello-noodle@main"),
    allow="test:run",
    run=run,
)
