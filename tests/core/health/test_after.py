from datetime import UTC, datetime, timedelta

from core.health.model import after
from core.ports import Check

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
UP, DOWN = Check(ok=True, detail="answers"), Check(ok=False, detail="refused", fix="start it")


def test_a_first_look_at_something_well_is_no_news() -> None:
    health, news = after("git", None, UP, NOON)

    assert (health.ok, news) == (True, False)


def test_a_first_look_at_something_down_is_news() -> None:
    assert after("git", None, DOWN, NOON)[1]


def test_a_change_is_news_once_and_keeps_since_when() -> None:
    up, _ = after("git", None, UP, NOON)
    down, first = after("git", up, DOWN, NOON + timedelta(minutes=1))
    still, second = after("git", down, DOWN, NOON + timedelta(minutes=2))

    assert (first, second) == (True, False)
    assert still.since == NOON + timedelta(minutes=1)
    assert still.checked_at == NOON + timedelta(minutes=2)


def test_coming_back_is_news() -> None:
    down, _ = after("git", None, DOWN, NOON)

    assert after("git", down, UP, NOON + timedelta(minutes=1))[1]
