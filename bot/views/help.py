"""Help, from the commands' own declarations."""

from collections.abc import Collection, Sequence

from bot.commands._spec import Command, label
from bot.views.blocks import context, escape, message, section
from bot.views.message import Message

_SHIPPING = ("status", "build", "test", "release", "publish", "deploy", "rollback", "confirm", "cancel")


def help_list(commands: Sequence[Command], allowed: Collection[str]) -> Message:
    """List the commands the asker may use, shipping first, then by noun."""
    mine = [command for command in commands if command.name in allowed]
    shipping = [command for name in _SHIPPING for command in mine if command.name == name]
    others = [command for command in mine if command not in shipping]
    blocks = [
        section(
            "*Ship*\n" + "\n".join(_line(command) for command in shipping) if shipping else "*Ship*\n(nothing yet)"
        ),
        section("*And*\n" + "\n".join(_line(command) for command in others)),
        context("`/noodle help <command>` explains one. In a thread, say `@noodle …` instead of `/noodle …`."),
    ]
    hidden = len(commands) - len(mine)
    if hidden:
        blocks.append(
            context(f"{hidden} more take a role you do not have: `/noodle can <command>` says which, and who.")
        )
    text = "\n".join(f"{command.name}: {command.summary}" for command in [*shipping, *others])
    return message(escape(text), blocks)


def help_one(command: Command) -> Message:
    """Explain one command: usage, arguments, examples, what it takes."""
    arguments = [
        f"`{label(name)}` {info.description}" for name, info in command.args.model_fields.items() if info.description
    ]
    examples = "\n".join(f"`/noodle {escape(example)}`" for example in command.examples)
    blocks = [
        section(f"*{escape(command.name)}*: {escape(command.summary)}\n`/noodle {escape(command.usage)}`"),
        section("\n".join([*arguments, "*For example*", examples])),
        context(f"Takes the permission `{command.allow}`." + _aliases(command)),
    ]
    text = "\n".join([command.summary, command.usage, *(f"For example: {example}" for example in command.examples)])
    return message(escape(text), blocks)


def _line(command: Command) -> str:
    return f"`{escape(command.usage)}` {escape(command.summary)}"


def _aliases(command: Command) -> str:
    return f" Also: {', '.join(f'`{alias}`' for alias in command.aliases)}." if command.aliases else ""
