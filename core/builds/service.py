"""Building and testing packages: the use cases and the workflows that carry them out."""

import contextlib
from collections.abc import Iterator

from core.asked import Asked
from core.builds.workshop import Workshop
from core.engine.ids import run_id
from core.engine.workflow import Flow, Json, Start, Workflow
from core.errors import RunFailed
from core.packages.model import Package
from core.packages.service import Packages
from core.ports import Commit
from core.runs.model import Run
from core.runs.service import Runs
from core.runs.stages import Stages, conduct

BUILD = "build.v1"
TEST = "test.v1"


class Builds:
    """Builds and test runs."""

    def __init__(self, runs: Runs, packages: Packages, workshop: Workshop, start: Start) -> None:
        self._runs = runs
        self._packages = packages
        self._workshop = workshop
        self._start = start

    def build(self, package: Package, ref: str, asked: Asked) -> Run:
        """Begin to build a commit. The run tells how it goes."""
        return self._begin("build", BUILD, package, ref, asked)

    def test(self, package: Package, ref: str, asked: Asked) -> Run:
        """Begin to run a package's own tests. The run tells how it goes."""
        return self._begin("test", TEST, package, ref, asked)

    def _begin(self, kind: str, workflow: str, package: Package, ref: str, asked: Asked) -> Run:
        title = f"{kind} {package.name}{f'@{ref}' if ref else ''}"
        run = self._runs.open(kind, package.name, title, asked, stages=("fetch", kind), detail={"ref": ref})
        self._start(workflow, run_id(kind, run.number), {"run": run.number})
        return run

    def workflows(self) -> tuple[Workflow, ...]:
        """Return the workflows behind these use cases."""
        return (Workflow(BUILD, self._build), Workflow(TEST, self._test))

    def _build(self, flow: Flow, data: Json) -> Json:
        number = int(data["run"])

        def body(stages: Stages) -> Json:
            package, commit = self._fetched(stages)
            return stages.do("build", lambda: self._files(number, package, commit))

        return conduct(self._runs, flow, number, body, clean=self._workshop.cleaner(number))

    def _test(self, flow: Flow, data: Json) -> Json:
        number = int(data["run"])

        def body(stages: Stages) -> Json:
            package, commit = self._fetched(stages)
            try:
                return stages.do("test", lambda: self._report(number, package, commit))
            except RunFailed:
                flow.record("tell", lambda: self._tell_failures(number))
                raise

        return conduct(self._runs, flow, number, body, clean=self._workshop.cleaner(number))

    def _fetched(self, stages: Stages) -> tuple[Package, Commit]:
        package = self._packages.get(self._runs.get(stages.number).package)
        fetched = stages.do("fetch", lambda: self._fetch(stages.number, package))
        return package, Commit.from_json(fetched["commit"])

    def _fetch(self, number: int, package: Package) -> Json:
        commit = self._workshop.resolve(package, str(self._runs.get(number).detail["ref"]))
        self._runs.detail(number, commit=commit.to_json())
        return {"commit": commit.to_json(), "note": f"{commit.sha[:7]} {commit.subject}"}

    def _files(self, number: int, package: Package, commit: Commit) -> Json:
        with logged(self._runs, self._workshop, number):
            files, _log = self._workshop.build(number, package, commit.sha, commit.at)
        names = ", ".join(file.filename for file in files)
        return {"files": [file.to_json() for file in files], "note": names}

    def _report(self, number: int, package: Package, commit: Commit) -> Json:
        with logged(self._runs, self._workshop, number):
            report = self._workshop.test(number, package, commit.sha)
        self._runs.detail(number, report=report.to_json())
        counts = f"{report.passed} passed, {report.failed} failed, {report.skipped} skipped"
        if report.failed:
            raise RunFailed(f"{counts}.", hint="The failing tests stand in the thread.")
        return {"report": report.to_json(), "note": counts}

    def _tell_failures(self, number: int) -> None:
        run = self._runs.get(number)
        if run.detail.get("report", {}).get("failures"):
            self._runs.tell(run, "failing_tests", {"title": run.title, "report": run.detail["report"]})


@contextlib.contextmanager
def logged(runs: Runs, workshop: Workshop, number: int) -> Iterator[None]:
    """Keep the run's log whether its work goes well or not, and say where it is."""
    try:
        yield
    finally:
        sha256 = workshop.log(number)
        if sha256:
            runs.log(number, sha256)
