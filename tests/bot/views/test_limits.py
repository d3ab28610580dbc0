"""Whatever people and machines write, Slack takes what is shown of it and obeys none of it."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.commands import discover, each
from bot.message import Message
from bot.sandbox.slack.blocks import message_problems, view_problems
from bot.views import access, package, status, task
from bot.views.details import changelog, dry_run, failing_tests, log_tail
from bot.views.error import error_message
from bot.views.form import form
from bot.views.health import health_list
from bot.views.home import home
from bot.views.render import renderer
from core.access.model import Decision, Grant, Role
from core.asked import Place
from core.audit.model import Entry, Outcome
from core.deploys.model import Plan
from core.environments.model import Environment
from core.errors import NoodleError, RunFailed, Unknown
from core.health.model import Health
from core.overview.model import LivePackage, Overview
from core.packages.model import Package
from core.ports import CheckResult, Commit, Live
from core.releases.model import Release, ReleaseState
from core.runs.model import Run, RunState, Stage, StageState
from core.subscriptions.model import Subscription
from core.tasks.model import Task, TaskState
from core.tokens.model import Token

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SIZE = 13_000
"""More characters of blocks than this are refused (slackapi/bolt-js#2509)."""
OURS = re.compile(r"<(?:!date\^\d+\^\{date_short_pretty\} \{time\}\|[-0-9: UTC]+|@[A-Z0-9]+)>")
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
COMMANDS = each(discover())
RENDER = renderer("https://noodle.example.com")

odd = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            "<!channel>",
            "<@U1> <!here|x>",
            "&<>" * 1700,
            "word " * 1000,
            "x" * 5000,
            "`*_~`",
            "```\n```",
            "two\nlines\r\n",
            "\u202edeploy\u202c",
            "שלום עולם",
            "\x00\x1b[31mred\x07",
            "🎉" * 2000,
            '"quoted" --yes',
            "\ufeff\u200f",
        ]
    ),
    st.text(max_size=300),
)
some = st.lists(odd, max_size=4).map(tuple)
moments = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants them naive
maybe = st.none() | moments
numbers = st.integers(min_value=0, max_value=10**6)
people = st.one_of(st.just("slack:T1:U1"), st.just("everyone"), odd, odd.map("slack:T1:{}".format))


