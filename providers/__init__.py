"""Finds the providers: the folders here, then installed packages that name themselves `noodle.providers`."""

import importlib
import pkgutil
from importlib.metadata import entry_points
from typing import Any

from core.errors import Misconfigured
from core.provider import Provider


def discover() -> dict[str, Provider]:
    """Return every provider by its name, ours first.

    An installed package joins by an entry point of the group `noodle.providers` that leads to a `Provider`.

    Raises:
        Misconfigured: Two providers have one name, or something that says it is a provider is none.
    """
    found: dict[str, Provider] = {}
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        if module.ispkg:
            _add(found, getattr(importlib.import_module(module.name), "PROVIDER", None), module.name)
    for point in entry_points(group="noodle.providers"):
        _add(found, point.load(), point.value)
    return found


def _add(found: dict[str, Provider], provider: Any, where: str) -> None:
    if not isinstance(provider, Provider):
        raise Misconfigured(
            f"{where} is no provider.", hint=f"Give it a PROVIDER of type core.provider.Provider, or remove {where}."
        )
    if provider.name in found:
        raise Misconfigured(
            f"{where} calls itself {provider.name}, as another provider does.",
            hint="Uninstall one of the two, or give it another name.",
        )
    found[provider.name] = provider
