"""Modals: a command's missing arguments asked for, and what was filled in made a command line again."""

import json
from collections.abc import Mapping, Sequence
from enum import Enum
from types import MappingProxyType
from typing import Any, Literal, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from bot.command import After, AfterAt, Command, Line, Word, label, marker
from bot.grammar import arguments, find, parse
from bot.message import Block, Modal
from bot.views.blocks import asked, checkbox, context, cut, escape, modal, select, text_input
from core.asked import Place
from core.errors import BadCommand

CALLBACK = "command"

_FAULT = 140
_MENU = 100
# What a line takes for a double quote; inside quotes only a single one can stand.
_QUOTES = str.maketrans({'"': "'", "“": "'", "”": "'", "„": "'", "‘": "'", "’": "'"})
_UNWRITABLE = "It cannot stand on a command line like that: leave out @, leading dashes and words such as `to`."

Values = Mapping[str, str | bool]
NO_CHOICES: Mapping[str, Sequence[str]] = MappingProxyType({})


def form(
    command: Command, given: Values, place: Place | None, choices: Mapping[str, Sequence[str]] = NO_CHOICES
) -> Modal:
    """Return a modal that asks for a command's arguments; what was given already stands in it.

    `choices` are what an argument can be, where that is known: it is chosen from a menu then.
    """
    fields = command.args.model_fields
    wanted = [name for name, info in fields.items() if info.is_required() or name in command.form or name in given]
    where = place or Place(channel="")
    metadata = json.dumps({"command": command.name, "channel": where.channel, "thread": where.thread})
    questions = [_question(name, fields[name], given.get(name), choices.get(name, ())) for name in wanted]
    blocks = [context(escape(command.summary)), *questions]
    view = modal(command.name.capitalize(), "Go", blocks, callback=CALLBACK, metadata=metadata)
    return Modal(view=view, text=f"{command.name}: {command.summary}")


def read_form(view: dict[str, Any], commands: Mapping[str, Command]) -> str | dict[str, str]:
    """Return the command line of a submitted modal, or what is wrong, by block.

    The line says exactly what was filled in, with runs of spaces made one and double quotes made single ones.
    """
    command = commands.get(json.loads(view.get("private_metadata") or "{}").get("command", ""))
    if command is None:
        return {}
    answers = {block: _answer(next(iter(state.values()), {})) for block, state in view["state"]["values"].items()}
    filled = {name: value for name, value in answers.items() if value not in {"", False}}
    try:
        command.args.model_validate(filled)
    except ValidationError as wrong:
        return _faults(wrong, list(answers))
    line = written(command, filled)
    misread = _misread(command, line, filled)
    return {name: _UNWRITABLE for name in answers if name in misread} or line


def written(command: Command, values: Values) -> str:
    """Return the command line that says these arguments: words first, then flags."""
    words, flags = [command.name], []
    for name, info in command.args.model_fields.items():
        if name not in values:
            continue
        how, value = marker(info), values[name]
        if isinstance(how, AfterAt):
            words[-1] = f"{words[-1]}@{value}"
        elif isinstance(how, After):
            words += [how.words[0], _quoted(str(value))]
        elif isinstance(how, Word):
            words.append(_quoted(str(value)))
        elif isinstance(how, Line):
            words.append(str(value))
        else:
            flags += _flag(name, value)
    return " ".join([*words, *flags])


def _question(name: str, info: FieldInfo, given: str | bool | None, choices: Sequence[str]) -> Block:
    title = label(name).replace("-", " ").capitalize()
    element = _element(name, info, given, choices)
    return asked(name, title, info.description or title, element, optional=not info.is_required())


def _element(name: str, info: FieldInfo, given: str | bool | None, choices: Sequence[str]) -> Block:
    if info.annotation is bool:
        return checkbox(f"--{label(name)}", given=bool(given))
    if offered := (_choices(info) or list(choices)[:_MENU]):
        return select(offered, str(given or ("" if info.is_required() else info.default)))
    return text_input(str(given or ""))


def _choices(info: FieldInfo) -> list[str]:
    if get_origin(info.annotation) is Literal:
        return [str(one) for one in get_args(info.annotation)]
    if isinstance(info.annotation, type) and issubclass(info.annotation, Enum):
        return [str(one.value) for one in info.annotation]
    return []


def _answer(state: Mapping[str, Any]) -> str | bool:
    if state.get("type") == "checkboxes":
        return bool(state.get("selected_options"))
    chosen = state.get("selected_option") or {}
    return " ".join(str(chosen.get("value") or state.get("value") or "").split()).translate(_QUOTES)


def _faults(wrong: ValidationError, blocks: list[str]) -> dict[str, str]:
    found = {}
    for one in wrong.errors():
        block = str(one["loc"][0]) if one["loc"] else ""
        said = "This is needed." if one["type"] == "missing" else one["msg"].removeprefix("Value error, ")
        found[block if block in blocks else blocks[0]] = cut(said, _FAULT)
    return found


def _misread(command: Command, line: str, values: Values) -> set[str]:
    """Return the fields that the line, read again, says otherwise; all of them when it cannot be read at all."""
    try:
        again, words = find(line, {command.name: command})
        found = parse(again, words)
        arguments(again, found)
    except BadCommand:
        return set(values)
    return {name for name in {*values, *found} if values.get(name) != found.get(name)}


def _flag(name: str, value: str | bool) -> list[str]:
    if isinstance(value, bool):
        return [f"--{label(name)}"] if value else []
    # A value that looks like a flag is told from one by the = before it.
    if value.startswith(("-", "–", "—")):
        return [_quoted(f"--{label(name)}={value}")]
    return [f"--{label(name)}", _quoted(value)]


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value
