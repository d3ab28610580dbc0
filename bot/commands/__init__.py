"""Every command there is: one module each, found by looking."""

import importlib
import pkgutil
from collections.abc import Mapping

from bot.command import Command


def discover() -> Mapping[str, Command]:
    """Return the commands by name and alias. Raises RuntimeError for two of one name or a misnamed module."""
    found: dict[str, Command] = {}
    for module in pkgutil.iter_modules(__path__):
        if module.name.startswith("_"):
            continue
        command = importlib.import_module(f"{__name__}.{module.name}").COMMAND
        if command.name.replace(" ", "_") != module.name:
            raise RuntimeError(f"the command `{command.name}` must live in {command.name.replace(' ', '_')}.py")
        for name in (command.name, *command.aliases):
            if name in found:
                raise RuntimeError(f"two commands are called `{name}`")
            found[name] = command
    return found


def each(commands: Mapping[str, Command]) -> list[Command]:
    """Return every command once, by name, without its aliases."""
    return [command for name, command in sorted(commands.items()) if name == command.name]
