from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from core.db import Database
from core.engine.slots import MOST, Slots, slots
from core.errors import Conflict


@pytest.fixture
def two(db: Database, tmp_path: Path) -> Iterator[tuple[Slots, Slots]]:
    """Return the slots as two processes see them."""
    both = slots(db, tmp_path), slots(db, tmp_path)
    yield both
    for one in both:
        one.release()


def test_each_process_has_a_slot_of_its_own_and_a_freed_one_is_taken_again(two: tuple[Slots, Slots]) -> None:
    first, second = two
    assert (first.claim(), second.claim()) == (0, 1)

    first.release()

    assert list(second.dead(range(2))) == [0]
    assert first.claim() == 0
    assert list(second.dead(range(2))) == []


def test_only_the_slots_asked_about_are_looked_at(two: tuple[Slots, Slots]) -> None:
    first, _ = two
    first.claim()

    assert list(first.dead([0, 7])) == [7]


def test_a_process_too_many_is_refused(db: Database, tmp_path: Path) -> None:
    if not db.sqlite:
        pytest.skip("the pool has no room for that many connections in one process")
    taken = [slots(db, tmp_path) for _ in range(MOST)]
    for one in taken:
        one.claim()

    with pytest.raises(Conflict, match="already"):
        slots(db, tmp_path).claim()

    for one in taken:
        one.release()


def test_a_living_process_takes_its_slot_again_when_the_database_dropped_its_session(
    db: Database, two: tuple[Slots, Slots]
) -> None:
    if db.sqlite:
        pytest.skip("the kernel keeps a lock as long as the process lives")
    first, second = two
    first.claim()
    second.claim()
    _drop_sessions_holding(db, 0)
    assert list(second.dead([0])) == [0]

    first.keep()

    assert list(second.dead([0])) == []


def test_a_slot_that_another_process_took_meanwhile_is_not_shared_silently(
    db: Database, two: tuple[Slots, Slots], caplog: pytest.LogCaptureFixture
) -> None:
    if db.sqlite:
        pytest.skip("the kernel keeps a lock as long as the process lives")
    first, second = two
    first.claim()
    _drop_sessions_holding(db, 0)
    assert second.claim() == 0

    first.keep()

    assert "another process has taken slot 0" in caplog.text


def _drop_sessions_holding(db: Database, number: int) -> None:
    """End sessions as a restart of PostgreSQL does; waits until they are gone."""
    query = "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' AND objid = :number"
    with db.engine.begin() as connection:
        connection.execute(text(query), {"number": number})
