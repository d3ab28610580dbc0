"""The one path of every request: who may, what is written down, and that nothing is half done."""

import shutil
from pathlib import Path

import pytest

from bot.bootstrap import Program
from bot.command import Command
from bot.commands import discover, each
from core.access.model import PERMISSIONS, Role
from core.asked import Asked, Place
from core.audit.model import Outcome
from core.errors import AlreadyExists, BadCommand, Conflict, NotAllowed, NotReady, Unknown
from core.runs.model import RunState

COMMANDS = discover()
SOMEBODY = "slack:T1:UDEV"


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Return the address of an empty SQLite database; both kinds are tried where the tables are."""
    shutil.copyfile(sqlite_template, tmp_path / "noodle.db")
    return f"sqlite:///{tmp_path / 'noodle.db'}"


def asked(person: str = SOMEBODY, channel: str = "C1", request: str = "r1") -> Asked:
    return Asked(person=person, name="dev", source="command", place=Place(channel=channel), request=request)


def example(command: Command, program: Program) -> str:
    """Return the command's own first example, about a run, a plan and a task that there are."""
    noodle = program.noodle
    noodle.tasks.add("look", None, package="hello-noodle", environment="staging")
    noodle.runs.open(
        "deploy",
        "hello-noodle",
        "deploy hello-noodle 1.0.0 to staging",
        asked(),
        stages=(),
        detail={"environment": "staging", "version": "1.0.0", "then": "ask"},
        state=RunState.PLANNED,
    )
    words = ["1" if word.isdigit() else word for word in command.examples[0].split(" ")]
    return " ".join(words)


@pytest.mark.parametrize("command", each(COMMANDS), ids=lambda command: command.name)
def test_a_command_is_for_its_role_and_those_above_and_for_nobody_else(program: Program, command: Command) -> None:
    line = example(command, program)
    least = PERMISSIONS[command.allow]

    may = []
    for role in (None, *Role):
        person = f"slack:T1:{role or 'NOBODY'}"
        if role is not None:
            program.noodle.access.grant(person, role, "*", "*", "test")
        try:
            program.asking.understand(line, asked(person))
        except NotAllowed as wrong:
            assert command.allow in wrong.message  # noqa: PT017 - what is allowed is told below
            continue
        may.append(role)

    assert may == ([None, *Role] if least is None else list(Role)[list(Role).index(least) :])


@pytest.mark.parametrize("command", each(COMMANDS), ids=lambda command: command.name)
def test_without_a_role_nothing_can_be_changed_and_nothing_seen_but_help(program: Program, command: Command) -> None:
    line = example(command, program)

    if command.allow == "help:read":
        assert not command.changes
        return
    with pytest.raises(NotAllowed, match="You may not") as wrong:
        program.asking.ask(line, asked("slack:T1:STRANGER"))

    assert "grant admin to @you" in wrong.value.hint


@pytest.mark.parametrize(
    "line",
    [
        "deploy hello-noodle to production",
        "rollback hello-noodle in production",
        "deploy hello-noodle to Production --yes",
        "deploy hello-noodle to prod --dry-run",
    ],
)
def test_a_protected_environment_takes_more(program: Program, line: str) -> None:
    program.noodle.access.grant(SOMEBODY, Role.DEVELOPER, "*", "*", "test")

    with pytest.raises(NotAllowed, match="deploy:protected needs releaser for hello-noodle in production"):
        program.asking.ask(line, asked())


@pytest.mark.parametrize("line", ["confirm 1", "confirm 1 --dry-run", "cancel 1"])
def test_a_plan_takes_what_its_environment_takes(program: Program, line: str) -> None:
    program.noodle.access.grant(SOMEBODY, Role.DEVELOPER, "*", "*", "test")
    program.noodle.runs.open(
        "deploy", "hello-noodle", "deploy it", asked(), stages=(), detail={"environment": "production"}
    )

    with pytest.raises(NotAllowed, match="deploy:protected"):
        program.asking.ask(line, asked())


