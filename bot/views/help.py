"""Help, from the commands' own declarations."""

from collections.abc import Collection, Iterator, Sequence

from bot.command import Command, label
from bot.message import Message
from bot.views.blocks import code, context, escape, message, section, sections

_SHIPPING = ("status", "build", "test", "release", "publish", "deploy", "rollback", "confirm", "cancel")


def help_list(commands: Sequence[Command], allowed: Collection[str]) -> Message:
    """List the commands the asker may use, shipping first, then by noun."""
    mine = [command for command in commands if command.name in allowed]
    blocks, lines = [], []
    for noun, group in _groups(mine):
        blocks += sections([f"*{noun}*", *(f"{code(one.usage)} {escape(one.summary)}" for one in group)])
        lines += [f"{noun}:", *(f"  {one.usage}: {one.summary}" for one in group)]
    say = "`/noodle help <command>` explains one. In a thread, say `@noodle …` instead of `/noodle …`."
    blocks.append(context(escape(say)))
    if hidden := len(commands) - len(mine):
        more = f"{hidden} more take a role you do not have: `/noodle can <command>` says which, and who."
        blocks.append(context(escape(more)))
    return message(escape("\n".join([*lines, "help <command> explains one."])), blocks)


def help_one(command: Command) -> Message:
    """Explain one command: usage, arguments, examples, what it takes."""
    arguments = {label(name): info.description or "" for name, info in command.args.model_fields.items()}
    blocks = [
        section(f"*{escape(command.name)}*: {escape(command.summary)}\n{code('/noodle ' + command.usage)}"),
        *sections(f"{code(name)} {escape(said)}" for name, said in arguments.items()),
        *sections(["*For example*", *(code(f"/noodle {example}") for example in command.examples)]),
        context(f"Takes the permission {code(command.allow)}." + _aliases(command)),
    ]
    text = [f"{command.name}: {command.summary}", command.usage]
    text += [f"  {name}: {said}" for name, said in arguments.items()]
    text += [f"For example: {example}" for example in command.examples]
    return message(escape("\n".join(text)), blocks)


def _groups(commands: Sequence[Command]) -> Iterator[tuple[str, list[Command]]]:
    """Yield the shipping commands in the order of shipping, those of each noun, and then the rest."""
    shipping = [one for name in _SHIPPING for one in commands if one.name == name]
    if shipping:
        yield "Ship", shipping
    others = [one for one in commands if one not in shipping]
    nouns = sorted({one.name.partition(" ")[0] for one in others if " " in one.name})
    for noun in nouns:
        yield noun.capitalize(), [one for one in others if one.name.partition(" ")[0] == noun]
    if rest := [one for one in others if one.name.partition(" ")[0] not in nouns]:
        yield "More", rest


def _aliases(command: Command) -> str:
    return f" Also: {', '.join(code(alias) for alias in command.aliases)}." if command.aliases else ""
