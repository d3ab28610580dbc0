"""Answering what waits in the inbox: once, where it was asked, and all of it or nothing."""

import json
import logging
from collections.abc import Mapping
from typing import Any

import pytest

from bot.answers import EMOJI, REACTIONS, Answers
from bot.ask import Asking
from bot.bootstrap import Program
from bot.command import Args, Command
from bot.commands import discover
from bot.message import Message, Modal
from core.access.model import Role
from core.app import Noodle
from core.asked import Asked, Place
from core.audit.model import Entry, Outcome
from core.errors import Refused
from core.inbox.model import Inbound, Source
from core.notify.model import Handle, Mode, Notice
from core.tasks.model import Task, TaskState

ADA = "slack:T1:UADA"
VIC = "slack:T1:UVIC"


class Desk:
    """A chat that is a list: forms that were opened, home tabs that were shown."""

    def __init__(self, *, late: bool = False) -> None:
        self.late = late
        self.modals: list[Modal] = []
        self.homes: list[Modal] = []

    def open_modal(self, trigger: str, modal: Modal) -> None:
        """Open a form, unless it is too late."""
        if self.late:
            raise Refused("Slack did not open the form: expired_trigger_id.")
        self.modals.append(modal)

    def publish_home(self, person: str, modal: Modal) -> None:
        """Show a home tab."""
        self.homes.append(modal)

    def name_of(self, person: str) -> str:
        """Return a name."""
        return {ADA: "Ada"}.get(person, person)


class World:
    """Requests and what is said to them."""

    def __init__(self, program: Program, chat: Desk | None = None, more: Mapping[str, Command] | None = None) -> None:
        self.noodle = program.noodle
        self.noodle.access.grant(ADA, Role.ADMIN, "*", "*", "test")
        asking = Asking(self.noodle, {**discover(), **(more or {})}, lambda person: person.rpartition(":")[2])
        self.answers = Answers(asking, chat)

    def keep(self, line: str, source: Source = Source.COMMAND, **more: Any) -> Inbound:
        """Have a request come in."""
        given = {"person": ADA, "place": Place(channel="C1"), "message": "1.1", **more}
        inbound = Inbound(key=f"k-{line}-{source}", source=source, line=line, **given)
        self.noodle.inbox.accept(inbound)
        return inbound

    def answer(self, line: str, source: Source = Source.COMMAND, **more: Any) -> list[Notice]:
        """Have a request come in and be answered; return what is said, and to whom."""
        self.answers.answer(self.keep(line, source, **more).key)
        return self.said()

    def said(self) -> list[Notice]:
        """Return all that waits to be said, as it would be said."""
        found = []
        while heads := self.noodle.outbox.ready():
            for head in heads:
                taken = self.noodle.outbox.take(head.id)
                assert taken is not None
                self.noodle.outbox.sent(head.id, None)
                found.append(taken.notice)
        return found

    def audit(self) -> list[Entry]:
        """Return the audit trail, newest first."""
        return self.noodle.audit.latest(limit=100)

    def task(self) -> Task:
        """Return a task whose message stands in the channel."""
        task = self.noodle.tasks.add("look", Place(channel="C1"))
        notices = self.noodle.outbox.ready()
        self.noodle.outbox.take(notices[0].id)
        self.noodle.outbox.sent(notices[0].id, Handle(key=task.subject, channel="C1", ts="7.7"))
        return task


@pytest.fixture
def world(program: Program) -> World:
    """Return requests on a real database, without a chat."""
    return World(program)


@pytest.mark.parametrize(
    ("source", "place", "mode", "where"),
    [
        (Source.COMMAND, Place(channel="C1"), Mode.WHISPER, Place(channel="C1")),
        (Source.BUTTON, Place(channel="C1", thread="5.5"), Mode.WHISPER, Place(channel="C1", thread="5.5")),
        (Source.MODAL, Place(channel="C1"), Mode.WHISPER, Place(channel="C1")),
        (Source.MODAL, None, Mode.DIRECT, Place(channel="")),
        (Source.MENTION, Place(channel="C1"), Mode.POST, Place(channel="C1", thread="1.1")),
        (Source.MENTION, Place(channel="C1", thread="5.5"), Mode.POST, Place(channel="C1", thread="5.5")),
        (Source.DIRECT, Place(channel="D1"), Mode.POST, Place(channel="D1")),
    ],
)
def test_an_answer_is_said_where_it_was_asked(
    world: World, source: Source, place: Place | None, mode: Mode, where: Place
) -> None:
    (notice,) = world.answer("whoami", source, place=place)

    assert (notice.mode, notice.place, notice.person) == (mode, where, ADA)
    assert ADA in notice.data["text"]


