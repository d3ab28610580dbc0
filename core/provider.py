"""How a provider introduces itself and what it is given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.clock import Clock
from core.ports import Builder, Checkable, CodeHost, Target
from core.releases.model import Inspect

Hook = Callable[[Mapping[str, str], bytes], Any]
"""A pure function of a delivery's headers and raw body: verifies, then parses it. What it gives is the provider's."""


@dataclass(frozen=True)
class Kit:
    """What the program hands a provider to work with."""

    home: Path
    """Noodle's folder; a provider keeps to its own folder in it."""
    clock: Clock
    environ: Mapping[str, str]
    """The process environment, read once; children get `core.process.clean_environment` of it, never itself."""
    registry_url: Callable[[], str]
    """Where Noodle's own registry answers, without the path of a wire protocol and without a slash at the end."""
    registry_token: Callable[[str], str]
    """Mint a short-lived token that may read the registry; the argument says what for."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Settings by their name in lower case without `NOODLE_`: `github_token`, `integration_timeout`."""


@dataclass(frozen=True)
class Connected:
    """What a provider gives once it is connected. A part it has no use for is None."""

    code_host: CodeHost | None = None
    builder: Builder | None = None
    target: Target | None = None
    check: Checkable | None = None
    inspect: Inspect | None = None
    """Reads an uploaded or built file of the ecosystem that is named like the provider."""
    router: Callable[..., Any] | None = None
    """Makes the Starlette or FastAPI router of a wire protocol; bot.web mounts it."""
    hook: Hook | None = None


@dataclass(frozen=True)
class Provider:
    """A folder under `providers`, or an installed package, as the program knows it."""

    name: str
    summary: str
    """One line for people: what it connects Noodle with."""
    connect: Callable[[Kit], Connected]
    needs: tuple[str, ...] = ()
    """Settings (as in `Kit.settings`) without which it is not connected."""
