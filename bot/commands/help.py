"""`help`: what one can ask, and how."""

from typing import Annotated

from pydantic import Field

from bot.command import Args, Command, Line
from bot.commands import discover, each
from bot.grammar import find
from bot.message import Message
from bot.views.help import help_list, help_one
from core.app import Noodle
from core.asked import Asked
from core.value import Value


class HelpArgs(Args):
    """What help is wanted with."""

    command: Annotated[str, Line()] = Field("", description="The command to explain; all of them without it.")


class Help(Value):
    """The commands to explain, by name, and those the asker may use."""

    command: str = ""
    allowed: tuple[str, ...] = ()


def run(args: HelpArgs, asked: Asked, noodle: Noodle) -> Help:
    """Return the command to explain, or all that the asker may use somewhere."""
    commands = discover()
    if args.command:
        return Help(command=find(args.command, commands)[0].name)
    may = noodle.access.permissions(asked.person)
    return Help(allowed=tuple(command.name for command in each(commands) if command.allow in may))


def show(answer: Help) -> Message:
    """Show one command, or the list."""
    commands = discover()
    if answer.command:
        return help_one(commands[answer.command])
    return help_list(each(commands), answer.allowed)


COMMAND = Command(
    name="help",
    summary="What you can ask, and how",
    args=HelpArgs,
    examples=("help", "help deploy"),
    allow="help:read",
    run=run,
    show=show,
    changes=False,
    aliases=("?", "commands"),
)
