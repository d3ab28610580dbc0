import base64
import pickle
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from core.clock import SystemClock
from core.db import Database
from core.engine.engine import Engine
from core.engine.leases import hold
from core.engine.workflow import Flow, Json, Workflow
from core.errors import Conflict, NoodleError, RunFailed, Unexpected

Launch = Callable[..., Engine]


def begin(db: Database, engine: Engine, workflow: str, workflow_id: str, **data: Any) -> None:
    with db.begin():
        engine.start(workflow, workflow_id, data)


def ended(engine: Engine, workflow_id: str) -> Json | None:
    """Wait for a workflow that may not have been handed to the engine yet."""
    deadline = time.monotonic() + 15
    while engine.status(workflow_id) is None and time.monotonic() < deadline:
        time.sleep(0.01)
    return engine.wait(workflow_id)


def test_a_workflow_runs_its_steps_in_order_and_gives_its_result(db: Database, launch: Launch) -> None:
    def body(flow: Flow, data: Json) -> Json:
        first = flow.step("double", lambda: {"n": data["n"] * 2})
        return flow.record("add", lambda: {"n": first["n"] + 1})

    engine = launch(Workflow("sum.v1", body))
    begin(db, engine, "sum.v1", "sum-1", n=20)

    assert ended(engine, "sum-1") == {"n": 41}


def test_a_start_in_a_transaction_that_fails_never_happens(db: Database, launch: Launch) -> None:
    engine = launch(Workflow("w.v1", lambda _flow, _data: {}))

    def fail() -> None:
        with db.begin():
            engine.start("w.v1", "w-1", {})
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    begin(db, engine, "w.v1", "w-2")
    ended(engine, "w-2")

    assert engine.status("w-1") is None


def test_a_workflow_asked_for_twice_runs_once(db: Database, launch: Launch) -> None:
    ran: list[str] = []

    def body(flow: Flow, _data: Json) -> Json:
        return flow.step("run", lambda: ran.append(flow.id))

    engine = launch(Workflow("w.v1", body))
    for _ in range(3):
        begin(db, engine, "w.v1", "w-1")
    ended(engine, "w-1")
    begin(db, engine, "w.v1", "w-1")
    begin(db, engine, "w.v1", "w-2")
    ended(engine, "w-2")

    assert ran == ["w-1", "w-2"]


def test_a_start_that_a_crash_left_behind_is_made_by_the_next_process(
    db: Database, engine_url: str, tmp_path: Path, launch: Launch
) -> None:
    dead = Engine(db, engine_url, tmp_path, SystemClock())
    begin(db, dead, "w.v1", "w-1")

    engine = launch(Workflow("w.v1", lambda _flow, _data: {"done": True}))

    assert ended(engine, "w-1") == {"done": True}


@pytest.mark.parametrize("wrong", [RunFailed("tests fail", hint="fix them"), Conflict("taken", suggestions=("b",))])
def test_a_refusal_reaches_the_body_as_what_it_was(db: Database, launch: Launch, wrong: NoodleError) -> None:
    def fail() -> Json:
        raise wrong

    def body(flow: Flow, _data: Json) -> Json:
        try:
            return flow.step("fail", fail)
        except NoodleError as caught:
            return {"kind": type(caught).__name__, "said": caught.to_json()}

    engine = launch(Workflow("w.v1", body))
    begin(db, engine, "w.v1", "w-1")

    assert ended(engine, "w-1") == {"kind": type(wrong).__name__, "said": wrong.to_json()}