@pytest.mark.parametrize(
    ("line", "allowed"),
    [
        ("build hello-noodle", True),
        ("build Hello_Noodle", True),
        ("build other", False),
        ("deploy hello-noodle to staging", True),
        ("deploy HELLO-NOODLE to Staging", True),
        ("package create another --repo /srv/x.git", False),
        ("task add look at it", False),
        ("grant developer to everyone", False),
    ],
)
def test_a_role_for_one_package_is_for_that_package_however_it_is_written(
    program: Program, line: str, allowed: bool
) -> None:
    program.noodle.access.grant(SOMEBODY, Role.DEVELOPER, "hello-noodle", "*", "test")
    program.noodle.packages.create("other", repo="/srv/other.git", by="test")

    if allowed:
        assert program.asking.understand(line, asked()).decision.rule.endswith("you are developer for hello-noodle")
    else:
        with pytest.raises(NotAllowed):
            program.asking.understand(line, asked())


def test_can_answers_what_asking_would(program: Program) -> None:
    program.noodle.access.grant(SOMEBODY, Role.DEVELOPER, "hello-noodle", "*", "test")

    for line, allowed in (("build Hello_Noodle", True), ("deploy hello-noodle to production", False)):
        answer = program.asking.ask(f"can {line}", asked()).value.to_json()
        assert (answer["line"], answer["decision"]["allowed"]) == (line, allowed)


def test_an_admin_of_one_package_makes_nobody_admin(program: Program) -> None:
    program.noodle.access.grant(SOMEBODY, Role.ADMIN, "hello-noodle", "*", "test")

    for line in ("grant admin to everyone", "grant viewer to everyone on hello-noodle", "environment create mine"):
        with pytest.raises(NotAllowed):
            program.asking.ask(line, asked())


def test_a_refusal_names_the_rule_and_who_can(program: Program) -> None:
    program.noodle.access.grant("slack:T1:UBOSS", Role.RELEASER, "*", "*", "test")

    with pytest.raises(NotAllowed) as wrong:
        program.asking.ask("release hello-noodle minor", asked())

    assert wrong.value.message == (
        "You may not `release`: release:create needs releaser for hello-noodle, and you are not."
    )
    assert wrong.value.hint == "Ask UBOSS."


def test_whoever_runs_noodle_may_do_everything_and_it_is_written_down(program: Program) -> None:
    program.asking.ask("grant admin to slack:T1:UADA", asked("terminal:ops"))

    (entry,) = program.noodle.audit.latest()
    assert (entry.action, entry.outcome) == ("grant", Outcome.DONE)
    assert entry.rule == "whoever runs Noodle may do everything"


def test_what_is_done_is_written_down_with_who_how_why_and_by_which_rule(program: Program) -> None:
    program.noodle.access.grant(SOMEBODY, Role.DEVELOPER, "*", "*", "test")

    program.asking.ask("build hello-noodle", asked(request="r7"))

    (entry,) = program.noodle.audit.latest(request="r7")
    assert (entry.person, entry.name, entry.source) == (SOMEBODY, "dev", "command")
    assert (entry.action, entry.subject, entry.line) == ("build", "hello-noodle", "build hello-noodle")
    assert (entry.outcome, entry.rule) == (
        Outcome.DONE,
        "build:run needs developer, and you are developer for every package",
    )


def test_a_reason_reaches_the_run_and_the_audit_trail(program: Program) -> None:
    with pytest.raises(NotReady):
        program.asking.ask("deploy hello-noodle to staging --reason it is time", asked("terminal:ops"))
    call = program.asking.understand("grant viewer to everyone --reason all may look", asked("terminal:ops"))
    program.asking.run(call)

    assert call.asked.reason == "all may look"
    assert program.noodle.audit.latest()[0].reason == "all may look"


def test_reading_leaves_no_trace(program: Program) -> None:
    program.asking.ask("status", asked("terminal:ops"))
    program.asking.ask("help", asked("slack:T1:STRANGER"))

    assert program.noodle.audit.latest() == []


