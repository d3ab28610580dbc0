from datetime import timedelta

import pytest
from sqlalchemy import text

from core.asked import Place
from core.clock import StoppedClock
from core.db import Database
from core.notify.model import Handle, Mode, Notice
from core.notify.service import Outbox

RELEASES, RANDOM = Place(channel="C1"), Place(channel="C2")


def said(what: str, place: Place = RELEASES) -> Notice:
    return Notice(mode=Mode.POST, place=place, view="message", data={"text": what})


def take_all(outbox: Outbox) -> list[str]:
    taken = []
    while ready := outbox.ready():
        for head in ready:
            queued = outbox.take(head.id)
            assert queued is not None
            taken.append(queued.notice.data["text"])
            outbox.sent(head.id, None)
    return taken


def test_notices_of_a_channel_leave_in_the_order_they_came(outbox: Outbox) -> None:
    for number in range(5):
        outbox.add(said(str(number)))

    assert take_all(outbox) == ["0", "1", "2", "3", "4"]


def test_only_the_head_of_a_channel_is_ready_but_other_channels_do_not_wait_for_it(outbox: Outbox) -> None:
    for number in range(2):
        outbox.add(said(f"a{number}"))
        outbox.add(said(f"b{number}", RANDOM))

    ready = outbox.ready()

    assert len(ready) == 2
    assert outbox.take(ready[0].id) is not None
    assert outbox.ready() == ready[1:]


def test_a_postponed_head_holds_its_channel_back_until_its_time(outbox: Outbox, clock: StoppedClock) -> None:
    outbox.add(said("first"))
    outbox.add(said("second"))
    (head,) = outbox.ready()
    outbox.take(head.id)
    outbox.postpone(head.id, timedelta(seconds=30), "ratelimited")

    assert outbox.ready() == []
    clock.move(seconds=31)
    assert take_all(outbox) == ["first", "second"]


def test_a_living_message_that_still_waits_is_replaced_by_its_newer_self(outbox: Outbox) -> None:
    outbox.show("run:1", RELEASES, "run", {"text": "10 %"})
    outbox.add(said("between"))
    outbox.show("run:1", RELEASES, "run", {"text": "90 %"})

    assert take_all(outbox) == ["90 %", "between"]


def test_a_living_message_being_sent_is_not_touched(outbox: Outbox) -> None:
    outbox.show("run:1", RELEASES, "run", {"text": "10 %"})
    (first,) = outbox.ready()
    taken = outbox.take(first.id)
    outbox.show("run:1", RELEASES, "run", {"text": "90 %"})
    outbox.sent(first.id, Handle(key="run:1", channel="C1", ts="1.2"))

    assert taken is not None
    assert taken.notice.data == {"text": "10 %"}
    assert take_all(outbox) == ["90 %"]
    assert outbox.handle("run:1", "C1") == outbox.handle_at("C1", "1.2")


def test_what_is_said_in_a_transaction_that_fails_is_never_said(outbox: Outbox, db: Database) -> None:
    woken = []
    outbox.on_news(lambda: woken.append(1))

    def half_done() -> None:
        with db.begin():
            outbox.add(said("half done"))
            raise KeyError

    with pytest.raises(KeyError):
        half_done()

    assert outbox.ready() == []
    assert woken == []


def test_two_senders_never_take_the_same_notice(outbox: Outbox) -> None:
    outbox.add(said("once"))
    (only,) = outbox.ready()

    assert outbox.take(only.id) is not None
    assert outbox.take(only.id) is None


def test_what_a_dead_sender_was_sending_is_in_doubt(outbox: Outbox) -> None:
    outbox.add(said("maybe"))
    (only,) = outbox.ready()
    outbox.take(only.id)

    assert outbox.recover() == 1
    queued = outbox.take(only.id)
    assert queued is not None
    assert queued.doubtful
    assert queued.attempts == 2


def test_a_secret_stands_nowhere_in_clear_and_is_gone_once_it_is_sent(outbox: Outbox, db: Database) -> None:
    outbox.add(Notice(mode=Mode.WHISPER, place=RELEASES, view="message", data={"text": "ndl_hunter2"}, secret=True))

    (only,) = outbox.ready()
    queued = outbox.take(only.id)
    with db.read() as session:
        stored = str(session.connection().execute(text("SELECT * FROM outbox")).all())
    outbox.sent(only.id, None)
    with db.read() as session:
        sealed = session.connection().execute(text("SELECT sealed FROM outbox")).scalar()

    assert queued is not None
    assert queued.notice.data == {"text": "ndl_hunter2"}
    assert "hunter2" not in stored
    assert sealed == ""


def test_the_backlog_counts_what_waits_and_since_when(outbox: Outbox, clock: StoppedClock) -> None:
    since = clock.now()
    outbox.add(said("a"))
    clock.move(minutes=1)
    outbox.add(said("b"))

    assert outbox.backlog() == (2, since)


def test_one_process_sends_until_its_time_is_over(outbox: Outbox, clock: StoppedClock) -> None:
    assert outbox.hold_sender("a", 15)
    assert not outbox.hold_sender("b", 15)
    clock.move(seconds=10)
    assert outbox.hold_sender("a", 15)
    clock.move(seconds=14)
    assert not outbox.hold_sender("b", 15)
    clock.move(seconds=2)
    assert outbox.hold_sender("b", 15)
