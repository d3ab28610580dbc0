"""The code is held to how docs/architecture.md says it is built; the import contracts do the rest."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted(
    path
    for package in ("bot", "core", "providers")
    for path in (ROOT / package).rglob("*.py")
    if "demo_project" not in path.parts and "versions" not in path.parts
)
LONGEST_FILE = 500
LONGEST_FUNCTION = 60
READS_ENVIRONMENT = {"bot/settings.py", "core/engine/engine.py"}
PRINTS = {"bot/cli.py"}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_file_can_be_read_in_a_minute(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_function_fits_on_a_screen(path: Path) -> None:
    functions = [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]

    assert [f.name for f in functions if (f.end_lineno or 0) - f.lineno >= LONGEST_FUNCTION] == []


@pytest.mark.parametrize("path", FILES, ids=name)
def test_nothing_is_imported_inside_a_function(path: Path) -> None:
    functions = [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    lazy = [one for f in functions for one in ast.walk(f) if isinstance(one, ast.Import | ast.ImportFrom)]

    assert [ast.unparse(one) for one in lazy] == []


@pytest.mark.parametrize("path", [path for path in FILES if name(path) not in READS_ENVIRONMENT], ids=name)
def test_the_environment_is_read_in_one_place(path: Path) -> None:
    read = [
        node for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    ]
    ours = [node for node in read if isinstance(node.value, ast.Name) and node.value.id == "os"]

    assert [node.lineno for node in ours] == []


@pytest.mark.parametrize("path", [path for path in FILES if name(path) not in PRINTS], ids=name)
def test_only_the_terminal_prints(path: Path) -> None:
    calls = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]

    assert [node.lineno for node in calls if isinstance(node.func, ast.Name) and node.func.id == "print"] == []


def test_no_test_folder_is_a_package() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == []


@pytest.mark.parametrize("word", ["utils", "helpers", "manager", "common", "misc"])
def test_no_file_is_called_by_a_word_that_says_nothing(word: str) -> None:
    assert [name(path) for path in FILES if word in path.stem] == []
