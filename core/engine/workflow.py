"""What a workflow is to those who write one: a body, and the flow through which it reaches the world.

A body is pure decisions. Whatever it learns or does goes through `Flow`, whose results are kept: after a crash the body
runs again from the top, and what has been done is read back instead of done. So never reorder or rename the steps of a
workflow that may be in flight; write a new one beside it.
"""

import itertools
import json
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from dbos import DBOS
from dbos._core import StepOptions
from sqlalchemy.exc import InterfaceError, OperationalError

from core.clock import Clock
from core.db import Database
from core.engine import store
from core.errors import NoodleError, Unexpected, refusal

log = logging.getLogger(__name__)

Json = dict[str, Any]
Act = Callable[[], Json | None]
Start = Callable[[str, str, Json], None]
"""The engine's `start`: workflow name, workflow id, input."""

Phase = Literal["done", "kept"]
Watch = Callable[[str, str, Phase], None]
"""Called with workflow, step and phase: when its effect is done, and again when its result is kept. For crash tests."""

_DATABASE_AWAY = (OperationalError, InterfaceError)
_TRIES = 12
"""Of a write while the database is away: about seven minutes."""


@dataclass(frozen=True)
class Workflow:
    """A body under a name that is kept with every execution: `deploy.v1`."""

    name: str
    body: Callable[["Flow", Json], Json | None]


class Flow:
    """One execution of a workflow."""

    def __init__(self, workflow_id: str, db: Database, clock: Clock, watch: Watch | None) -> None:
        self.id = workflow_id
        self.db = db
        self._clock = clock
        self._watch = watch
        self._recorded: set[str] = set()

    def step(self, name: str, act: Act) -> Json:
        """Do something outside: at least once, so it looks before it acts. Raises what `act` raised, read back or not.

        An error that is no NoodleError, and a result that is no JSON, become Unexpected, with the id under which the
        log has its cause.
        """
        return self._kept(name, lambda: _outcome(act), StepOptions())

    def record(self, name: str, act: Act) -> Json:
        """Write to the database: exactly once, in one transaction with the record that it happened.

        A database that is away is waited for, some minutes long. Raises what `act` raised, as `step` does; then nothing
        of it was written.
        """
        if name in self._recorded:
            raise RuntimeError(f"two writes of {self.id} are called {name!r}")
        self._recorded.add(name)
        patience = StepOptions(retries_allowed=True, max_attempts=_TRIES, interval_seconds=0.2, should_retry=_away)
        tries = itertools.count(1)
        # The last try does not raise: what DBOS raises then is a class of its own, and another one when read back.
        return self._kept(name, lambda: _outcome(lambda: self._written(name, act), wait=next(tries) < _TRIES), patience)

    def sleep(self, seconds: float) -> None:
        """Wait; a restart does not begin the wait anew."""
        DBOS.sleep(seconds)

    def _written(self, name: str, act: Act) -> Json:
        with self.db.begin() as session:
            found = store.effect(session, self.id, name)
            if found is None:
                found = act() or {}
                store.keep_effect(session, self.id, name, found, self._clock.now())
        return found

    def _kept(self, name: str, act: Callable[[], Json], options: StepOptions) -> Json:
        def watched() -> Json:
            outcome = act()
            self._tell(name, "done")
            return outcome

        outcome = DBOS.run_step(StepOptions(**options, name=name), watched)
        self._tell(name, "kept")
        if "error" in outcome:
            raise refusal(outcome["error"])
        result: Json = outcome["value"]
        return result

    def _tell(self, name: str, phase: Phase) -> None:
        if self._watch is not None:
            self._watch(self.id, name, phase)


def _away(wrong: BaseException) -> bool:
    return isinstance(wrong, _DATABASE_AWAY)


def _outcome(act: Act, *, wait: bool = False) -> Json:
    try:
        # Through JSON and back, so that a body sees now what it would see after a crash.
        return {"value": json.loads(json.dumps(act() or {}))}
    except NoodleError as wrong:
        return {"error": wrong.to_json()}
    except Exception as wrong:
        if wait and _away(wrong):
            raise
        fault = secrets.token_hex(4)
        log.exception("fault %s in a workflow", fault)
        said = Unexpected(f"Something went wrong on our side ({fault}).", hint="It is in Noodle's log by that id.")
        return {"error": said.to_json()}
