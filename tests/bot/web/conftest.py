import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from web_client import WebClient

from bot.bootstrap import Program
from bot.web.app import build
from core.access.model import Role

Client = Callable[..., WebClient]


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Return the address of an empty SQLite database; both kinds are tried where the tables are."""
    shutil.copyfile(sqlite_template, tmp_path / "noodle.db")
    return f"sqlite:///{tmp_path / 'noodle.db'}"


@pytest.fixture
def client(program: Program) -> Client:
    """Return what makes a client with a token of somebody of that role."""
    app = build(program.asking, [], {})

    def make(role: Role = Role.ADMIN, **token: Any) -> WebClient:
        owner = f"slack:T1:{role.upper()}"
        program.noodle.access.grant(owner, role, "*", "*", "test")
        given = {"scope": "full", "by": owner, **token}
        _, secret = program.noodle.tokens.create(owner, "ci", **given)
        return WebClient(app, secret)

    return make
