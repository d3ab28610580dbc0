"""Environments: where packages are deployed to."""

import re

from pydantic import Field

from core.errors import BadCommand
from core.value import Value

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


class Environment(Value):
    """Somewhere packages go live."""

    name: str
    order: int = 0
    """Its place on the way to production, lowest first."""
    protected: bool = False
    """Whether deploying here takes the permission `deploy:protected`."""
    target: str = "local"
    """The provider that deploys here."""
    settings: dict[str, str] = Field(default_factory=dict)
    checklist: tuple[str, ...] = ()
    """The tasks a deploy leaves behind."""


def checked_name(name: str) -> str:
    """Return the name in lower case; raises BadCommand for one that could not be a folder, a label and a word."""
    lower = name.lower()
    if not _NAME.fullmatch(lower):
        raise BadCommand(
            f"`{name}` cannot be the name of an environment.",
            hint="Use up to 40 small letters, digits and dashes, beginning with a letter.",
            example="environment create staging",
        )
    return lower
