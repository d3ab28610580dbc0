"""What a command is: one declaration from which the slash command, help, modal, REST endpoint and docs follow."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo

from bot.message import Message
from core.access.model import Ask
from core.app import Noodle
from core.asked import Asked
from core.value import Value


class Args(BaseModel):
    """The arguments of a command. A field's description is its help; how it is written on the line is a marker."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


@dataclass(frozen=True)
class Word:
    """Written as a bare word, in the order of the fields."""

    default_here: bool = False
    """Whether a missing package means the one this channel is about."""
    looks: str = ""
    """What it looks like (a regular expression): a word that does is this one, whatever comes first."""


@dataclass(frozen=True)
class AfterAt:
    """Written behind the first word: `api@1.4.2`."""


@dataclass(frozen=True)
class After:
    """Written behind one of these words: `to staging`."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Rest:
    """A flag that takes all words up to the next flag: `--reason the login is broken`."""


@dataclass(frozen=True)
class Line:
    """All that is left of the line, as it is."""


Marker = Word | AfterAt | After | Rest | Line


def marker(info: FieldInfo) -> Marker | None:
    """Return how a field is written; None is a flag, `--name` or `--name value`."""
    return next((m for m in info.metadata if isinstance(m, Marker)), None)


@dataclass(frozen=True)
class Command:
    """One thing people can ask for."""

    name: str
    """The words that call it; its module is named the same with `_`."""
    summary: str
    args: type[Args]
    examples: tuple[str, ...]
    allow: str
    """The permission it takes."""
    run: Callable[[Any, Asked, Noodle], Value]
    show: Callable[[Any], Message] | None = None
    """How the answer is shown; None where a living message shows it."""
    needs: Callable[[Any, Noodle], Ask] | None = None
    """What exactly it takes, where that is more than `allow` on the package and environment named."""
    changes: bool = True
    """Whether it writes. What writes is one short transaction; what only reads may take its time."""
    secret: bool = False
    """Whether the answer holds something only the asker may ever see."""
    aliases: tuple[str, ...] = ()
    form: tuple[str, ...] = field(default=())
    """Fields a modal asks for beyond the required ones."""

    def asks(self, args: Args, noodle: Noodle) -> Ask:
        """Return what a call of it takes."""
        if self.needs is not None:
            return self.needs(args, noodle)
        package, environment = getattr(args, "package", ""), getattr(args, "environment", "")
        return Ask(permission=self.allow, package=package, environment=environment)

    @property
    def usage(self) -> str:
        """The line as it may be written."""
        parts = [self.name]
        for name, info in self.args.model_fields.items():
            if isinstance(marker(info), AfterAt):
                parts[-1] = f"{parts[-1]}[@<{label(name)}>]"
                continue
            written = _written(name, info)
            parts.append(written if info.is_required() else f"[{written}]")
        return " ".join(parts)


def everywhere(permission: str) -> Callable[[Any, Noodle], Ask]:
    """Return the `needs` of a command that concerns no package in particular: a right for every package."""
    return lambda _args, _noodle: Ask(permission=permission)


def label(name: str) -> str:
    """Return a field's name as people write it."""
    return name.replace("_", "-")


def _written(name: str, info: FieldInfo) -> str:
    how = marker(info)
    if isinstance(how, Word | Line):
        return f"<{label(name)}>"
    if isinstance(how, After):
        return f"{how.words[0]} <{label(name)}>"
    if info.annotation is bool:
        return f"--{label(name)}"
    return f"--{label(name)} <{'text' if isinstance(how, Rest) else label(name)}>"