def many(one: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[tuple[Any, ...]]:
    """Return few different values, or the same one very often: what is long is long for its number, too."""
    return st.lists(one, max_size=3).map(tuple) | one.map(lambda value: (value,) * most)


commits = st.builds(Commit, sha=odd, subject=odd, author=odd, email=odd, at=moments)
checks = st.builds(CheckResult, name=odd)
plans = st.builds(
    Plan,
    environment=odd,
    before=odd,
    after=odd,
    filename=odd,
    sha256=odd,
    commits=many(commits, 200),
    changed=many(odd | odd.map("migrations/{}".format), 200),
    checks=many(checks, 200),
    stages=many(odd, 30),
    at=moments,
)
stages = st.builds(Stage, name=odd, state=st.sampled_from(StageState), note=odd, started_at=maybe, finished_at=maybe)
refusals = st.builds(
    lambda kind, message, hint, example, suggestions: kind(
        message, hint=hint, example=example, suggestions=suggestions
    ),
    st.sampled_from([NoodleError, Unknown, RunFailed]),
    odd,
    odd,
    odd,
    many(odd, 40),
)
details = st.fixed_dictionaries(
    {"environment": odd, "version": odd, "ref": odd},
    optional={
        "plan": plans.map(Plan.to_json),
        "next": many(st.fixed_dictionaries({"label": odd, "line": odd}), 60).map(list),
        "confirmed_by_name": odd,
        "cancelled_by_name": odd,
    },
)
kinds = st.sampled_from(["build", "test", "release", "publish", "deploy", "rollback", "a later kind"])
runs = st.builds(
    Run,
    number=numbers,
    kind=kinds,
    package=odd,
    title=odd,
    state=st.sampled_from(RunState),
    stages=many(stages, 60),
    asked_by=people,
    asked_by_name=odd,
    detail=details,
    error=st.none() | refusals.map(NoodleError.to_json),
    reason=odd,
    log=st.sampled_from(["", "ab" * 32]),
    created_at=moments,
    finished_at=maybe,
)
tasks = st.builds(
    Task,
    id=numbers,
    title=odd,
    state=st.sampled_from(TaskState),
    claimed_by_name=odd,
    done_by_name=odd,
    created_at=moments,
)
healths = st.builds(Health, name=odd, detail=odd, fix=odd, since=moments, checked_at=moments)
environments = st.builds(
    Environment, name=odd, protected=st.booleans(), target=odd, checklist=some, settings=st.just({})
)
lives = st.builds(Live, version=odd, since=moments)
overviews = st.builds(
    lambda places, packages, **more: Overview(
        environments=places,
        packages=tuple(
            LivePackage(package=name, environment=place.name, live=live, newest=newest, trouble=trouble)
            for place in places
            for name, live, newest, trouble in packages
        ),
        **more,
    ),
    many(environments, 20),
    many(st.tuples(odd, st.none() | lives, odd, odd), 10),
    title=odd,
    runs=many(runs, 30),
    tasks=many(tasks, 60),
    health=many(healths, 30),
)
packages = st.builds(
    Package, name=odd, normalized=odd, repo=odd, channel=odd, summary=odd, created_at=moments, created_by=people
)
releases = st.builds(
    Release,
    package=odd,
    version=odd,
    state=st.sampled_from(ReleaseState),
    reason=odd,
    published_at=maybe,
    created_at=moments,
    created_by=people,
    files=st.just(()),
)
grants = st.builds(Grant, id=numbers, person=people, role=st.sampled_from(Role), package=odd, environment=odd)
tokens = st.builds(
    Token,
    id=numbers,
    owner=people,
    name=odd,
    packages=st.just(("*",)),
    created_at=moments,
    created_by=people,
    expires_at=maybe,
    revoked_at=maybe,
)
entries = st.builds(
    Entry,
    at=maybe,
    person=people,
    source=odd,
    action=odd,
    line=odd,
    outcome=st.sampled_from(Outcome),
    rule=odd,
    reason=odd,
)
reports = st.fixed_dictionaries(
    {
        "passed": numbers,
        "failed": numbers,
        "skipped": numbers,
        "seconds": st.floats(0, 1000),
        "failures": many(st.fixed_dictionaries({"name": odd, "message": odd}), 200).map(list),
    }
)
changes = many(st.fixed_dictionaries({"sha": odd, "subject": odd, "author": odd}), 200).map(list)
found = many(st.fixed_dictionaries({"ok": st.booleans(), "text": odd}), 20).map(list)

shown = st.one_of(
    runs.map(lambda run: RENDER("run", run.to_json())),
    tasks.map(lambda one: RENDER("task", one.to_json())),
    healths.map(lambda one: RENDER("health", one.to_json())),
    st.builds(lambda title, report: failing_tests({"title": title, "report": report}), odd, reports),
    st.builds(lambda title, list_: changelog({"title": title, "version": title, "changes": list_}), odd, changes),
    st.builds(
        lambda title, list_, run: dry_run({"title": title, "found": list_, "stages": list(run)}), odd, found, some
    ),
    st.builds(lambda title, text: log_tail({"title": title, "text": text}), odd, odd | odd.map(lambda one: one * 9)),
    st.builds(error_message, refusals, odd),
    overviews.map(status.overview_message),
    environments.map(status.environment_message),
    many(tasks, 500).map(task.task_list),
    many(healths, 100).map(health_list),
    packages.map(package.package_message),
    st.builds(package.package_page, packages, many(releases, 300)),
    many(packages, 500).map(package.package_list),
    many(st.builds(Subscription, channel=odd, package=odd), 200).map(package.subscriptions_message),
    st.builds(access.decision_message, odd, st.builds(Decision, rule=odd, who_can=many(people, 30))),
    grants.map(access.grant_message),
    grants.map(access.revoked_message),
    many(grants, 500).map(access.roles_list),
    st.builds(access.whoami_message, people, odd, many(grants, 50)),
    st.builds(access.token_message, tokens, odd, st.just("https://noodle.example.com")),
    many(tokens, 300).map(access.token_list),
    tokens.map(access.token_revoked),
    many(entries, 100).map(access.audit_list),
)
slowly = settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@slowly
@given(shown)
def test_slack_takes_every_message_and_obeys_nothing_in_it(message: Message) -> None:
    assert message_problems(list(message.blocks)) == []
    assert len(json.dumps(list(message.blocks), ensure_ascii=False)) <= SIZE
    assert message.blocks
    assert 0 < len(message.text) <= 4000
    assert message.text.strip()
    for text in [message.text, *_marked_up(list(message.blocks))]:
        assert "<" not in OURS.sub("", text)
        assert not re.search(r"&(?!(?:amp|lt|gt);)", text)
    assert not UNSAFE.search(json.dumps(message.to_json(), ensure_ascii=False))


@slowly
@given(overviews | st.none(), odd, odd)
def test_slack_takes_every_home_tab(overview: Overview | None, name: str, refused: str) -> None:
    view = home(overview, name, refused).view
    assert view_problems(view) == []
    assert all("<" not in OURS.sub("", text) for text in _marked_up(view))


@slowly
@given(st.sampled_from(COMMANDS), st.data(), odd)
def test_slack_takes_every_form(command: Any, data: st.DataObject, channel: str) -> None:
    given_ = data.draw(st.dictionaries(st.sampled_from([*command.args.model_fields, *command.form] or ["x"]), odd))
    known = {name: value for name, value in given_.items() if name in command.args.model_fields}
    modal = form(command, known, Place(channel=channel[:20]))
    assert view_problems(modal.view) == []


def _marked_up(json_: Any) -> Iterator[str]:
    """Yield every text in which Slack would read markup."""
    if isinstance(json_, dict):
        if json_.get("type") == "mrkdwn":
            yield json_["text"]
        for value in json_.values():
            yield from _marked_up(value)
    elif isinstance(json_, list | tuple):
        for value in json_:
            yield from _marked_up(value)
