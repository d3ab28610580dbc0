"""From a line to a command and its arguments. Pure; every fault is a refusal with the usage and an example."""

import re
from collections.abc import Mapping, Sequence

from pydantic import ValidationError

from bot.command import After, AfterAt, Args, Command, Line, Rest, Word, label, marker
from core.errors import BadCommand
from core.suggest import close

_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "\u00a0": " "})
_TOKEN = re.compile(r'"([^"]*)"|(\S+)')
_DASHES = re.compile(r"^[—–]+(?=\w)")
_VERSION = re.compile(r"v?\d+(\.\d+)+\S*")


class Missing(BadCommand):
    """A required argument was not given: where there is a modal, it asks."""

    code = "missing"

    def __init__(self, command: Command, given: Mapping[str, str | bool], fields: Sequence[str]) -> None:
        names = " and ".join(f"<{label(name)}>" for name in fields)
        super().__init__(
            f"`{command.name}` needs {names}.", hint=f"Usage: `{command.usage}`", example=command.examples[0]
        )
        self.command = command
        self.given = dict(given)


def words(line: str) -> list[str]:
    """Split a line into words; a part in double quotes is one. Smart quotes and dashes are what they stand for."""
    found = [quoted or bare for quoted, bare in _TOKEN.findall(line.translate(_QUOTES))]
    return [_DASHES.sub("--", word) for word in found]


def find(line: str, commands: Mapping[str, Command]) -> tuple[Command, list[str]]:
    """Return the command a line calls and the words behind its name. An empty line asks for help."""
    given = words(line)
    if not given:
        return commands["help"], []
    for length in (2, 1):
        name = " ".join(word.lower() for word in given[:length])
        if name in commands and len(given) >= length:
            return commands[name], given[length:]
    nouns = [name for name in commands if name.startswith(f"{given[0].lower()} ")]
    if nouns:
        raise BadCommand(
            f"`{given[0]}` what?",
            hint=f"There is: {', '.join(f'`{name}`' for name in nouns)}.",
            example=commands[nouns[0]].examples[0],
            suggestions=nouns,
        )
    meant = close(given[0].lower(), commands)
    raise BadCommand(
        f"There is no command `{given[0]}`.",
        hint="`help` lists what there is.",
        example=commands[meant[0]].examples[0] if meant else "help",
        suggestions=meant,
    )


def parse(command: Command, given: Sequence[str]) -> dict[str, str | bool]:
    """Return the arguments as they are written, by field. Raises BadCommand."""
    found: dict[str, str | bool] = {}
    rest = list(given)
    whole = next((name for name, info in command.args.model_fields.items() if isinstance(marker(info), Line)), "")
    if whole:
        return {whole: " ".join(f'"{word}"' if " " in word else word for word in rest)} if rest else {}
    while rest:
        word = rest.pop(0)
        if word.startswith("--"):
            _flag(command, word, rest, found)
        elif (name := _behind(command, word, found)) and rest:
            found[name] = rest.pop(0)
        else:
            _word(command, word, found)
    return found


def arguments(command: Command, found: Mapping[str, str | bool]) -> Args:
    """Return the validated arguments. Raises Missing, BadCommand."""
    missing = [name for name, info in command.args.model_fields.items() if info.is_required() and name not in found]
    if missing:
        raise Missing(command, found, missing)
    try:
        return command.args.model_validate(found)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        field = label(str(first["loc"][0])) if first["loc"] else "arguments"
        raise BadCommand(
            f"<{field}> of `{command.name}` is wrong: {first['msg'].removeprefix('Value error, ')}.",
            hint=f"Usage: `{command.usage}`",
            example=command.examples[0],
        ) from wrong


def _flag(command: Command, word: str, rest: list[str], found: dict[str, str | bool]) -> None:
    text, equals, value = word[2:].partition("=")
    name = text.lower().replace("-", "_")
    flags = {n: i for n, i in command.args.model_fields.items() if not isinstance(marker(i), AfterAt)}
    info = flags.get(name)
    if info is None:
        raise BadCommand(
            f"`{command.name}` has no flag `--{text}`.",
            hint=f"Usage: `{command.usage}`",
            example=command.examples[0],
            suggestions=[f"--{label(one)}" for one in close(name, flags)],
        )
    if info.annotation is bool:
        found[name] = value.lower() not in {"no", "false", "0"} if equals else True
        return
    taken = [value] if equals else []
    while rest and not rest[0].startswith("--") and (isinstance(marker(info), Rest) or not taken):
        taken.append(rest.pop(0))
    if not taken:
        raise BadCommand(f"`--{text}` of `{command.name}` needs a value.", hint=f"Usage: `{command.usage}`")
    found[name] = " ".join(taken)


def _behind(command: Command, word: str, found: Mapping[str, str | bool]) -> str:
    for name, info in command.args.model_fields.items():
        how = marker(info)
        if isinstance(how, After) and word.lower() in how.words and name not in found:
            return name
    return ""


def _word(command: Command, word: str, found: dict[str, str | bool]) -> None:
    fields = command.args.model_fields
    waiting = {name: how for name, info in fields.items() if isinstance(how := marker(info), Word)}
    free = [name for name in waiting if name not in found]
    free.sort(key=lambda name: not (waiting[name].looks and re.fullmatch(waiting[name].looks, word, re.IGNORECASE)))
    at = next((name for name, info in fields.items() if isinstance(marker(info), AfterAt)), "")
    if not free:
        where = f" Write a version behind the name: `<package>@{word}`." if at and _VERSION.fullmatch(word) else ""
        raise BadCommand(
            f"I do not know what `{word}` means in `{command.name}`.",
            hint=f"Usage: `{command.usage}`.{where}",
            example=command.examples[0],
        )
    head, sep, tail = word[1:].partition("@")  # a scoped name begins with @ and keeps it
    if at and sep and at not in found:
        if not tail:
            raise BadCommand(f"There is nothing behind the @ of `{word}`.", hint=f"Usage: `{command.usage}`")
        found[free[0]], found[at] = word[0] + head, tail
    else:
        found[free[0]] = word
