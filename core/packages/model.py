"""A package: something a team builds, releases, publishes and deploys. Values and pure rules."""

import re
from datetime import datetime
from typing import Literal

from packaging.utils import canonicalize_name

from core.errors import BadCommand
from core.value import Value

Status = Literal["active", "deprecated", "archived", "quarantined"]
"""A package as a whole, in the words of PEP 792. Archived takes no uploads; quarantined gives no downloads either."""

_NAME = re.compile(r"[A-Z0-9]|[A-Z0-9][A-Z0-9._-]*[A-Z0-9]", re.IGNORECASE | re.ASCII)
_MOST = 100


class Package(Value):
    """What Noodle knows of a package. Its files and versions are releases."""

    name: str
    """As its owners write it."""
    normalized: str
    """As PEP 503 has it; two packages never share it."""
    ecosystem: str = "pypi"
    repo: str
    channel: str = ""
    """The chat channel whose default package it is, or ""."""
    summary: str = ""
    status: Status = "active"
    status_reason: str = ""
    created_at: datetime
    created_by: str

    @property
    def takes_uploads(self) -> bool:
        """Whether a new version or file may be added."""
        return self.status not in {"archived", "quarantined"}


def normalize(name: str) -> str:
    """Return the name as it is compared: lower case, runs of `-`, `_` and `.` one `-` (PEP 503)."""
    return str(canonicalize_name(name))


def checked_name(name: str) -> str:
    """Return a legal package name (PEP 508), stripped. Raises BadCommand, saying what one looks like."""
    stripped = name.strip()
    if len(stripped) > _MOST or not _NAME.fullmatch(stripped):
        raise BadCommand(
            f"`{stripped[:_MOST]}` cannot be the name of a package.",
            hint=f"A name has letters, digits, `.`, `-` and `_`, begins and ends with a letter or digit, "
            f"and is at most {_MOST} long.",
            example="package create noodle-demo --repo https://github.com/team/noodle-demo",
        )
    return stripped
