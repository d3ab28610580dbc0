"""The pages of docs/ that follow from the code. `noodle docs` writes them; a test holds the file to it."""

from collections.abc import Mapping

from bot.command import Command, label
from bot.commands import each
from bot.settings import PREFIX, Settings
from core.access.model import PERMISSIONS
from core.errors import NoodleError, catalogue


def commands_page(commands: Mapping[str, Command]) -> str:
    """Return docs/commands.md."""
    parts = [
        "# Commands\n",
        "Made from the commands' own declarations by `noodle docs`; do not edit.\n",
        "Type them behind `/noodle`, behind `@noodle` (also in threads), in a direct message, or as",
        '`noodle ask "…"` on a terminal. Over REST each is an endpoint with the same arguments; `/docs` shows them.\n',
    ]
    for command in each(commands):
        parts += [f"## {command.name}\n", f"{command.summary}.\n", f"```\n/noodle {command.usage}\n```\n"]
        arguments = [
            f"| `{label(name)}` | {info.description} | {'yes' if info.is_required() else ''} |"
            for name, info in command.args.model_fields.items()
        ]
        if arguments:
            parts += ["| argument | what it is | required |", "|---|---|---|", *arguments, ""]
        parts += ["For example:\n", *(f"* `/noodle {example}`" for example in command.examples), ""]
        method = "POST" if command.changes else "GET"
        path = "/api/v1/" + command.name.replace(" ", "/")
        also = f" Also called {', '.join(f'`{alias}`' for alias in command.aliases)}." if command.aliases else ""
        parts.append(f"Takes the permission `{command.allow}`. REST: `{method} {path}`.{also}\n")
    parts += ["## Permissions\n", "| permission | least role |", "|---|---|"]
    parts += [f"| `{name}` | {role or 'everyone'} |" for name, role in PERMISSIONS.items()]
    return "\n".join(parts) + "\n"


def reference_page() -> str:
    """Return docs/reference.md: settings and refusals."""
    parts = [
        "# Reference\n",
        "Made from the code by `noodle docs`; do not edit.\n",
        "## Settings\n",
        "Each secret may also be given as the path of a file that holds it, in a variable with `_FILE` behind it.\n",
        "| variable | what it is | default |",
        "|---|---|---|",
    ]
    for name, info in Settings.model_fields.items():
        default = "" if str(info.default) in {"", "**********"} else f"`{info.default}`"
        parts.append(f"| `{PREFIX}{name.upper()}` | {info.description or _said(name)} | {default} |")
    parts += ["", "## Refusals\n", "| code | status | when |", "|---|---|---|"]
    ours = {code: kind for code, kind in catalogue().items() if kind.__module__ == NoodleError.__module__}
    for code, kind in sorted(ours.items()):
        parts.append(f"| `{code}` | {kind.status} | {(kind.__doc__ or code).strip().splitlines()[0]} |")
    return "\n".join(parts) + "\n"


def _said(name: str) -> str:
    return name.replace("_", " ").capitalize() + "."


def pages(commands: Mapping[str, Command]) -> Mapping[str, str]:
    """Return every made page by the name of its file in docs/."""
    return {"commands.md": commands_page(commands), "reference.md": reference_page()}
