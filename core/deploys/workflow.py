"""Carrying out deploys: make the plan, try it, do it."""

from functools import partial

from core.artifacts.blobs import BlobStore
from core.asked import Asked
from core.builds.workshop import Workshop
from core.clock import Clock
from core.deploys.model import Plan, ensure_valid, wheel_of
from core.deploys.service import DEPLOY, DRY_RUN, PLAN, Deploys
from core.engine.leases import hold
from core.engine.workflow import Flow, Json, Workflow
from core.environments.model import Environment
from core.errors import NoodleError, RunFailed
from core.packages.service import Packages
from core.ports import Commit, DeployOrder, Limits
from core.releases.service import Releases
from core.runs.model import Run
from core.runs.service import Runs
from core.runs.stages import Stages, conduct, failed
from core.tasks.service import Tasks


class DeployRuns:
    """The workflows behind `Deploys`."""

    def __init__(
        self,
        *,
        runs: Runs,
        deploys: Deploys,
        packages: Packages,
        releases: Releases,
        tasks: Tasks,
        workshop: Workshop,
        blobs: BlobStore,
        clock: Clock,
        limits: Limits,
    ) -> None:
        self._runs = runs
        self._deploys = deploys
        self._packages = packages
        self._releases = releases
        self._tasks = tasks
        self._workshop = workshop
        self._blobs = blobs
        self._clock = clock
        self._limits = limits

    def workflows(self) -> tuple[Workflow, ...]:
        """Return the workflows."""
        return (Workflow(PLAN, self._plan), Workflow(DRY_RUN, self._dry_run), Workflow(DEPLOY, self._deploy))

    def _plan(self, flow: Flow, data: Json) -> Json:
        number = int(data["run"])
        try:
            plan = flow.step("plan", lambda: self._planned(self._runs.get(number)).to_json())
            # What is to be done at once may be void by now; then nothing of this is written.
            flow.record("told", lambda: self._tell_plan(number, plan))
        except NoodleError as wrong:
            return failed(self._runs, flow, number, wrong)
        return plan

    def _planned(self, run: Run) -> Plan:
        package = self._packages.get(run.package)
        environment = self._deploys.environment_of(run)
        release = self._releases.get(run.package, str(run.detail["version"]))
        filename, sha256 = wheel_of(release)
        live = self._deploys.live(environment, run.package)
        before = self._releases.find(run.package, live.version) if live else None
        old, new = (before.commit if before else ""), release.commit
        commits, backwards = self._between(package.repo, old, new)
        return Plan(
            environment=environment.name,
            protected=environment.protected,
            package=run.package,
            before=live.version if live else "",
            after=release.version,
            filename=filename,
            sha256=sha256,
            commits=commits,
            backwards=backwards,
            changed=self._workshop.code.changed_files(package.repo, old, new) if old and new else (),
            checks=self._workshop.code.checks(package.repo, new) if new else (),
            stages=tuple(self._deploys.target(environment).stages),
            at=self._clock.now(),
        )

    def _between(self, repo: str, old: str, new: str) -> tuple[tuple[Commit, ...], bool]:
        if not new:
            return (), False  # uploaded by a client, not made from a commit we know
        commits = self._workshop.code.log(repo, new, old, limit=50)
        if commits or not old or old == new:
            return commits, False
        return self._workshop.code.log(repo, old, new, limit=50), True

    def _tell_plan(self, number: int, plan: Json) -> None:
        run = self._runs.detail(number, plan=plan, before=plan["before"])
        asked = Asked(person=run.asked_by, name=run.asked_by_name, request=f"plan-{number}")
        if run.detail["then"] == "deploy":
            self._deploys.confirm(number, asked)
        elif run.detail["then"] == "dry_run":
            self._deploys.dry_run(number, asked)

    def _dry_run(self, flow: Flow, data: Json) -> Json:
        run = self._runs.get(int(data["run"]))
        found = flow.step("try", lambda: self._tried(run))
        flow.record("told", lambda: self._runs.tell(run, "dry_run", found))
        return found

    def _tried(self, run: Run) -> Json:
        plan = Plan.from_json(run.detail["plan"])
        environment = self._deploys.environment_of(run)
        live = self._deploys.live(environment, plan.package)
        whole = self._blobs.verify(plan.sha256)
        found = [
            {"ok": whole, "text": f"{plan.filename} is {'whole' if whole else 'damaged or gone'}"},
            {
                "ok": (live.version if live else "") == plan.before,
                "text": f"{environment.name} has {live.version if live else 'nothing'} live",
            },
        ]
        return {"title": run.title, "found": found, "stages": list(plan.stages)}

    def _deploy(self, flow: Flow, data: Json) -> Json:
        number = int(data["run"])
        order = self._order(self._runs.get(number))
        environment = self._deploys.environment_of(self._runs.get(number))
        target = self._deploys.target(environment)

        def body(stages: Stages) -> Json:
            hold(flow, f"environment:{environment.name}")
            # Whoever held it meanwhile may have changed what is live since somebody said yes to this plan.
            flow.step("look before", lambda: self._still_valid(number, environment))
            try:
                for stage in target.stages:
                    stages.do(stage, partial(self._perform, environment, stage, order))
            except NoodleError:
                flow.step("take away what is half done", lambda: target.abandon(order))
                raise
            return flow.step("look", lambda: self._seen(environment, order))

        return conduct(
            self._runs,
            flow,
            number,
            body,
            clean=self._workshop.cleaner(number),
            done=lambda: self._leave_tasks(number, environment),
        )

    def _still_valid(self, number: int, environment: Environment) -> None:
        run = self._runs.get(number)
        plan = Plan.from_json(run.detail["plan"])
        ensure_valid(plan, run, self._deploys.live(environment, plan.package), plan.at)

    def _perform(self, environment: Environment, stage: str, order: DeployOrder) -> Json:
        log = self._workshop.log_of(order.run)
        try:
            return {"note": self._deploys.target(environment).perform(stage, order, log)}
        finally:
            self._runs.log(order.run, self._workshop.log(order.run))

    def _seen(self, environment: Environment, order: DeployOrder) -> Json:
        live = self._deploys.live(environment, order.package)
        if live is None or live.version != order.version:
            raise RunFailed(
                f"{environment.name} says {live.version if live else 'nothing'} is live, not {order.version}.",
                hint="Look at the environment; Noodle cannot tell what changed it.",
            )
        return {"live": live.to_json()}

    def _order(self, run: Run) -> DeployOrder:
        plan = Plan.from_json(run.detail["plan"])
        environment = self._deploys.environment_of(run)
        return DeployOrder(
            run=run.number,
            environment=environment.name,
            package=plan.package,
            version=plan.after,
            filename=plan.filename,
            sha256=plan.sha256,
            smoke=self._releases.get(plan.package, plan.after).smoke,
            settings=environment.settings,
            limits=self._limits,
        )

    def _leave_tasks(self, number: int, environment: Environment) -> None:
        run = self._runs.get(number)
        for title in environment.checklist:
            self._tasks.add(
                f"{title} ({run.package} {run.detail['version']} in {environment.name})",
                run.place,
                package=run.package,
                environment=environment.name,
                run=number,
                by=run.asked_by,
            )
