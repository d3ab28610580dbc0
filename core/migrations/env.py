"""How alembic runs here: on the connection it is handed, over the tables of every store."""

import importlib
import pkgutil
from typing import Literal

from alembic import context
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import core
from core.db import UtcDateTime

for module in pkgutil.walk_packages(core.__path__, "core."):
    if module.name.endswith(".store"):
        importlib.import_module(module.name)


def ours(_object: object, name: str | None, kind: str, _reflected: bool, _compared: object) -> bool:
    """Whether alembic may compare this: in PostgreSQL the engine keeps its tables beside ours, in its own schema."""
    return kind != "table" or name in SQLModel.metadata.tables


def written(kind: str, item: object, _context: object) -> str | Literal[False]:
    """How a type is written in a migration: plainly, so that it does not depend on what the code becomes."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "UtcDateTime()"
    return "sa.String()" if kind == "type" and isinstance(item, AutoString) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    include_object=ours,
    render_as_batch=True,
    render_item=written,
)
with context.begin_transaction():
    context.run_migrations()
