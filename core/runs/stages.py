"""Conducting a run: its workflow's steps, told stage by stage, to its true end."""

from collections.abc import Callable

from core.engine.workflow import Flow, Json
from core.errors import NoodleError
from core.runs.model import StageState
from core.runs.service import Runs

Act = Callable[[], Json | None]


class Stages:
    """The stages of one run, as its workflow goes through them."""

    def __init__(self, runs: Runs, flow: Flow, number: int) -> None:
        self._runs = runs
        self._flow = flow
        self.number = number

    def do(self, name: str, act: Act) -> Json:
        """Do one stage: an outside effect that looks before it acts. Its result's `note` is told."""
        self.mark(name, StageState.RUNNING)
        result = self._flow.step(name, act)
        self.mark(name, StageState.DONE, str(result.get("note", "")))
        return result

    def record(self, name: str, act: Act) -> Json:
        """Do one stage that only writes to the database: exactly once."""
        self.mark(name, StageState.RUNNING)

        def write() -> Json | None:
            result = act()
            self._runs.stage(self.number, name, StageState.DONE, str((result or {}).get("note", "")))
            return result

        return self._flow.record(name, write)

    def mark(self, name: str, state: StageState, note: str = "") -> None:
        """Tell where a stage is."""
        self._flow.record(f"{name}: {state}", lambda: self._runs.stage(self.number, name, state, note))


def conduct(
    runs: Runs,
    flow: Flow,
    number: int,
    body: Callable[[Stages], Json],
    *,
    clean: Callable[[], None] | None = None,
    done: Callable[[], None] | None = None,
) -> Json:
    """Run `body`; end the run well with what it returns, or badly with the refusal it raises.

    `clean` takes away what the run left behind, well or badly; `done` is written with the good end, at once with it.
    """
    try:
        result = body(Stages(runs, flow, number))
    except NoodleError as wrong:
        _clean(flow, clean)
        return failed(runs, flow, number, wrong)

    def succeed() -> None:
        runs.succeed(number, **result)
        if done is not None:
            done()

    _clean(flow, clean)
    flow.record("succeeded", succeed)
    return result


def failed(runs: Runs, flow: Flow, number: int, wrong: NoodleError) -> Json:
    """End the run badly; return what its workflow returns."""

    def end() -> None:
        runs.fail(number, wrong)

    flow.record("failed", end)
    return {"error": wrong.to_json()}


def _clean(flow: Flow, clean: Callable[[], None] | None) -> None:
    if clean is not None:
        flow.step("clean up", clean)
