"""What people see, kept as files: a change of it is a change of a file, to be looked at.

The files in `golden/` are written anew by `NOODLE_REFRESH_GOLDEN=1 pytest tests/bot/views/test_golden.py`; look at
what `git diff` says of them before they are kept.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.commands import discover, each
from bot.grammar import arguments, find, parse
from bot.message import Message, Modal
from bot.sandbox.slack.blocks import message_problems, view_problems
from bot.views.access import audit_list, decision_message, roles_list, token_list, token_message, whoami_message
from bot.views.details import changelog, dry_run, failing_tests, log_tail
from bot.views.error import error_message
from bot.views.form import form
from bot.views.health import health_list, health_message
from bot.views.help import help_list, help_one
from bot.views.home import home
from bot.views.package import package_list, package_message, package_page, subscriptions_message
from bot.views.run import run_message
from bot.views.status import environment_message, overview_message
from bot.views.task import task_list, task_message
from bot.views.welcome import welcome
from core.access.model import Decision, Grant, Role
from core.asked import Place
from core.audit.model import Entry, Outcome
from core.deploys.model import Plan
from core.environments.model import Environment
from core.errors import RunFailed, Unknown
from core.health.model import Health
from core.overview.model import LivePackage, Overview
from core.packages.model import Package
from core.ports import Live
from core.releases.model import Release, ReleaseState
from core.runs.model import Run, RunState, StageState
from core.subscriptions.model import Subscription
from core.tasks.model import Task, TaskState
from core.tokens.model import Token

GOLDEN = Path(__file__).parent / "golden"
REFRESH = os.environ.get("NOODLE_REFRESH_GOLDEN") == "1"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
URL = "https://noodle.example.com"
COMMANDS = discover()

MakeRun = Callable[..., Run]
MakePlan = Callable[..., Plan]
MakeStages = Callable[..., Any]
Shown = Message | Modal

_D, _F, _S, _W, _R = (
    StageState.DONE,
    StageState.FAILED,
    StageState.SKIPPED,
    StageState.WAITING,
    StageState.RUNNING,
)


@pytest.fixture
def shown(run: MakeRun, plan: MakePlan, stages: MakeStages) -> Mapping[str, Shown]:
    """Return everything that has a golden file, by its name."""
    return {**_runs(run, plan, stages), **_details(), **_things(), **_pages(run, plan)}


def _runs(run: MakeRun, plan: MakePlan, stages: MakeStages) -> dict[str, Shown]:
    card = plan().to_json()
    staging = plan(environment="staging", protected=False, before="", commits=(), changed=(), checks=()).to_json()
    deploy = {"environment": "production", "version": "1.4.2", "plan": card, "before": "1.4.1"}
    back = plan(before="1.4.2", after="1.4.1", backwards=True).to_json()
    broken = RunFailed(
        "The smoke check failed:\nModuleNotFoundError: <api>", hint="Its output is in the log."
    ).to_json()
    late = RunFailed("production says nothing is live, not 1.4.2.", hint="Look at the environment.").to_json()
    following = [{"label": "Deploy to staging", "line": "deploy api@1.4.2 to staging"}]
    ok, no, go, put_aside = RunState.SUCCEEDED, RunState.FAILED, RunState.PLANNED, RunState.CANCELLED
    runs = {
        "build_running": run("build", stages=stages(_D, _R, _W, _W), detail={"ref": "main"}),
        "build_done": run("build", ok, stages=stages(_D, _D, _D, _D), detail={"ref": "main"}, log="cd" * 32),
        "build_failed": run("build", no, stages=stages(_D, _F, _S, _S), detail={"ref": ""}, error=broken),
        "test_done": run("test", ok, detail={"ref": ""}),
        "release_done": run("release", ok, detail={"ref": "", "version": "1.4.2"}),
        "publish_done": run("publish", ok, detail={"version": "1.4.2", "next": following}),
        "deploy_planning": run("deploy", go, detail={"environment": "production", "version": "1.4.2"}),
        "deploy_planned": run("deploy", go, detail=deploy, reason="fixes the login"),
        "deploy_planned_first": run("deploy", go, detail=deploy | {"environment": "staging", "plan": staging}),
        "rollback_planned": run("rollback", go, detail=deploy | {"version": "1.4.1", "plan": back}),
        "deploy_running": run("deploy", detail=deploy | {"confirmed_by_name": "Bob"}, stages=stages(_D, _D, _R, _W)),
        "deploy_done": run("deploy", ok, detail=deploy, stages=stages(_D, _D, _D, _D)),
        "deploy_failed": run("deploy", no, detail=deploy, stages=stages(_D, _F, _S, _S), error=broken),
        "deploy_failed_late": run("deploy", no, detail=deploy, stages=stages(_D, _D, _D, _F), error=late),
        "deploy_cancelled": run("deploy", put_aside, detail=deploy | {"cancelled_by_name": "Bob"}),
    }
    return {f"run_{name}": run_message(one, URL) for name, one in runs.items()}


def _details() -> dict[str, Shown]:
    failures = [
        {"name": "tests/test_api.py::test_login", "message": "assert 1 == 2\n +  where 1 = one()"},
        {"name": "tests/test_api.py::test_<logout>"},
    ]
    report = {"passed": 7, "failed": 2, "skipped": 1, "seconds": 1.5, "failures": failures}
    changes = [{"sha": "a" * 40, "subject": "Let people in & out", "author": "Ada"}]
    found = [{"ok": True, "text": "api-1.4.2.whl is whole"}, {"ok": False, "text": "production has 1.4.3 live"}]
    return {
        "failing_tests": failing_tests({"title": "test api", "report": report}),
        "changelog": changelog({"title": "release api 1.4.2", "version": "1.4.2", "changes": changes}),
        "changelog_empty": changelog({"title": "release api 1.4.2", "version": "1.4.2", "changes": []}),
        "dry_run": dry_run({"title": "deploy api 1.4.2", "found": found, "stages": ["install", "switch"]}),
        "log_tail": log_tail({"title": "build api", "text": "first line\n" * 300 + "last line\n"}),
    }


def _things() -> dict[str, Shown]:
    task = Task(id=7, title="check the <dashboards>", state=TaskState.OPEN, created_at=NOON)
    mine = task.model_copy(update={"state": TaskState.CLAIMED, "claimed_by": "slack:T1:U1", "claimed_by_name": "Ada"})
    done = mine.model_copy(update={"state": TaskState.DONE, "done_by": "slack:T1:U1", "done_by_name": "Ada"})
    down = Health(name="github", ok=False, detail="no answer", fix="Renew it.", since=NOON, checked_at=NOON)
    well = Health(name="local", ok=True, detail="git 2.43", since=NOON, checked_at=NOON)
    package = Package(
        name="api",
        normalized="api",
        repo="https://git.example.com/api.git",
        channel="C1",
        summary="The <API>",
        created_at=NOON,
        created_by="slack:T1:U1",
    )
    release = Release(
        package="api", version="1.4.2", state=ReleaseState.PUBLISHED, created_at=NOON, created_by="x", published_at=NOON
    )
    yanked = release.model_copy(update={"version": "1.4.1", "state": ReleaseState.YANKED, "reason": "broken"})
    grants = (Grant(id=1, person="slack:T1:U1", role=Role.ADMIN), Grant(id=2, person="everyone", role=Role.VIEWER))
    token = Token(
        id=3, owner="slack:T1:U1", name="ci", scope="publish", packages=("*",), created_at=NOON, created_by="x"
    )
    denied = Decision(
        allowed=False, rule="deploy:run needs developer for api, and you are not", who_can=("slack:T1:U1",)
    )
    entry = Entry(
        at=NOON,
        person="slack:T1:U1",
        source="command",
        action="deploy",
        line="deploy api to production",
        outcome=Outcome.DONE,
        rule="deploy:protected needs releaser, and you are admin",
        reason="fixes the login",
    )
    return {
        "task_open": task_message(task),
        "task_claimed": task_message(mine),
        "task_done": task_message(done),
        "task_list": task_list((task, mine)),
        "task_list_empty": task_list(()),
        "health_down": health_message(down),
        "health_well": health_message(well),
        "health_list": health_list((down, well)),
        "package_new": package_message(package),
        "package_page": package_page(package, (release, yanked)),
        "package_list": package_list((package,)),
        "package_list_empty": package_list(()),
        "subscriptions": subscriptions_message((Subscription(channel="C1", package="api"),)),
        "environment": environment_message(Environment(name="production", protected=True, checklist=("look",))),
        "roles": roles_list(grants),
        "whoami": whoami_message("slack:T1:U1", "Ada", grants[:1]),
        "can_not": decision_message("deploy api to production", denied),
        "token": token_message(token, "ndl_planted", URL),
        "token_list": token_list((token,)),
        "audit": audit_list((entry,)),
    }


def _pages(run: MakeRun, plan: MakePlan) -> dict[str, Shown]:
    waits = run("deploy", RunState.PLANNED, title="deploy api 1.4.2 to staging", detail={"plan": plan().to_json()})
    live = Live(version="1.4.1", since=NOON)
    overview = Overview(
        title="Everything",
        environments=(Environment(name="staging"), Environment(name="production", order=1, protected=True)),
        packages=(
            LivePackage(package="api", environment="staging", live=live, newest="1.4.2"),
            LivePackage(package="web", environment="staging", live=None, newest=""),
            LivePackage(package="api", environment="production", live=None, trouble="it does not answer"),
        ),
        runs=(waits,),
        tasks=(Task(id=7, title="look", state=TaskState.CLAIMED, claimed_by_name="Ada", created_at=NOON),),
        health=(Health(name="github", ok=False, detail="no answer", since=NOON, checked_at=NOON),),
    )
    wrong = Unknown(
        "There is no environment `prodution`.",
        hint="There is: staging, production.",
        example="deploy api to production",
        suggestions=("production",),
    )
    commands = each(COMMANDS)
    return {
        "status": overview_message(overview),
        "status_empty": overview_message(Overview(title="Everything")),
        "home": home(overview, "Ada"),
        "home_refused": home(None, "Eve", "You may not `status`."),
        "error": error_message(wrong, "deploy api@1.4.2 to prodution"),
        "help": help_list(commands, {"help", "status", "deploy", "task list", "whoami"}),
        "help_deploy": help_one(COMMANDS["deploy"]),
        "form_deploy": form(COMMANDS["deploy"], {"package": "api", "dry_run": True}, Place(channel="C1")),
        "form_grant": form(COMMANDS["grant"], {}, None),
        "welcome": welcome("hello-noodle", "/srv/hello-noodle.git"),
    }


def test_everything_is_shown_as_it_is_kept(shown: Mapping[str, Shown]) -> None:
    if REFRESH:
        for old in GOLDEN.glob("*.json"):
            old.unlink()
        for name, one in shown.items():
            text = json.dumps(one.to_json(), indent=1, ensure_ascii=False)
            (GOLDEN / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    kept = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in GOLDEN.glob("*.json")}
    assert sorted(kept) == sorted(shown)
    different = [name for name, one in shown.items() if one.to_json() != kept[name]]
    assert different == []


def test_slack_takes_everything_that_is_kept(shown: Mapping[str, Shown]) -> None:
    for name, one in shown.items():
        found = view_problems(one.view) if isinstance(one, Modal) else message_problems(list(one.blocks))
        assert found == [], name


def test_every_button_gives_a_line_that_is_understood(shown: Mapping[str, Shown]) -> None:
    lines = {line for one in shown.values() for line in _lines(one.to_json())}
    lines -= {"deploy", "test"}  # these open a form on purpose
    assert len(lines) > 20
    for line in lines:
        command, words = find(line, COMMANDS)
        arguments(command, parse(command, words))


def _lines(json_: Any) -> Iterator[str]:
    if isinstance(json_, dict):
        if json_.get("type") == "button" and "value" in json_:
            yield json_["value"]
        for value in json_.values():
            yield from _lines(value)
    elif isinstance(json_, list):
        for value in json_:
            yield from _lines(value)
