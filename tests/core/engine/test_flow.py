import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from core.clock import SystemClock
from core.db import Database
from core.engine.engine import Engine
from core.engine.workflow import Flow, Json, Workflow
from core.errors import Unexpected

Launch = Callable[..., Engine]
Act = Callable[[], Json]


def run(db: Database, launch: Launch, body: Callable[[Flow, Json], Json]) -> Json | None:
    engine = launch(Workflow("w.v1", body))
    with db.begin():
        engine.start("w.v1", "w-1", {})
    return ended(engine, "w-1")


def ended(engine: Engine, workflow_id: str) -> Json | None:
    """Wait for a workflow that may not have been handed to the engine yet."""
    deadline = time.monotonic() + 15
    while engine.status(workflow_id) is None and time.monotonic() < deadline:
        time.sleep(0.01)
    return engine.wait(workflow_id)


def away() -> Json:
    raise OperationalError("SELECT 1", {}, ConnectionError("the database is away"))


@pytest.mark.parametrize(
    "act", [away, lambda: {"path": Path("x")}, lambda: {"at": datetime.now(UTC)}], ids=["database", "path", "moment"]
)
def test_a_fault_of_any_kind_reaches_the_body_as_a_refusal(db: Database, launch: Launch, act: Act) -> None:
    def body(flow: Flow, _data: Json) -> Json:
        try:
            return flow.step("act", act)
        except Unexpected as caught:
            return {"kind": caught.code}

    assert run(db, launch, body) == {"kind": "unexpected"}


@pytest.mark.parametrize("how", ["step", "record"])
def test_a_body_sees_at_once_what_it_would_see_after_a_crash(db: Database, launch: Launch, how: str) -> None:
    seen: list[Json] = []

    def body(flow: Flow, _data: Json) -> Json:
        seen.append(getattr(flow, how)("act", lambda: {"pair": (1, 2)}))
        return {}

    run(db, launch, body)

    assert seen == [{"pair": [1, 2]}]


def test_a_database_that_is_away_for_a_moment_is_waited_for(db: Database, launch: Launch) -> None:
    tries: list[int] = []

    def write() -> Json:
        tries.append(1)
        return away() if len(tries) == 1 else {"tries": len(tries)}

    assert run(db, launch, lambda flow, _data: flow.record("write", write)) == {"tries": 2}


def test_an_engine_that_was_closed_before_it_was_launched_still_works(
    db: Database, engine_url: str, tmp_path: Path
) -> None:
    engine = Engine(db, engine_url, tmp_path, SystemClock())
    engine.close()
    for number in range(3):
        engine.launch([Workflow("w.v1", lambda _flow, data: data)])
        with db.begin():
            engine.start("w.v1", f"w-{number}", {"n": number})
        assert ended(engine, f"w-{number}") == {"n": number}
        engine.close()


def test_the_engine_opens_no_connection_on_sqlite(db: Database, launch: Launch) -> None:
    if not db.sqlite:
        pytest.skip("PostgreSQL is a connection")
    called: list[tuple[str, Any]] = []
    listening = [True]

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if listening and event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}:
            called.append((event, arguments))

    sys.addaudithook(hook)  # it can never be taken away again, only told to be still
    try:
        run(db, launch, lambda flow, _data: flow.step("act", dict))
    finally:
        listening.clear()

    assert called == []