def test_a_secret_asked_for_in_front_of_everybody_is_told_in_private(world: World) -> None:
    (notice,) = world.answer("token create ci", Source.MENTION)

    assert (notice.mode, notice.person, notice.secret) == (Mode.DIRECT, ADA, True)
    assert "ndl_" in notice.data["text"]


def test_a_secret_stands_in_the_outbox_sealed(world: World) -> None:
    world.answers.answer(world.keep("token create ci").key)
    with world.noodle.db.read() as session:
        rows = str([tuple(row) for row in session.connection().exec_driver_sql("SELECT * FROM outbox")])

    (notice,) = world.said()
    secret = notice.data["text"].partition("once: ")[2].split()[0]
    assert secret.startswith("ndl_")
    assert secret not in rows


def test_a_refusal_is_private_even_to_a_mention_and_written_down(world: World) -> None:
    (notice,) = world.answer("build hello-noodle", Source.MENTION, person=VIC)

    assert (notice.mode, notice.person) == (Mode.WHISPER, VIC)
    assert "build:run needs developer for hello-noodle" in notice.data["text"]
    assert "Ask UADA" in notice.data["text"]
    (entry,) = world.audit()
    assert (entry.outcome, entry.person, entry.source) == (Outcome.DENIED, VIC, "mention")
    assert world.noodle.runs.latest() == []


def test_a_request_is_answered_once_however_often_it_comes_in(world: World) -> None:
    inbound = world.keep("task add look at it")
    assert not world.noodle.inbox.accept(inbound)

    for _ in range(3):
        world.answers.answer(inbound.key)

    assert len(world.noodle.tasks.unfinished()) == 1
    assert len(world.said()) == 1
    assert [entry.request for entry in world.audit()] == [inbound.key]


def test_a_refusal_is_said_once(world: World) -> None:
    inbound = world.keep("confirm 99")

    for _ in range(2):
        world.answers.answer(inbound.key)

    assert len(world.said()) == len(world.audit()) == 1


def test_a_request_nobody_made_is_nothing(world: World) -> None:
    world.answers.answer("never")

    assert world.said() == []


class NoArgs(Args):
    """Nothing to say."""


def _fall_over(_args: NoArgs, _asked: Asked, noodle: Noodle) -> Task:
    noodle.tasks.add("half done", Place(channel="C1"))
    raise RuntimeError("the reason, with a secret: hunter2")


def _work(_args: NoArgs, _asked: Asked, noodle: Noodle) -> Task:
    return noodle.tasks.add("half done", Place(channel="C1"))


def _show_nothing(_task: Task) -> Message:
    raise RuntimeError("the reason, with a secret: hunter2")


@pytest.mark.parametrize(
    "command",
    [
        Command(name="boom", summary="", args=NoArgs, examples=("boom",), allow="help:read", run=_fall_over),
        Command(
            name="boom", summary="", args=NoArgs, examples=("boom",), allow="help:read", run=_work, show=_show_nothing
        ),
    ],
    ids=["in the command", "in showing its answer"],
)
def test_a_fault_of_ours_undoes_all_and_is_told_by_an_id_that_is_in_the_log(
    program: Program, command: Command, caplog: pytest.LogCaptureFixture
) -> None:
    world = World(program, more={"boom": command})

    with caplog.at_level(logging.ERROR):
        (notice,) = world.answer("boom")

    text = notice.data["text"]
    fault = text.partition("(")[2].partition(")")[0]
    assert f"fault {fault} while answering 'boom'" in caplog.text
    assert "hunter2" not in text
    assert world.noodle.tasks.unfinished() == []
    (entry,) = world.audit()
    assert entry.outcome is Outcome.REFUSED
    assert fault in entry.reason
    assert world.noodle.inbox.waiting("k-boom-command") is None


def test_the_log_of_a_fault_has_no_password(program: Program, caplog: pytest.LogCaptureFixture) -> None:
    boom = Command(name="boom", summary="", args=NoArgs, examples=("boom",), allow="help:read", run=_fall_over)
    made = Command(
        name="boom at", summary="", args=discover()["can"].args, examples=("boom",), allow="help:read", run=boom.run
    )

    World(program, more={"boom at": made}).answer("boom at https://bob:sesame@git.example.com/x.git")

    assert "sesame" not in caplog.text
    assert "https://…@git.example.com/x.git" in caplog.text


