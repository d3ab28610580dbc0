"""Modals: a command's missing arguments asked for, and what was filled in made a command line again."""

import json
from collections.abc import Mapping
from typing import Any, Literal, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from bot.commands._spec import After, AfterAt, Command, Line, Word, label, marker
from bot.views.blocks import cut, plain
from bot.views.message import Block, Modal
from core.runs.model import Place

CALLBACK = "command"


def form(command: Command, given: Mapping[str, str | bool], place: Place | None) -> Modal:
    """Return a modal that asks for a command's arguments; what was given already stands in it."""
    fields = command.args.model_fields
    asked = [name for name, info in fields.items() if info.is_required() or name in command.form or name in given]
    # What a line may leave out because the channel implies it, a form asks for.
    asked = [name for name in fields if name in asked]
    where = place or Place(channel="")
    view = {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": plain(command.name.capitalize(), 24),
        "submit": plain("Go", 24),
        "close": plain("Cancel", 24),
        "private_metadata": json.dumps(
            {"command": command.name, "channel": where.channel, "thread": where.thread, "given": sorted(given)}
        ),
        "blocks": [_input(name, fields[name], given.get(name)) for name in asked],
    }
    return Modal(view=view, text=f"{command.name}: {command.summary}")


def read_form(view: dict[str, Any], commands: Mapping[str, Command]) -> str | dict[str, str]:
    """Return the command line of a submitted modal, or what is wrong, by block."""
    metadata = json.loads(view.get("private_metadata") or "{}")
    command = commands.get(metadata.get("command", ""))
    if command is None:
        return {}
    values = {block: _value(next(iter(state.values()))) for block, state in view["state"]["values"].items()}
    filled = {name: value for name, value in values.items() if value not in {"", False}}
    try:
        command.args.model_validate(filled)
    except ValidationError as wrong:
        faults = {str(one["loc"][0]): cut(one["msg"].removeprefix("Value error, "), 140) for one in wrong.errors()}
        return {name: said for name, said in faults.items() if name in values} or {next(iter(values)): str(wrong)}
    for name, value in filled.items():
        if isinstance(value, str) and '"' in value:
            return {name: 'It cannot have " in it.'}
    return written(command, filled)


def written(command: Command, values: Mapping[str, str | bool]) -> str:
    """Return the command line that says these arguments."""
    parts = [command.name]
    for name, info in command.args.model_fields.items():
        if name not in values:
            continue
        how, value = marker(info), values[name]
        if isinstance(how, AfterAt):
            parts[-1] = f"{parts[-1]}@{value}"
        elif isinstance(how, After):
            parts += [how.words[0], _quoted(str(value))]
        elif isinstance(how, Word | Line):
            parts.append(_quoted(str(value)) if isinstance(how, Word) else str(value))
        elif value is True:
            parts.append(f"--{label(name)}")
        elif value is not False:
            parts += [f"--{label(name)}", _quoted(str(value))]
    return " ".join(parts)


def _input(name: str, info: FieldInfo, given: str | bool | None) -> Block:
    return {
        "type": "input",
        "block_id": name,
        "label": plain(label(name).capitalize(), 2000),
        "hint": plain(info.description or label(name), 2000),
        "optional": not info.is_required(),
        "element": _element(name, info, given),
    }


def _element(name: str, info: FieldInfo, given: str | bool | None) -> Block:
    if info.annotation is bool:
        option = {"text": plain(f"--{label(name)}", 75), "value": "yes"}
        element: Block = {"type": "checkboxes", "action_id": name, "options": [option]}
        return element | {"initial_options": [option]} if given else element
    if get_origin(info.annotation) is Literal:
        options = [{"text": plain(str(one), 75), "value": str(one)} for one in get_args(info.annotation)]
        element = {"type": "static_select", "action_id": name, "options": options}
        chosen = [option for option in options if option["value"] == given]
        return element | {"initial_option": chosen[0]} if chosen else element
    element = {"type": "plain_text_input", "action_id": name}
    return element | {"initial_value": str(given)} if given else element


def _value(state: Mapping[str, Any]) -> str | bool:
    if state.get("type") == "checkboxes":
        return bool(state.get("selected_options"))
    if state.get("selected_option"):
        return str(state["selected_option"]["value"])
    return str(state.get("value") or "").strip()


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value or value.startswith("--") else value
