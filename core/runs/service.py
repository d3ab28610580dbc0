"""Runs: opening them, moving them on, ending them; each change is told in the transaction that makes it."""

from collections.abc import Sequence
from typing import Any

from core.asked import Asked, Place
from core.clock import Clock
from core.db import Database
from core.errors import Conflict, NoodleError, Unknown
from core.notify.model import Mode, Notice
from core.notify.service import Outbox
from core.runs import store
from core.runs.model import Run, RunState, Stage, StageState, with_stage
from core.subscriptions.service import Subscriptions

VIEW = "run"


class Runs:
    """Every run there is, and the living message of each."""

    def __init__(self, db: Database, clock: Clock, outbox: Outbox, subscriptions: Subscriptions) -> None:
        self._db = db
        self._clock = clock
        self._outbox = outbox
        self._subscriptions = subscriptions

    def open(
        self,
        kind: str,
        package: str,
        title: str,
        asked: Asked,
        *,
        stages: Sequence[str],
        detail: dict[str, Any],
        state: RunState = RunState.RUNNING,
    ) -> Run:
        """Open a run and show it where it was asked for and where its package is followed."""
        run = Run(
            number=0,
            kind=kind,
            package=package,
            title=title,
            state=state,
            stages=tuple(Stage(name=stage) for stage in stages),
            asked_by=asked.person,
            asked_by_name=asked.name,
            place=asked.place,
            detail=detail,
            reason=asked.reason,
            created_at=self._clock.now(),
        )
        with self._db.begin() as session:
            run = store.add(session, run)
            self._show(run)
        return run

    def get(self, number: int) -> Run:
        """Return a run. Raises Unknown."""
        with self._db.read() as session:
            run = store.get(session, number)
        if run is None:
            raise Unknown(f"There is no run #{number}.", hint="See the latest ones with `status`.", example="status")
        return run

    def stage(self, number: int, name: str, state: StageState, note: str = "") -> None:
        """Move one stage of a run on."""
        with self._db.begin():
            self._change(with_stage(self.get(number), name, state, self._clock.now(), note))

    def detail(self, number: int, **more: Any) -> Run:
        """Add to what only this kind of run has."""
        with self._db.begin():
            run = self.get(number)
            return self._change(run.model_copy(update={"detail": run.detail | more}))

    def log(self, number: int, sha256: str) -> None:
        """Say where the run's log is kept."""
        with self._db.begin():
            self._change(self.get(number).model_copy(update={"log": sha256}))

    def begin(self, number: int) -> Run:
        """Have a planned run begin. Raises Conflict for one that is not waiting for that."""
        with self._db.begin():
            run = self.get(number)
            if run.state is not RunState.PLANNED:
                raise Conflict(f"{run.title} (#{number}) is already {run.state}.", example=f"status #{number}")
            return self._change(run.model_copy(update={"state": RunState.RUNNING}))

    def succeed(self, number: int, **more: Any) -> Run:
        """End a run well."""
        with self._db.begin():
            run = self.get(number)
            return self._end(run.model_copy(update={"detail": run.detail | more}), RunState.SUCCEEDED)

    def fail(self, number: int, error: NoodleError) -> Run:
        """End a run badly: what was running failed, what waited is skipped."""
        after = {StageState.RUNNING: StageState.FAILED, StageState.WAITING: StageState.SKIPPED}
        with self._db.begin():
            run = self.get(number)
            now = self._clock.now()
            for stage in run.stages:
                if stage.state in after:
                    run = with_stage(run, stage.name, after[stage.state], now)
            return self._end(run.model_copy(update={"error": error.to_json()}), RunState.FAILED)

    def cancel(self, number: int, reason: str) -> Run:
        """End a planned run that nobody wants. Raises Conflict for one that has begun."""
        with self._db.begin():
            run = self.get(number)
            if run.state is not RunState.PLANNED:
                raise Conflict(
                    f"{run.title} (#{number}) is {run.state} and can no longer be cancelled.",
                    hint="A deploy that went wrong is undone by a rollback.",
                )
            return self._end(run.model_copy(update={"reason": reason or run.reason}), RunState.CANCELLED)

    def tell(self, run: Run, view: str, data: dict[str, Any]) -> None:
        """Say a detail in the thread of the run's living message, everywhere it stands."""
        for place in self._places(run):
            notice = Notice(mode=Mode.POST, place=place, view=view, data=data, under=run.subject, person=run.asked_by)
            self._outbox.add(notice)

    def latest(
        self, *, package: str = "", kinds: tuple[str, ...] = (), state: RunState | None = None, limit: int = 20
    ) -> list[Run]:
        """Return the newest runs that match, newest first."""
        with self._db.read() as session:
            return store.latest(session, package=package, kinds=kinds, state=state, limit=limit)

    def _end(self, run: Run, state: RunState) -> Run:
        return self._change(run.model_copy(update={"state": state, "finished_at": self._clock.now()}))

    def _change(self, run: Run) -> Run:
        with self._db.begin() as session:
            store.save(session, run)
            self._show(run)
        return run

    def _show(self, run: Run) -> None:
        for place in self._places(run):
            self._outbox.show(run.subject, place, VIEW, run.to_json(), person=run.asked_by)

    def _places(self, run: Run) -> list[Place]:
        asked = [run.place] if run.place else []
        followed = [Place(channel=channel) for channel in self._subscriptions.channels(run.package)]
        return asked + [place for place in followed if not run.place or place.channel != run.place.channel]
