import threading
from typing import Any

import pytest

from core.clock import StoppedClock
from core.db import Database
from core.inbox.model import Inbound, Source
from core.inbox.service import Inbox

ASKED = Inbound(key="slack-T1-Ev1", source=Source.COMMAND, person="slack:T1:U1", line="status")


@pytest.fixture
def started() -> list[str]:
    return []


@pytest.fixture
def inbox(db: Database, clock: StoppedClock, started: list[str]) -> Inbox:
    def start(_workflow: str, workflow_id: str, _data: dict[str, Any]) -> None:
        started.append(workflow_id)

    return Inbox(db, clock, start)


def test_a_request_is_kept_and_has_its_answer_started(inbox: Inbox, started: list[str]) -> None:
    assert inbox.accept(ASKED)
    assert inbox.waiting(ASKED.key) == ASKED
    assert started == ["inbox-slack-T1-Ev1"]


def test_the_same_request_delivered_four_times_is_kept_once(inbox: Inbox, started: list[str]) -> None:
    assert [inbox.accept(ASKED) for _ in range(4)] == [True, False, False, False]
    assert len(started) == 1


def test_the_same_request_delivered_at_the_same_moment_is_kept_once(inbox: Inbox) -> None:
    gate = threading.Barrier(8)
    answers: list[bool] = []

    def deliver() -> None:
        gate.wait()
        answers.append(inbox.accept(ASKED))

    threads = [threading.Thread(target=deliver) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [False] * 7 + [True]


def test_a_request_whose_answer_cannot_be_started_is_not_kept(db: Database, clock: StoppedClock) -> None:
    def start(*_: object) -> None:
        raise OSError("disk full")

    inbox = Inbox(db, clock, start)

    with pytest.raises(OSError, match="disk full"):
        inbox.accept(ASKED)
    assert inbox.waiting(ASKED.key) is None


def test_a_request_that_is_done_waits_no_more_and_is_still_known(inbox: Inbox) -> None:
    inbox.accept(ASKED)
    inbox.finish(ASKED.key)

    assert inbox.waiting(ASKED.key) is None
    assert not inbox.accept(ASKED)


def test_done_requests_are_forgotten_after_a_month_and_waiting_ones_never(inbox: Inbox, clock: StoppedClock) -> None:
    waiting = ASKED.model_copy(update={"key": "slack-T1-Ev2"})
    inbox.accept(ASKED)
    inbox.accept(waiting)
    inbox.finish(ASKED.key)
    clock.move(days=31)

    assert inbox.forget() == 1
    assert inbox.waiting("slack-T1-Ev2") == waiting
