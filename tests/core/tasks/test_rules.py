from datetime import UTC, datetime

import pytest

from core.errors import Conflict
from core.tasks.model import Task, TaskState, claimed, done, reopened, unclaimed, undone

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
OPEN = Task(id=7, title="Check the dashboards", state=TaskState.OPEN, created_at=NOON)


def test_a_claimed_task_says_who_has_it() -> None:
    task = claimed(OPEN, "ada", "Ada")

    assert (task.state, task.claimed_by_name) == (TaskState.CLAIMED, "Ada")


def test_a_task_somebody_else_has_cannot_be_claimed() -> None:
    with pytest.raises(Conflict, match="Ada has already claimed"):
        claimed(claimed(OPEN, "ada", "Ada"), "dev", "Dev")


def test_claiming_ones_own_task_again_changes_nothing() -> None:
    once = claimed(OPEN, "ada", "Ada")

    assert claimed(once, "ada", "Ada") == once


def test_a_done_task_cannot_be_claimed() -> None:
    with pytest.raises(Conflict, match="already done, by Ada"):
        claimed(done(OPEN, "ada", "Ada", NOON), "dev", "Dev")


def test_a_task_done_twice_stays_the_first_ones() -> None:
    once = done(OPEN, "ada", "Ada", NOON)

    assert done(once, "dev", "Dev", NOON) == once


def test_taking_ones_completion_back_makes_the_task_what_it_was() -> None:
    mine = claimed(OPEN, "dev", "Dev")

    assert undone(done(mine, "ada", "Ada", NOON), "ada") == mine
    assert undone(done(OPEN, "ada", "Ada", NOON), "ada") == OPEN


def test_nobody_takes_back_what_another_has_done_or_claimed() -> None:
    finished = done(OPEN, "ada", "Ada", NOON)
    taken = claimed(OPEN, "ada", "Ada")

    assert undone(finished, "dev") == finished
    assert unclaimed(taken, "dev") == taken


def test_giving_a_task_back_frees_it() -> None:
    assert unclaimed(claimed(OPEN, "ada", "Ada"), "ada") == OPEN


def test_a_reopened_task_is_open_whoever_had_it() -> None:
    assert reopened(done(claimed(OPEN, "dev", "Dev"), "ada", "Ada", NOON)) == OPEN
