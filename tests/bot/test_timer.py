"""Timed calls: each turn is made by one process, whatever goes wrong in it."""

import logging
import threading
from collections.abc import Iterator

import pytest

from bot.timer import Timed, Timer
from core.clock import StoppedClock
from core.db import Database
from core.health.service import HealthChecks
from core.notify.service import Outbox
from core.subscriptions.service import Subscriptions

HOUR = 3600
_PATIENCE = 20.0


class Claims(HealthChecks):
    """The real claims, and how each was decided."""

    def __init__(self, db: Database, clock: StoppedClock, outbox: Outbox) -> None:
        super().__init__(db, clock, outbox, Subscriptions(db), {})
        self.decided: list[bool] = []
        self._news = threading.Condition()

    def claim(self, name: str, seconds: int) -> bool:
        """Claim a turn."""
        decided = super().claim(name, seconds)
        with self._news:
            self.decided.append(decided)
            self._news.notify_all()
        return decided

    def wait(self, count: int) -> None:
        """Wait until that many turns have been decided."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.decided) >= count, _PATIENCE)


@pytest.fixture
def claims(db: Database, clock: StoppedClock, outbox: Outbox) -> Claims:
    """Return claims on a real database."""
    return Claims(db, clock, outbox)


@pytest.fixture
def timers(claims: Claims) -> Iterator[list[Timer]]:
    """Return where timers are put that are to be stopped, before their database is closed."""
    made: list[Timer] = []
    assert claims.decided == []
    yield made
    for timer in made:
        timer.stop()


def started(timers: list[Timer], claims: Claims, *timed: Timed) -> None:
    timer = Timer(claims, timed)
    timers.append(timer)
    timer.start()


def test_of_two_processes_one_makes_a_turn(claims: Claims, timers: list[Timer], clock: StoppedClock) -> None:
    calls: list[str] = []
    for process in ("one", "two"):
        started(timers, claims, Timed("health", HOUR, lambda process=process: calls.append(process)))  # type: ignore[misc]
    claims.wait(2)

    assert sorted(claims.decided) == [False, True]
    clock.move(seconds=HOUR)
    for process in ("three", "four"):
        started(timers, claims, Timed("health", HOUR, lambda process=process: calls.append(process)))  # type: ignore[misc]
    claims.wait(4)

    assert sorted(claims.decided[2:]) == [False, True]


def test_what_is_for_every_process_is_claimed_by_none(claims: Claims, timers: list[Timer]) -> None:
    made = [threading.Event(), threading.Event()]
    for event in made:
        started(timers, claims, Timed("sweep", HOUR, event.set, everywhere=True))

    assert all(event.wait(_PATIENCE) for event in made)
    assert claims.decided == []


def test_a_turn_that_fails_is_logged_and_the_next_one_comes(
    claims: Claims, timers: list[Timer], caplog: pytest.LogCaptureFixture
) -> None:
    again = threading.Semaphore(0)

    def fail() -> None:
        again.release()
        raise RuntimeError("no disk")

    with caplog.at_level(logging.ERROR, logger="bot.timer"):
        started(timers, claims, Timed("forget", 1, fail, everywhere=True))
        assert again.acquire(timeout=_PATIENCE)
        assert again.acquire(timeout=_PATIENCE)

    assert "the timed call forget failed" in caplog.text


def test_a_slow_turn_keeps_no_other_waiting(claims: Claims, timers: list[Timer]) -> None:
    slow, quick = threading.Event(), threading.Event()
    started(
        timers,
        claims,
        Timed("slow", HOUR, lambda: slow.wait(_PATIENCE), everywhere=True),
        Timed("quick", HOUR, quick.set, everywhere=True),
    )

    assert quick.wait(_PATIENCE)
    slow.set()


def test_different_calls_of_one_moment_are_claimed_apart(claims: Claims) -> None:
    assert claims.claim("health", 60)
    assert claims.claim("forget", 60)
    assert not claims.claim("health", 60)


def test_a_claim_of_long_ago_is_forgotten(claims: Claims, clock: StoppedClock, db: Database) -> None:
    for _ in range(3):
        assert claims.claim("health", 60)
        clock.move(seconds=60)

    with db.read() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM tick").scalar() == 1


def test_of_many_at_the_same_moment_one_gets_the_turn(claims: Claims) -> None:
    barrier = threading.Barrier(8)

    def claim() -> None:
        barrier.wait()
        claims.claim("health", 60)

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(claims.decided) == [False] * 7 + [True]
