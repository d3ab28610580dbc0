"""The engine: starts workflows, sees them through crashes, and takes over what dead processes left.

It is DBOS Transact inside this process; docs/decisions/0002-durable-engine.md says why, and what is closed around it.
"""

import contextlib
import logging
import os
import queue
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID, WorkflowHandle
from dbos._serialization import DefaultSerializer
from sqlalchemy.engine import make_url

from core.clock import Clock
from core.db import Database
from core.engine import store
from core.engine.slots import Slots, slots
from core.engine.status import status
from core.engine.workflow import Flow, Json, Watch, Workflow

log = logging.getLogger(__name__)

_THREADS = 32
"""Workflows at work at once. Most wait for a child process or for Slack; more would only queue for two cores."""

_LOOK_SECONDS = 0.05
_LEFT_BEHIND = timedelta(seconds=5)
_KEEP = timedelta(days=30)
_SLOT = "slot-"
_BATCH = 500


class Engine:
    """Runs workflows durably. One per process and at a time, because DBOS is."""

    def __init__(self, db: Database, url: str, home: Path, clock: Clock, *, watch: Watch | None = None) -> None:
        self._db = db
        self._url = url
        self._clock = clock
        self._watch = watch
        self._slots: Slots = slots(db, home)
        self._bodies: dict[str, Any] = {}
        self._waiting: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._dispatcher: threading.Thread | None = None
        self._idle = threading.Condition()
        self._active = 0

    def start(self, workflow: str, workflow_id: str, data: Json) -> None:
        """Have a workflow start once the open transaction is committed, and never if it is not; of one id, once."""
        with self._db.begin() as session:
            store.add_launch(session, workflow_id, workflow, data, self._clock.now())
            self._db.after_commit(lambda: self._waiting.put(workflow_id))

    def launch(self, workflows: Sequence[Workflow]) -> None:
        """Begin to work: take a slot, go on with what it left, make the starts that wait."""
        _forbid_pickle()
        self._prepare_file()
        DBOS.destroy(destroy_registry=True)
        DBOS(config=self._config(self._slots.claim()))
        for workflow in workflows:
            self._bodies[workflow.name] = self._registered(workflow)
        DBOS.launch()
        self._dispatcher = threading.Thread(target=self._dispatch_all, name="engine-dispatcher", daemon=True)
        self._dispatcher.start()
        self.sweep(timedelta(0))

    def close(self, seconds: int = 5) -> None:
        """Stop: no new starts, and up to `seconds` for what is under way. What is not done by then goes on later."""
        if self._dispatcher is not None:
            self._waiting.put(None)
            self._dispatcher.join(timeout=seconds)
            self._dispatcher = None
        with self._idle:
            self._idle.wait_for(lambda: self._active == 0, timeout=seconds)
        DBOS.destroy(destroy_registry=True)
        self._slots.release()

    def sweep(self, older_than: timedelta = _LEFT_BEHIND) -> None:
        """Make starts that were left behind, and take over the workflows of processes that have died."""
        with self._db.read() as session:
            left = store.launches(session, self._clock.now() - older_than)
        for workflow_id in left:
            self._waiting.put(workflow_id)
        self._slots.keep()
        under_way = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        for number in self._slots.dead(_numbers(one.executor_id for one in under_way)):
            log.warning("process %s is gone; its workflows are taken over", number)
            DBOS._recover_pending_workflows([_executor(number)])  # noqa: SLF001 - there is no public way

    def forget(self) -> int:
        """Delete the history of workflows that ended long ago; return how many."""
        before = self._clock.now() - _KEEP
        with self._db.begin() as session:
            store.forget_effects(session, before)
        old = DBOS.list_workflows(
            status=["SUCCESS", "ERROR", "CANCELLED"],
            end_time=before.isoformat(),
            limit=_BATCH,
            load_input=False,
            load_output=False,
        )
        DBOS.delete_workflows([one.workflow_id for one in old])
        return len(old)

    def status(self, workflow_id: str) -> str | None:
        """Return the engine's word for where an execution is, or None when there is none of that id."""
        return status(workflow_id)

    def wait(self, workflow_id: str) -> Json | None:
        """Wait for an execution to end; return what its body returned. For tests and the terminal."""
        handle: WorkflowHandle[Json | None] = DBOS.retrieve_workflow(workflow_id)
        return handle.get_result(polling_interval_sec=_LOOK_SECONDS)

    def _registered(self, workflow: Workflow) -> Any:
        def body(workflow_id: str, data: Json) -> Json | None:
            with self._counted():
                return workflow.body(Flow(workflow_id, self._db, self._clock, self._watch), data)

        body.__qualname__ = workflow.name
        return DBOS.workflow(name=workflow.name)(body)

    @contextlib.contextmanager
    def _counted(self) -> Iterator[None]:
        with self._idle:
            self._active += 1
        try:
            yield
        finally:
            with self._idle:
                self._active -= 1
                self._idle.notify_all()

    def _dispatch_all(self) -> None:
        while (workflow_id := self._waiting.get()) is not None:
            try:
                self._dispatch(workflow_id)
            except Exception:
                log.exception("workflow %s could not be started; the next sweep tries again", workflow_id)

    def _dispatch(self, workflow_id: str) -> None:
        with self._db.read() as session:
            found = store.launch(session, workflow_id)
        if found is None:
            return
        workflow, data = found
        with SetWorkflowID(workflow_id):
            DBOS.start_workflow(self._bodies[workflow], workflow_id, data)
        with self._db.begin() as session:
            store.launched(session, workflow_id)

    def _prepare_file(self) -> None:
        for name in [name for name in os.environ if name.startswith("DBOS__")]:
            del os.environ[name]  # they would change the version, the executor, even dial out
        if self._db.sqlite:
            # DBOS leaves the file in rollback-journal mode, several times slower. The mode stays with the file.
            path = make_url(self._url).database or ""
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.close()

    def _config(self, slot: int) -> DBOSConfig:
        url = self._url
        if not self._db.sqlite:
            url = make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        return DBOSConfig(
            name="noodle",
            system_database_url=url,
            sys_db_pool_size=10,
            serializer=DBOSPortableJSONSerializer(),
            application_version="1",  # pinned: the default is a hash of the code, and any edit would strand what runs
            executor_id=_executor(slot),
            log_level="WARNING",
            max_executor_threads=_THREADS,
            notification_listener_polling_interval_sec=0.2,
        )


def _executor(slot: int) -> str:
    return f"{_SLOT}{slot}"


def _numbers(executors: Iterable[str | None]) -> list[int]:
    numbers = {(one or "").removeprefix(_SLOT) for one in executors}
    return sorted(int(number) for number in numbers if number.isdecimal())


def _forbid_pickle() -> None:
    # Each row names its own serialization, and one that says pickle would be unpickled: a database write would be a way
    # to run code here.
    def refuse(*_: object) -> Any:
        raise RuntimeError("pickle is switched off")

    DefaultSerializer.serialize = refuse  # type: ignore[method-assign, assignment]  # on purpose
    DefaultSerializer.deserialize = refuse  # type: ignore[method-assign, assignment]  # on purpose