def test_a_fault_reaches_the_body_as_an_id_and_the_log_has_the_cause(
    db: Database, launch: Launch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> Json:
        raise ZeroDivisionError("token xoxb-1")

    def body(flow: Flow, _data: Json) -> Json:
        try:
            return flow.step("fail", fail)
        except Unexpected as caught:
            return {"said": caught.message}

    engine = launch(Workflow("w.v1", body))
    begin(db, engine, "w.v1", "w-1")
    said = (ended(engine, "w-1") or {})["said"]

    assert "xoxb" not in said
    fault = said.partition("(")[2].partition(")")[0]
    assert any(fault in record.message and record.exc_info for record in caplog.records)


def test_a_write_that_is_refused_leaves_nothing(db: Database, launch: Launch) -> None:
    def write() -> Json:
        with db.begin() as session:
            session.connection().execute(text("INSERT INTO tick (name, tick) VALUES ('x', 1)"))
        raise Conflict("no")

    def body(flow: Flow, _data: Json) -> Json:
        try:
            return flow.record("write", write)
        except Conflict:
            return {"refused": True}

    engine = launch(Workflow("w.v1", body))
    begin(db, engine, "w.v1", "w-1")

    assert ended(engine, "w-1") == {"refused": True}
    with db.read() as session:
        assert session.connection().execute(text("SELECT count(*) FROM tick")).scalar() == 0


def test_two_writes_of_one_name_are_a_fault_of_the_body(db: Database, launch: Launch) -> None:
    def body(flow: Flow, _data: Json) -> Json:
        flow.record("write", dict)
        try:
            return flow.record("write", dict)
        except RuntimeError as wrong:
            return {"said": str(wrong)}

    engine = launch(Workflow("w.v1", body))
    begin(db, engine, "w.v1", "w-1")

    assert "two writes" in (ended(engine, "w-1") or {})["said"]


def test_workflows_that_hold_one_lease_never_overlap(db: Database, launch: Launch) -> None:
    inside: list[str] = []
    most: list[int] = []

    def work(flow: Flow) -> Json:
        inside.append(flow.id)
        most.append(len(inside))
        time.sleep(0.05)
        inside.remove(flow.id)
        return {}

    def body(flow: Flow, _data: Json) -> Json:
        hold(flow, "environment:staging")
        return flow.step("work", lambda: work(flow))

    engine = launch(Workflow("w.v1", body))
    for number in range(4):
        begin(db, engine, "w.v1", f"w-{number}")
    for number in range(4):
        ended(engine, f"w-{number}")

    assert most == [1, 1, 1, 1]


def test_what_a_dead_process_left_is_taken_over_by_a_living_one(db: Database, launch: Launch, tmp_path: Path) -> None:
    gate = threading.Event()

    def body(flow: Flow, _data: Json) -> Json:
        return flow.step("wait", lambda: {"waited": gate.wait(20)})

    engine = launch(Workflow("w.v1", body))
    begin(db, engine, "w.v1", "w-1")
    deadline = time.monotonic() + 10
    while engine.status("w-1") != "PENDING" and time.monotonic() < deadline:
        time.sleep(0.01)
    # As if the process in slot 5 had been running it, and had died: nobody holds that slot.
    _execute(engine, db, "UPDATE {}workflow_status SET executor_id = :slot WHERE workflow_uuid = 'w-1'", slot="slot-5")
    (tmp_path / "slots").mkdir(exist_ok=True)
    (tmp_path / "slots" / "5.lock").touch()
    gate.set()
    engine.sweep()

    assert ended(engine, "w-1") == {"waited": True}


def _execute(engine: Engine, db: Database, statement: str, **values: str) -> None:
    """Write into the engine's own tables, behind its back; `{}` stands for where they are."""
    if db.sqlite:
        connection = sqlite3.connect(engine._url.removeprefix("sqlite:///"), timeout=10)
        connection.execute(statement.format(""), values)
        connection.commit()
        connection.close()
        return
    with db.engine.begin() as opened:
        opened.execute(text(statement.format("dbos.")), values)


def test_a_row_that_says_pickle_is_not_unpickled(db: Database, launch: Launch, tmp_path: Path) -> None:
    marker = tmp_path / "ran"

    class Evil:
        def __reduce__(self) -> tuple[Any, ...]:
            return (marker.touch, ())

    engine = launch(Workflow("w.v1", lambda _flow, _data: {"fine": True}))
    begin(db, engine, "w.v1", "w-1")
    ended(engine, "w-1")
    planted = base64.b64encode(pickle.dumps(Evil())).decode()
    update = "UPDATE {}workflow_status SET output = :bad, serialization = 'py_pickle' WHERE workflow_uuid = 'w-1'"
    _execute(engine, db, update, bad=planted)

    with pytest.raises(Exception, match="pickle"):
        engine.wait("w-1")
    assert not marker.exists()


def test_an_edit_of_the_code_does_not_strand_what_is_in_flight(db: Database, launch: Launch) -> None:
    def before(flow: Flow, _data: Json) -> Json:
        flow.step("first", dict)
        flow.sleep(2)
        return {"code": "before"}

    def after(flow: Flow, _data: Json) -> Json:
        flow.step("first", dict)
        flow.sleep(2)
        return {"code": "after"}

    engine = launch(Workflow("w.v1", before))
    begin(db, engine, "w.v1", "w-1")
    deadline = time.monotonic() + 10
    while engine.status("w-1") != "PENDING" and time.monotonic() < deadline:
        time.sleep(0.01)
    engine.close(0)

    assert ended(launch(Workflow("w.v1", after)), "w-1") == {"code": "after"}
