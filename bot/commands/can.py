"""`can`: whether one may give a command, by which rule, and who can."""

from typing import Annotated

from pydantic import Field

from bot.command import Args, Command, Line
from bot.commands import discover
from bot.commands._target import wanted
from bot.grammar import arguments, find, parse
from bot.views.access import decision_message
from core.access.model import Decision
from core.app import Noodle
from core.asked import Asked
from core.value import Value


class CanArgs(Args):
    """What one would like to do."""

    command: Annotated[str, Line()] = Field(description="The command line one would like to give.")


class Can(Value):
    """The answer, and what was asked."""

    line: str
    decision: Decision


def run(args: CanArgs, asked: Asked, noodle: Noodle) -> Can:
    """Decide without doing. Raises what the command itself would for a line that cannot be read."""
    command, words = find(args.command, discover())
    ask = wanted(command, arguments(command, parse(command, words)), noodle)
    return Can(line=args.command, decision=noodle.access.may(asked.person, ask))


COMMAND = Command(
    name="can",
    summary="Whether you may give a command, by which rule, and who can",
    args=CanArgs,
    examples=("can deploy hello-noodle to production",),
    allow="help:read",
    run=run,
    show=lambda answer: decision_message(answer.line, answer.decision),
    changes=False,
)
