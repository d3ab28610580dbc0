"""Leaving, claiming and completing tasks; each change edits the task's message."""

from collections.abc import Callable

from core.asked import Place
from core.clock import Clock
from core.db import Database
from core.errors import Unknown
from core.notify.service import Outbox
from core.tasks import store
from core.tasks.model import Task, TaskState, claimed, done, reopened, unclaimed, undone

VIEW = "task"


class Tasks:
    """Every task there is, and the message of each."""

    def __init__(self, db: Database, clock: Clock, outbox: Outbox) -> None:
        self._db = db
        self._clock = clock
        self._outbox = outbox

    def add(
        self, title: str, place: Place | None, *, package: str = "", environment: str = "", run: int = 0, by: str = ""
    ) -> Task:
        """Leave a task, and show it where it is to be done."""
        task = Task(
            id=0,
            title=title,
            state=TaskState.OPEN,
            package=package,
            environment=environment,
            run=run,
            place=place,
            created_at=self._clock.now(),
        )
        with self._db.begin() as session:
            task = store.add(session, task)
            self._show(task, by)
        return task

    def get(self, task_id: int) -> Task:
        """Return a task. Raises Unknown."""
        with self._db.read() as session:
            task = store.get(session, task_id)
        if task is None:
            raise Unknown(f"There is no task {task_id}.", example="task list")
        return task

    def unfinished(self, limit: int = 50) -> list[Task]:
        """Return the tasks that are not done, oldest first."""
        with self._db.read() as session:
            return store.unfinished(session, limit)

    def claim(self, task_id: int, by: str, name: str) -> Task:
        """Take a task on. Raises Conflict when it is done or somebody else has it."""
        return self._change(task_id, by, lambda task: claimed(task, by, name))

    def unclaim(self, task_id: int, by: str) -> Task:
        """Give back a task one has claimed."""
        return self._change(task_id, by, lambda task: unclaimed(task, by))

    def complete(self, task_id: int, by: str, name: str) -> Task:
        """Mark a task done."""
        return self._change(task_id, by, lambda task: done(task, by, name, self._clock.now()))

    def undo(self, task_id: int, by: str) -> Task:
        """Take back one's own completion."""
        return self._change(task_id, by, lambda task: undone(task, by))

    def reopen(self, task_id: int, by: str) -> Task:
        """Open a task again, whoever had it."""
        return self._change(task_id, by, reopened)

    def _change(self, task_id: int, by: str, rule: Callable[[Task], Task]) -> Task:
        with self._db.begin() as session:
            before = self.get(task_id)
            task = rule(before)
            if task != before:
                store.save(session, task)
                self._show(task, by)
        return task

    def _show(self, task: Task, by: str) -> None:
        if task.place is not None:
            self._outbox.show(task.subject, task.place, VIEW, task.to_json(), person=by)