def test_what_only_reads_leaves_its_answer_and_no_audit_row(world: World) -> None:
    (notice,) = world.answer("status")

    assert "Everything" in notice.data["text"]
    assert world.audit() == []


@pytest.mark.parametrize(
    ("emoji", "removed", "before", "after"),
    [
        ("white_check_mark", False, "", TaskState.DONE),
        ("heavy_check_mark", False, "", TaskState.DONE),
        ("white_check_mark", True, "task done 1", TaskState.OPEN),
        ("eyes", False, "", TaskState.CLAIMED),
        ("eyes", True, "task claim 1", TaskState.OPEN),
        ("leftwards_arrow_with_hook", False, "task done 1", TaskState.OPEN),
        ("leftwards_arrow_with_hook", True, "task done 1", TaskState.DONE),
    ],
)
def test_a_reaction_on_a_task_is_its_command(
    world: World, emoji: str, removed: bool, before: str, after: TaskState
) -> None:
    task = world.task()
    if before:
        world.answer(before)

    world.answer(emoji, Source.REACTION, message="7.7", removed=removed)

    assert world.noodle.tasks.get(task.id).state is after


def test_a_reaction_by_whoever_may_not_is_refused_in_private(world: World) -> None:
    task = world.task()

    (notice,) = world.answer("white_check_mark", Source.REACTION, message="7.7", person=VIC)

    assert (notice.mode, notice.person) == (Mode.WHISPER, VIC)
    assert "task:complete needs developer" in notice.data["text"]
    assert world.noodle.tasks.get(task.id).state is TaskState.OPEN
    assert world.audit()[0].outcome is Outcome.DENIED


@pytest.mark.parametrize(("emoji", "message"), [("white_check_mark", "9.9"), ("tada", "7.7")])
def test_a_reaction_that_means_nothing_there_says_nothing(world: World, emoji: str, message: str) -> None:
    task = world.task()

    assert world.answer(emoji, Source.REACTION, message=message) == []
    assert world.audit() == []
    assert world.noodle.tasks.get(task.id).state is TaskState.OPEN
    assert world.noodle.inbox.waiting(f"k-{emoji}-reaction") is None


def test_every_reaction_is_a_command_there_is() -> None:
    for meanings in REACTIONS.values():
        for lines in meanings.values():
            for line in filter(None, lines):
                assert " ".join(line.split()[:2]) in discover()
    assert {"white_check_mark", "eyes", "leftwards_arrow_with_hook"} <= EMOJI


def test_what_is_missing_is_asked_for_in_a_form_with_what_there_is(program: Program) -> None:
    chat = Desk()
    world = World(program, chat)

    assert world.answer("deploy --reason now", trigger="t1") == []

    (modal,) = chat.modals
    assert json.loads(modal.view["private_metadata"])["command"] == "deploy"
    assert "staging" in str(modal.view)
    assert world.audit() == []
    assert world.noodle.inbox.waiting("k-deploy --reason now-command") is None


@pytest.mark.parametrize(("late", "trigger"), [(True, "t1"), (False, "")])
def test_where_no_form_can_be_opened_what_is_missing_is_said(program: Program, late: bool, trigger: str) -> None:
    world = World(program, Desk(late=late))

    (notice,) = world.answer("deploy", trigger=trigger)

    assert "needs <environment>" in notice.data["text"].replace("&lt;", "<").replace("&gt;", ">")
    assert world.audit()[0].outcome is Outcome.REFUSED


def test_people_are_called_what_the_chat_calls_them(program: Program) -> None:
    world = World(program, Desk())

    world.answer("task add look", name="ada.lovelace")

    assert world.audit()[0].name == "Ada"


def test_the_home_tab_is_for_those_who_may_see_it_and_says_why_not_to_others(program: Program) -> None:
    chat = Desk()
    world = World(program, chat)

    for person in (ADA, VIC):
        inbound = Inbound(key=f"home-{person}", source=Source.HOME, person=person, line="status")
        world.noodle.inbox.accept(inbound)
        world.answers.answer(inbound.key)

    hers, his = chat.homes
    assert "staging" in str(hers.view)
    assert "staging" not in str(his.view)
    assert "status:read needs viewer" in str(his.view)
    assert world.said() == []


def test_a_home_tab_asked_for_without_a_chat_is_done_with(world: World) -> None:
    assert world.answer("status", Source.HOME, place=None) == []
    assert world.noodle.inbox.waiting("k-status-home") is None
