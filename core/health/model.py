"""The state of every integration, and when a change of it is news."""

from datetime import datetime

from core.ports import Check
from core.value import Value


class Health(Value):
    """How one integration is, and since when."""

    name: str
    ok: bool
    detail: str
    fix: str = ""
    since: datetime
    checked_at: datetime


def after(name: str, before: Health | None, check: Check, at: datetime) -> tuple[Health, bool]:
    """Return the new state and whether the change is news: up to down or back; a first look is news only when down."""
    changed = before is None or before.ok != check.ok
    since = at if changed or before is None else before.since
    news = changed and (before is not None or not check.ok)
    return Health(name=name, ok=check.ok, detail=check.detail, fix=check.fix, since=since, checked_at=at), news
