"""Putting Noodle together: settings → database → providers → services → drivers. Nothing happens at import elsewhere.

This is the one module that knows providers.
"""

import contextlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from starlette.routing import BaseRoute
from uvicorn.protocols.http import h11_impl, httptools_impl

from bot.answers import EMOJI, Answers
from bot.ask import Asking
from bot.command import Command
from bot.commands import discover as discover_commands
from bot.message import Message
from bot.settings import Settings
from bot.slack.settings import SlackSettings
from bot.slack.workspace import SlackWorkspace
from bot.timer import Timed, Timer
from bot.views.form import read_form
from bot.views.render import renderer
from bot.views.run import run_message
from bot.views.task import task_message
from bot.web.app import build as build_web
from bot.web.server import Server
from core.access.model import Ask
from core.access.service import Access
from core.app import Noodle
from core.artifacts.blobs import FolderBlobs
from core.asked import Asked
from core.audit.model import Entry, Outcome
from core.audit.service import Audit
from core.builds.service import Builds
from core.builds.workshop import Workshop
from core.clock import Clock, SystemClock
from core.db import Database
from core.deploys.service import Deploys
from core.deploys.workflow import DeployRuns
from core.engine.engine import Engine
from core.engine.workflow import Flow, Json, Watch, Workflow
from core.environments.service import Environments
from core.errors import Misconfigured
from core.health.service import HealthChecks
from core.inbox.service import WORKFLOW as INBOX
from core.inbox.service import Inbox
from core.migrations import upgrade
from core.notify.service import Outbox
from core.packages.service import Packages
from core.ports import Checkable, CodeHost, Limits
from core.provider import Connected, Kit, Provider
from core.releases.downloads import Downloads
from core.releases.model import Release
from core.releases.registry import READ, Asker, Registry, Verdict
from core.releases.service import Releases
from core.releases.workflow import ReleaseRuns, next_steps
from core.runs.model import Run, RunState
from core.runs.service import Runs
from core.seal import Seal
from core.subscriptions.service import Subscriptions
from core.tasks.model import Task
from core.tasks.service import Tasks
from core.tokens.model import PERMISSIONS
from core.tokens.service import Tokens
from core.value import Value
from providers import discover as discover_providers
from providers.pypi.reason import speaking

INSTALLER = "noodle:installer"
"""Who Noodle is when it installs from its own registry."""

_INSTALLER_TOKEN = timedelta(minutes=15)


@dataclass(frozen=True)
class Program:
    """Noodle, put together and not yet started."""

    settings: Settings
    noodle: Noodle
    asking: Asking
    engine: Engine
    workflows: tuple[Workflow, ...]
    server: Server
    slack: SlackWorkspace | None
    timer: Timer
    downloads: Downloads

    def start(self) -> None:
        """Begin to serve, the engine first: what was under way goes on."""
        upgrade(self.noodle.db)
        self.engine.launch(self.workflows)
        self.server.start()
        if self.slack is not None:
            self.slack.start()
        self.timer.start()

    def stop(self) -> None:
        """End in the opposite order: hear nothing new, finish what can be, keep the rest for the next start."""
        self.timer.stop()
        if self.slack is not None:
            self.slack.stop()
        self.server.stop()
        self.engine.close()
        self.downloads.flush()
        self.noodle.db.close()

    @contextlib.contextmanager
    def working(self) -> Iterator[None]:
        """Work without being reachable by anyone, for a command from the terminal."""
        upgrade(self.noodle.db)
        self.engine.launch(self.workflows)
        self.server.start()
        try:
            yield
        finally:
            self.server.stop()
            self.engine.close()
            self.noodle.db.close()

    def follow(self, run: Run) -> Run:
        """Wait until a run is over or waits for somebody; return it as it is then."""
        while not (run.state.over or (run.state is RunState.PLANNED and "plan" in run.detail and _asks(run))):
            time.sleep(0.1)
            run = self.noodle.runs.get(run.number)
        return run

    def show(self, command: Command, value: Value) -> Message:
        """Show an answer: as its command does, or a run as its living message does."""
        if command.show is not None:
            return command.show(value)
        return task_message(value) if isinstance(value, Task) else run_message(Run.model_validate(value))


