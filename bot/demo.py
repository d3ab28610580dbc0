"""The demo: a Slack of our own, Noodle connected to it, and a small world to ship in. One process, on loopback."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import SecretStr

from bot.bootstrap import Program, build
from bot.sandbox.demo_repo import create
from bot.sandbox.slack.memory import Memory
from bot.sandbox.slack.server import Limits, SandboxSlack
from bot.sandbox.slack.workspace import Workspace
from bot.settings import Settings
from bot.views.welcome import welcome
from core.access.model import Role
from core.asked import Place
from core.environments.model import Environment
from core.errors import AlreadyExists
from core.provider import Provider

PACKAGE = "hello-noodle"
PEOPLE = (("ada", "Ada Admin"), ("dev", "Dev Developer"), ("vic", "Vic Viewer"))
ROLES = {"ada": (Role.ADMIN,), "dev": (Role.DEVELOPER,), "vic": (Role.VIEWER,)}
_ENVIRONMENTS = (
    Environment(name="staging", order=1, checklist=("Check the dashboards",)),
    Environment(name="production", order=2, protected=True, checklist=("Check the dashboards", "Tell support")),
)


class Demo:
    """The sandbox as `noodle sandbox` runs it."""

    def __init__(
        self,
        settings: Settings,
        environ: Mapping[str, str],
        *,
        port: int,
        limits: Limits = "real",
        providers: Mapping[str, Provider] | None = None,
    ) -> None:
        """Keep the world under the settings' home; the page is on `port`, Noodle's own server on the next one.

        `limits` says whether the sandbox keeps Slack's rates; `providers` are all that are found without it.
        """
        self._settings = settings
        self._environ = environ
        self._workspace = Workspace.create(users=PEOPLE, manifest=manifest())
        self._memory = Memory(self._workspace, settings.home / "slack.json")
        self._slack = SandboxSlack(self._workspace, port=port, limits=limits)
        self._port = port
        self._providers = providers
        self.program: Program

    @property
    def url(self) -> str:
        """Where the page is."""
        return self._slack.url

    @property
    def slack(self) -> SandboxSlack:
        """The Slack it runs, with hands for every person in it."""
        return self._slack

    def start(self) -> None:
        """Start everything, and set the world up where it is new."""
        self._memory.start()
        self._slack.start()
        self.program = build(self._connected(), self._environ, providers=self._providers)
        self.program.start()
        self._set_up()

    def stop(self) -> None:
        """Stop everything."""
        self.program.stop()
        self._slack.stop()
        self._memory.stop()

    def _connected(self) -> Settings:
        port = self._port + 1 if self._port else 0
        return self._settings.model_copy(
            update={
                "slack_bot_token": SecretStr(self._workspace.bot_token),
                "slack_app_token": SecretStr(self._workspace.app_token),
                "slack_api_url": self._slack.api_url,
                "host": "127.0.0.1",
                "port": port,
                "public_url": f"http://127.0.0.1:{port}" if port else "",
            }
        )

    def _set_up(self) -> None:
        noodle = self.program.noodle
        repo = self._settings.home.resolve() / "repos" / f"{PACKAGE}.git"
        if not repo.exists():
            create(repo)
        for environment in _ENVIRONMENTS:
            try:
                noodle.environments.create(environment)
            except AlreadyExists:
                continue
        for name, roles in ROLES.items():
            person = f"slack:{self._workspace.team_id}:{self._workspace.user(name).id}"
            for role in roles:
                noodle.access.grant(person, role, "*", "*", "terminal:demo")
        channel = self._workspace.channel("releases").id
        noodle.subscriptions.add(channel, "health:*", "terminal:demo")
        shown = welcome(PACKAGE, str(repo))
        noodle.outbox.show("welcome", Place(channel=channel), "message", shown.to_json())


def manifest() -> Mapping[str, Any]:
    """Return the Slack app's manifest, as a team pastes it: beside the package in a checkout, else inside it."""
    here = Path(__file__).parent
    path = next(path for path in (here / "manifest.yml", here.parent / "manifest.yml") if path.exists())
    found: Mapping[str, Any] = yaml.safe_load(path.read_text())
    return found
