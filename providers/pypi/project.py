"""A Python project's own pyproject.toml: read, and written to without touching what people wrote around it.

See PEP 621 for `[project]`; `[tool.noodle]` is ours.
"""

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import tomlkit
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version
from tomlkit.items import Table

from core.errors import RunFailed
from core.ports import Project
from core.versions import to_pep440

_FILE = "pyproject.toml"
_NEEDED = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "your-package"
version = "0.1.0\""""
TEST_NEEDS = ("test", "tests", "dev")
"""Names under which projects keep what their tests need, likeliest first."""


def read(folder: Path) -> Project:
    """Return what `[project]` and `[tool.noodle]` say. Raises RunFailed naming the file, the line and the fault."""
    file = _File(folder)
    project, noodle = file.table("project"), file.table("tool", "noodle")
    name, version, summary = project.get("name"), project.get("version", ""), project.get("description", "")
    dynamic = project.get("dynamic", [])
    file.ensure(isinstance(name, str) and _is_name(name), "name", "no valid name in [project]", 'name = "your-package"')
    file.ensure(isinstance(dynamic, list), "dynamic", "it is no list", 'dynamic = ["version"]')
    is_dynamic = "version" in dynamic
    fine = is_dynamic or (isinstance(version, str) and _is_version(version))
    file.ensure(fine, "version", "no valid version in [project] (PEP 440)", 'version = "0.1.0"')
    file.ensure(isinstance(summary, str), "description", "it is no text", 'description = "What it does"')
    return Project(
        name=str(name),
        version="" if is_dynamic else str(version),
        summary=str(summary),
        dynamic_version=is_dynamic,
        smoke=_smoke(file, noodle.get("smoke", [])),
    )


def set_version(folder: Path, version: str) -> bool:
    """Write the version to `[project]`, comments and order kept; False when it is dynamic, or that already.

    `version` may be SemVer, it is written as PEP 440; the project's own spelling of the same version stays.
    """
    project, wanted = read(folder), pep440(version)
    if project.dynamic_version or Version(project.version) == wanted:
        return False
    file = folder / _FILE
    document = tomlkit.parse(file.read_bytes().decode())
    table = document["project"]
    assert isinstance(table, Table | dict)  # noqa: S101 - `read` saw to it; this is for the type checker
    table["version"] = str(wanted)
    file.write_bytes(tomlkit.dumps(document).encode())
    return True


def pep440(version: str) -> Version:
    """Return a version as Python has it, from PEP 440 or SemVer. Raises BadCommand for what is neither."""
    try:
        return Version(version)
    except InvalidVersion:
        return Version(to_pep440(version))


def needs_of_tests(folder: Path) -> tuple[str, str]:
    """Return where the project keeps what its tests need: ("group", name), ("extra", name) or ("", "")."""
    file = _File(folder)
    extras, groups = file.table("project", "optional-dependencies"), file.table("dependency-groups")
    for name in TEST_NEEDS:
        for kind, table in (("group", groups), ("extra", extras)):
            for spelled in table:
                if canonicalize_name(spelled) == name:
                    return kind, spelled
    return "", ""


class _File:
    """A pyproject.toml that was read, and knows which of its lines is at fault."""

    def __init__(self, folder: Path) -> None:
        try:
            self._text = (folder / _FILE).read_bytes().decode()
            self._data = tomllib.loads(self._text)
        except FileNotFoundError:
            raise RunFailed(
                f"The repo has no {_FILE}, so nothing says how to build it.",
                hint="Add one at the top of the repo, such as the example.",
                example=_NEEDED,
            ) from None
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            raise RunFailed(f"{_FILE}, line {line}: this is not UTF-8.", hint="Save the file as UTF-8.") from None
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise RunFailed(f"{_FILE} is not TOML: {error}.", hint="Mend that line; toml.io has the rules.") from None

    def table(self, *names: str) -> dict[str, Any]:
        """Return a table, empty where there is none."""
        table: Any = self._data
        for name in names:
            table = table.get(name, {})
            self.ensure(isinstance(table, dict), name, f"`{name}` is no table", f"[{'.'.join(names)}]")
        return dict(table)

    def ensure(self, fine: bool, key: str, wrong: str, example: str) -> None:
        """Raise RunFailed with the line where `key` stands, unless it is fine."""
        if not fine:
            line = re.compile(rf"\s*\[*[\w.-]*\b{re.escape(key)}\b\s*[=\]]")
            found = [number for number, text in enumerate(self._text.splitlines(), 1) if line.match(text)]
            where = f"{_FILE}, line {found[0]}" if found else _FILE
            raise RunFailed(f"{where}: {wrong}.", hint="Write it as in the example.", example=example)


def _smoke(file: _File, smoke: Any) -> tuple[str, ...]:
    """A list of words, or a line of them."""
    if isinstance(smoke, str):
        try:
            smoke = shlex.split(smoke)
        except ValueError:
            smoke = None
    fine = isinstance(smoke, list) and all(isinstance(word, str) for word in smoke)
    file.ensure(fine, "smoke", "`smoke` is no command", 'smoke = ["your-command", "--version"]')
    return tuple(smoke)


def _is_name(name: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?", name) is not None  # PEP 508


def _is_version(version: str) -> bool:
    try:
        Version(version)
    except InvalidVersion:
        return False
    return True