def build(
    settings: Settings,
    environ: Mapping[str, str],
    *,
    clock: Clock | None = None,
    watch: Watch | None = None,
    providers: Mapping[str, Provider] | None = None,
    with_slack: bool = True,
    port: int | None = None,
) -> Program:
    """Put Noodle together. Raises Misconfigured, naming every setting at fault.

    `watch` sees every step of every workflow (for crash tests); `providers` are all that are found without it; `port`
    listens elsewhere than the settings say.
    """
    made = _Parts(settings, environ, clock or SystemClock(), watch, providers or discover_providers())
    noodle = made.noodle()
    slack = made.slack() if with_slack else None
    if slack is not None:
        made.integrations["slack"] = slack
    asking = Asking(noodle, discover_commands(), slack.chat.name_of if slack else _last_part)
    answers = Answers(asking, slack.chat if slack else None)
    _let_status_lines_speak()
    probes = {name: one.check for name, one in made.integrations.items() if name == "slack"}
    app = build_web(asking, [*made.routes(), *(slack.routes if slack else [])], probes)
    made.serve(Server(app, settings.host, settings.port if port is None else port))
    return Program(
        settings=settings,
        noodle=noodle,
        asking=asking,
        engine=made.engine,
        workflows=(*made.workflows(noodle), _inbox_workflow(answers)),
        server=made.server,
        slack=slack,
        timer=_timer(settings, made, noodle),
        downloads=made.downloads,
    )


def database(settings: Settings) -> Database:
    """Return the database alone."""
    return Database(settings.url_of_database)


class _Parts:
    """The parts as they come into being, each from those before it."""

    def __init__(
        self,
        settings: Settings,
        environ: Mapping[str, str],
        clock: Clock,
        watch: Watch | None,
        providers: Mapping[str, Provider],
    ) -> None:
        home = settings.home.resolve()
        home.mkdir(parents=True, exist_ok=True)
        key = settings.secret_key.get_secret_value()
        self.settings = settings
        self.clock = clock
        self.seal = Seal.from_text(key) if key else Seal.from_file(home / "secret.key")
        self.db = database(settings)
        self.engine = Engine(self.db, settings.url_of_engine, home, clock, watch=watch)
        self.tokens = Tokens(self.db, clock)
        self.access = Access(self.db, clock)
        self.audit = Audit(self.db, clock)
        self.outbox = Outbox(self.db, clock, self.seal)
        self.inbox = Inbox(self.db, clock, self.engine.start)
        self.subscriptions = Subscriptions(self.db)
        self.runs = Runs(self.db, clock, self.outbox, self.subscriptions)
        self.packages = Packages(self.db, clock)
        self.blobs = FolderBlobs(settings.blobs.resolve())
        self.downloads = Downloads(self.db, clock)
        kit = Kit(
            home=home,
            clock=clock,
            environ=environ,
            registry_url=lambda: self.server.loopback_url,
            registry_token=self._installer_token,
            settings={"integration_timeout": settings.integration_timeout},
        )
        self.connected = {name: provider.connect(kit) for name, provider in providers.items()}
        self.integrations: dict[str, Checkable] = {
            name: one.check for name, one in self.connected.items() if one.check is not None
        }
        inspect = {name: one.inspect for name, one in self.connected.items() if one.inspect is not None}
        self.releases = Releases(self.db, clock, self.packages, self.blobs, inspect)
        self.targets = {name: one.target for name, one in self.connected.items() if one.target is not None}
        self.environments = Environments(self.db, self.targets)
        self.limits = Limits(seconds=settings.package_build_timeout)
        builders = {name: one.builder for name, one in self.connected.items() if one.builder is not None}
        self.code = _code_host(self.connected)
        self.workshop = Workshop(home / "work", self.code, builders, self.blobs, self.limits)
        self.tasks = Tasks(self.db, clock, self.outbox)
        self.server: Server

    def noodle(self) -> Noodle:
        """Return every service."""
        start = self.engine.start
        return Noodle(
            db=self.db,
            clock=self.clock,
            access=self.access,
            audit=self.audit,
            blobs=self.blobs,
            builds=Builds(self.runs, self.packages, self.workshop, start),
            code=self.code,
            deploys=Deploys(
                runs=self.runs,
                environments=self.environments,
                releases=self.releases,
                targets=self.targets,
                clock=self.clock,
                start=start,
            ),
            environments=self.environments,
            health=HealthChecks(self.db, self.clock, self.outbox, self.subscriptions, self.integrations),
            inbox=self.inbox,
            outbox=self.outbox,
            packages=self.packages,
            release_runs=ReleaseRuns(
                runs=self.runs,
                packages=self.packages,
                releases=self.releases,
                environments=self.environments,
                workshop=self.workshop,
                blobs=self.blobs,
                start=start,
            ),
            releases=self.releases,
            runs=self.runs,
            subscriptions=self.subscriptions,
            tasks=self.tasks,
            tokens=self.tokens,
            public_url=self.settings.url,
        )

    def workflows(self, noodle: Noodle) -> tuple[Workflow, ...]:
        """Return every workflow of core."""
        deploys = DeployRuns(
            runs=self.runs,
            deploys=noodle.deploys,
            packages=self.packages,
            releases=self.releases,
            tasks=self.tasks,
            workshop=self.workshop,
            blobs=self.blobs,
            clock=self.clock,
            limits=self.limits,
        )
        return (*noodle.builds.workflows(), *noodle.release_runs.workflows(), *deploys.workflows())

    def slack(self) -> SlackWorkspace | None:
        """Return the Slack workspace, or None where none is configured."""
        settings, commands = self.settings, discover_commands()
        if not settings.slack_bot_token.get_secret_value():
            return None
        return SlackWorkspace(
            SlackSettings(
                bot_token=settings.slack_bot_token,
                api_url=settings.slack_api_url,
                app_token=settings.slack_app_token,
                signing_secret=settings.slack_signing_secret,
            ),
            outbox=self.outbox,
            accept=self.inbox.accept,
            emoji=EMOJI,
            read_form=lambda view: read_form(view, commands),
            seal=self.seal.close,
            render=renderer(settings.url),
        )

    def routes(self) -> list[BaseRoute]:
        """Return the routes of every wire protocol."""
        registry = Registry(
            packages=self.packages,
            releases=self.releases,
            blobs=self.blobs,
            downloads=self.downloads,
            authenticate=self._authenticated,
            may=self._may,
            published=self._published,
        )
        routers = [one.router(registry) for one in self.connected.values() if one.router is not None]
        return [route for router in routers for route in router.routes]

    def serve(self, server: Server) -> None:
        """Say which server it is that the registry answers on."""
        self.server = server

    def _installer_token(self, what: str) -> str:
        expires = self.clock.now() + _INSTALLER_TOKEN
        return self.tokens.create(INSTALLER, what, scope="read", by=INSTALLER, expires_at=expires)[1]

    def _authenticated(self, secret: str) -> Asker | None:
        token = self.tokens.find(secret)
        if token is None:
            return None
        return Asker(id=token.owner, permissions=PERMISSIONS[token.scope], packages=token.packages)

    def _may(self, person: str, permission: str, package: str) -> Verdict:
        if person == INSTALLER:
            return Verdict(allowed=permission == READ)
        found = self.packages.find(package) if package else None
        decision = self.access.may(person, Ask(permission=permission, package=found.name if found else package))
        return Verdict(allowed=decision.allowed, reason=decision.rule)

    def _published(self, release: Release, person: str) -> None:
        asked = Asked(person=person, name=_last_part(person), source="registry")
        title = f"publish {release.package} {release.version}"
        run = self.runs.open("publish", release.package, title, asked, stages=(), detail={"version": release.version})
        self.runs.succeed(run.number, next=next_steps(release, self.environments.list()))
        self.audit.add(
            Entry(
                person=person,
                name=asked.name,
                source="registry",
                action="publish",
                subject=release.package,
                line=title,
                outcome=Outcome.DONE,
            )
        )


