"""A small language for saying what JSON may look like, and the walker that checks it. Pure.

A shape is called with a JSON pointer and a value and yields every `Problem` it finds.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Problem:
    """One thing wrong, and where: `pointer` is a JSON pointer such as `/blocks/0/text/text`."""

    pointer: str
    message: str

    def __str__(self) -> str:
        return f"{self.message} [json-pointer:{self.pointer}]"


Problems = Iterator[Problem]


class Shape(Protocol):
    """What a value may look like."""

    def __call__(self, at: str, value: Any) -> Problems:
        """Yield what is wrong with `value`, which stands at the pointer `at`."""
        ...


Check = Callable[[str, Mapping[str, Any]], Problems]


@dataclass(frozen=True)
class Str:
    """A string of `least` to `most` characters, or one of `among`."""

    most: int | None = None
    least: int = 1
    among: tuple[str, ...] = ()

    def __call__(self, at: str, value: Any) -> Problems:
        """Yield what is wrong."""
        if not isinstance(value, str):
            yield Problem(at, "must be a string")
        elif self.among and value not in self.among:
            yield Problem(at, f"must be one of {', '.join(self.among)}")
        elif len(value) < self.least:
            yield Problem(at, f"must be more than {self.least - 1} characters")
        elif self.most is not None and len(value) > self.most:
            yield Problem(at, f"must be less than {self.most + 1} characters")


@dataclass(frozen=True)
class Num:
    """An integer within bounds; `fraction` allows a float."""

    least: int | None = None
    most: int | None = None
    fraction: bool = False

    def __call__(self, at: str, value: Any) -> Problems:
        """Yield what is wrong."""
        kinds = (int, float) if self.fraction else (int,)
        if isinstance(value, bool) or not isinstance(value, kinds):
            yield Problem(at, "must be a number" if self.fraction else "must be an integer")
        elif self.least is not None and value < self.least:
            yield Problem(at, f"must be at least {self.least}")
        elif self.most is not None and value > self.most:
            yield Problem(at, f"must be at most {self.most}")


@dataclass(frozen=True)
class Bool:
    """True or false."""

    def __call__(self, at: str, value: Any) -> Problems:
        """Yield what is wrong."""
        if not isinstance(value, bool):
            yield Problem(at, "must be a boolean")


@dataclass(frozen=True)
class Many:
    """A list of `least` to `most` items of one shape."""

    item: Shape
    least: int = 1
    most: int | None = None

    def __call__(self, at: str, value: Any) -> Problems:
        """Yield what is wrong."""
        if not isinstance(value, list):
            yield Problem(at, "must be an array")
            return
        if len(value) < self.least:
            yield Problem(at, f"no fewer than {self.least} items allowed")
        if self.most is not None and len(value) > self.most:
            yield Problem(at, f"no more than {self.most} items allowed")
        for n, item in enumerate(value):
            yield from self.item(f"{at}/{n}", item)


@dataclass(frozen=True)
class Obj:
    """An object with known keys. `needs` must be there; `check` looks at the whole."""

    keys: Mapping[str, Shape]
    needs: tuple[str, ...] = ()
    check: Check | None = None

    def __call__(self, at: str, value: Any) -> Problems:
        """Yield what is wrong."""
        if not isinstance(value, dict):
            yield Problem(at, "must be an object")
            return
        for key in self.needs:
            if key not in value:
                yield Problem(at, f"missing required field: {key}")
        for key, inner in value.items():
            if key not in self.keys:
                yield Problem(f"{at}/{key}", f"unsupported field: {key}")
            else:
                yield from self.keys[key](f"{at}/{key}", inner)
        if self.check is not None:
            yield from self.check(at, value)


@dataclass(frozen=True)
class Typed:
    """An object whose `type` names its shape in `table`; `only` narrows which types may stand here."""

    table: Mapping[str, Obj]
    only: tuple[str, ...] = ()

    def __call__(self, at: str, value: Any) -> Problems:
        """Yield what is wrong."""
        if not isinstance(value, dict):
            yield Problem(at, "must be an object")
            return
        kind = value.get("type")
        if not isinstance(kind, str) or kind not in self.table:
            yield Problem(f"{at}/type", f"unsupported type: {kind}")
        elif self.only and kind not in self.only:
            yield Problem(f"{at}/type", f"unsupported type here: {kind}; allowed: {', '.join(self.only)}")
        else:
            rest = {key: inner for key, inner in value.items() if key != "type"}
            yield from self.table[kind](at, rest)


@dataclass(frozen=True)
class Text:
    """A text object of 1 to `most` characters."""

    most: int
    kinds: tuple[str, ...] = ("plain_text", "mrkdwn")
    least: int = 1
    _keys: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: {"plain_text": ("type", "text", "emoji"), "mrkdwn": ("type", "text", "verbatim")},
    )

    def __call__(self, at: str, value: Any) -> Problems:
        """Yield what is wrong."""
        if not isinstance(value, dict):
            yield Problem(at, "must be a text object")
            return
        kind = value.get("type")
        if kind not in self.kinds:
            yield Problem(f"{at}/type", f"must be {' or '.join(self.kinds)}")
            return
        for key, inner in value.items():
            if key not in self._keys[kind]:
                yield Problem(f"{at}/{key}", f"unsupported field: {key}")
            elif key in {"emoji", "verbatim"}:
                yield from Bool()(f"{at}/{key}", inner)
        if "text" not in value:
            yield Problem(at, "missing required field: text")
        else:
            yield from Str(self.most, self.least)(f"{at}/text", value["text"])


def plain(most: int) -> Text:
    """Return a plain_text object of at most `most` characters."""
    return Text(most, ("plain_text",))


def exactly_one(*keys: str) -> Check:
    """Return a check that one and only one of `keys` is there."""

    def check(at: str, value: Mapping[str, Any]) -> Problems:
        if sum(key in value for key in keys) != 1:
            yield Problem(at, f"exactly one of {', '.join(keys)} is required")

    return check


def at_least_one(*keys: str) -> Check:
    """Return a check that one or more of `keys` are there."""

    def check(at: str, value: Mapping[str, Any]) -> Problems:
        if not any(key in value for key in keys):
            yield Problem(at, f"one of {', '.join(keys)} is required")

    return check


def unique(items: Any, key: str, at: str) -> Problems:
    """Yield a problem for each repeated `key` among a list of objects."""
    seen: set[str] = set()
    for n, item in enumerate(items if isinstance(items, list) else ()):
        name = item.get(key) if isinstance(item, dict) else None
        if isinstance(name, str) and name in seen:
            yield Problem(f"{at}/{n}/{key}", f"{key} {name} already exists")
        elif isinstance(name, str):
            seen.add(name)
