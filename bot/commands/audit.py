"""`audit`: who did what, when, why and by which rule."""

from typing import Annotated

from pydantic import Field

from bot.command import Args, Command, Word, everywhere
from bot.views.access import audit_list
from core.app import Noodle
from core.asked import Asked
from core.audit.model import Entry
from core.value import Value


class AuditArgs(Args):
    """What to look for."""

    subject: Annotated[str, Word()] = Field("", description="A package or environment; everything without it.")
    limit: int = Field(20, description="How many entries.", ge=1, le=100)


class Trail(Value):
    """The newest entries, newest first."""

    entries: tuple[Entry, ...]


def run(args: AuditArgs, asked: Asked, noodle: Noodle) -> Trail:
    """Return the newest entries."""
    return Trail(entries=tuple(noodle.audit.latest(subject=args.subject, limit=args.limit)))


COMMAND = Command(
    name="audit",
    summary="Who did what, when and why",
    args=AuditArgs,
    examples=("audit", "audit hello-noodle"),
    allow="audit:read",
    needs=everywhere("audit:read"),
    run=run,
    show=lambda answer: audit_list(answer.entries),
    changes=False,
)