def _code_host(connected: Mapping[str, Connected]) -> CodeHost:
    for one in connected.values():
        if one.code_host is not None:
            return one.code_host
    raise Misconfigured("No provider hosts code.", hint="Noodle ships with one, `local`; reinstall it.")


def _inbox_workflow(answers: Answers) -> Workflow:
    def body(flow: Flow, data: Json) -> None:
        # What is done, the answer and the mark that it is done are one transaction inside; done twice, nothing happens.
        flow.step("answer", lambda: answers.answer(str(data["key"])))

    return Workflow(INBOX, body)


def _timer(settings: Settings, made: _Parts, noodle: Noodle) -> Timer:
    return Timer(
        noodle.health,
        (
            Timed("health", settings.health_interval, noodle.health.check_all),
            Timed("sweep", 5, made.engine.sweep, everywhere=True),
            Timed("downloads", 10, made.downloads.flush, everywhere=True),
            Timed("forget requests", 3600, noodle.inbox.forget),
            Timed("forget history", 3600, made.engine.forget),
            Timed("sweep blobs", 86_400, made.blobs.sweep),
        ),
    )


def _let_status_lines_speak() -> None:
    # twine, flit and hatch show nothing of a refusal but the words in its status line.
    httptools_impl.STATUS_LINE = speaking(dict(httptools_impl.STATUS_LINE), "HTTP/1.1 {status} {reason}\r\n")
    h11_impl.STATUS_PHRASES = speaking(dict(h11_impl.STATUS_PHRASES), "{reason}")


def _asks(run: Run) -> bool:
    return run.detail.get("then") != "deploy"


def _last_part(person: str) -> str:
    return person.rpartition(":")[2]