@pytest.mark.parametrize(
    ("line", "kind", "action", "outcome"),
    [
        ("build hello-noodle", NotAllowed, "build", Outcome.DENIED),
        ("build nothing at all", BadCommand, "build", Outcome.REFUSED),
        ("buidl", BadCommand, "unknown", Outcome.REFUSED),
    ],
)
def test_what_is_refused_is_written_down_too(
    program: Program, line: str, kind: type[BadCommand | NotAllowed], action: str, outcome: Outcome
) -> None:
    with pytest.raises(kind) as wrong:
        program.asking.ask(line, asked(request="r8"))
    program.asking.refused(line, asked(request="r8"), wrong.value)

    (entry,) = program.noodle.audit.latest()
    assert (entry.action, entry.outcome, entry.line, entry.request) == (action, outcome, line, "r8")
    assert entry.reason == wrong.value.message


def test_what_fails_halfway_leaves_nothing_behind(program: Program) -> None:
    noodle = program.noodle
    noodle.packages.create("twice", repo="/srv/x.git", by="test", channel="C2")

    with pytest.raises(AlreadyExists):
        program.asking.ask("package create Twice --repo /srv/y.git", asked("terminal:ops", channel="C3"))
    with pytest.raises(Unknown):
        program.asking.ask("rollback hello-noodle@9.9.9 in staging", asked("terminal:ops"))

    assert noodle.subscriptions.here("C3") == []
    assert noodle.runs.latest() == []
    assert noodle.audit.latest() == []
    assert noodle.outbox.ready() == []


def test_a_channels_only_package_is_meant_where_none_is_named(program: Program) -> None:
    run = program.asking.ask("build", asked("terminal:ops")).value

    assert run.to_json()["package"] == "hello-noodle"


def test_of_two_packages_in_a_channel_one_has_to_be_named(program: Program) -> None:
    program.noodle.packages.create("other", repo="/srv/other.git", by="test", channel="C1")

    with pytest.raises(BadCommand, match="needs <package>") as wrong:
        program.asking.ask("build", asked("terminal:ops"))

    assert set(wrong.value.suggestions) == {"hello-noodle", "other"}


def test_where_no_package_is_at_home_one_has_to_be_named(program: Program) -> None:
    with pytest.raises(BadCommand, match="needs <package>"):
        program.asking.ask("build", asked("terminal:ops", channel="C9"))


@pytest.mark.parametrize("line", ["confirm 1", "cancel 1", "confirm 1 --dry-run"])
def test_only_a_deploy_can_be_confirmed_or_put_aside(program: Program, line: str) -> None:
    program.asking.ask("build hello-noodle", asked("terminal:ops"))

    with pytest.raises(Conflict, match="#1 is a build, not a deploy"):
        program.asking.ask(line, asked("terminal:ops"))


@pytest.mark.parametrize(
    "repo", ["https://bob:hunter2@git.example.com/x.git", "https://hunter2@git.example.com/x", "ssh://a:hunter2@h/x"]
)
def test_an_address_with_a_password_is_refused_and_the_password_kept_nowhere(program: Program, repo: str) -> None:
    line = f"package create secret --repo {repo}"

    with pytest.raises(BadCommand, match="password or token") as wrong:
        program.asking.ask(line, asked("terminal:ops"))
    program.asking.refused(line, asked("terminal:ops"), wrong.value)

    (entry,) = program.noodle.audit.latest()
    assert entry.line.startswith("package create secret --repo ")
    assert "hunter2" not in f"{entry} {wrong.value.to_json()}"
    assert program.noodle.packages.find("secret") is None


def test_an_address_whose_user_is_no_secret_is_taken(program: Program) -> None:
    program.asking.ask("package create plain --repo ssh://git@git.example.com/x.git", asked("terminal:ops"))

    assert program.noodle.packages.get("plain").repo == "ssh://git@git.example.com/x.git"
