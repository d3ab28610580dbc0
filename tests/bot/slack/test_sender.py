import logging
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from bot.sandbox.slack.server import SandboxSlack
from bot.slack.delivery import Delivery
from bot.slack.sender import Sender
from core.asked import Place
from core.notify.model import Mode, Notice
from core.notify.service import Outbox
from core.seal import Seal
from tests.bot.slack.conftest import said, until


@dataclass
class Mail:
    """An outbox, what delivers it, and the workspace it arrives in."""

    slack: SandboxSlack
    outbox: Outbox
    delivery: Delivery
    sender: Sender

    @property
    def general(self) -> str:
        """Return the id of #general."""
        return self.slack.workspace.channel("general").id

    @property
    def person(self) -> str:
        """Return somebody."""
        return f"slack:{self.slack.workspace.team_id}:{self.slack.workspace.user('dev').id}"

    @property
    def im(self) -> str:
        """Return that person's conversation with the bot."""
        return self.slack.workspace.im(self.slack.workspace.user("dev").id).id

    def show(self, text: str) -> None:
        """Show a living message in #general."""
        self.outbox.show("run:1", Place(channel=self.general), "message", {"text": text, "blocks": []})

    def drained(self) -> None:
        """Wait until nothing waits to be sent."""
        until(lambda: self.outbox.backlog()[0] == 0, 30)

    def texts(self, channel: str = "") -> list[str]:
        """Return what stands in a channel."""
        return [str(m["text"]) for m in self.slack.workspace.timeline.history(channel or self.general)]

    def whispers(self, channel: str = "") -> list[str]:
        """Return what one person alone sees in a channel."""
        user = self.slack.workspace.user("dev").id
        return [str(m["text"]) for m in self.slack.workspace.timeline.ephemerals(channel or self.general, user)]

    def calls(self, method: str) -> int:
        """Return how often a method was called."""
        return sum(call.method == method for call in self.slack.calls)


@pytest.fixture
def idle(slack: SandboxSlack, outbox: Outbox, delivery: Delivery) -> Mail:
    """Return an outbox whose sender has not begun."""
    return Mail(slack, outbox, delivery, Sender(outbox, delivery))


@pytest.fixture
def mail(idle: Mail) -> Iterator[Mail]:
    """Return an outbox whose sender is at work."""
    idle.sender.start()
    yield idle
    idle.sender.stop()


def test_a_living_message_is_posted_once_and_edited_ever_after(mail: Mail) -> None:
    for text in ("building", "testing", "done"):
        mail.show(text)
        mail.drained()
    assert mail.texts() == ["done"]
    assert (mail.calls("chat.postMessage"), mail.calls("chat.update")) == (1, 2)


def test_a_living_message_somebody_deleted_is_posted_anew(mail: Mail) -> None:
    mail.show("building")
    mail.drained()
    (message,) = mail.slack.workspace.timeline.history(mail.general)
    mail.slack.workspace.timeline.delete(mail.general, str(message["ts"]))
    mail.show("testing")
    mail.drained()
    mail.show("done")
    mail.drained()
    assert mail.texts() == ["done"]


def test_what_is_said_under_a_living_message_stands_in_its_thread(mail: Mail) -> None:
    mail.show("building")
    mail.outbox.add(said("the log", mail.general, under="run:1"))
    mail.drained()
    (message,) = mail.slack.workspace.timeline.history(mail.general)
    replies = mail.slack.workspace.timeline.replies(mail.general, str(message["ts"]))
    assert [m["text"] for m in replies] == ["building", "the log"]


def test_a_message_of_its_own_never_takes_the_place_of_a_living_one(mail: Mail) -> None:
    mail.show("building")
    mail.outbox.add(said("a remark", mail.general, key="run:1"))
    mail.drained()
    mail.show("done")
    mail.drained()
    assert mail.texts() == ["done", "a remark"]


def test_a_hundred_messages_keep_their_order_in_every_channel(idle: Mail) -> None:
    channels = [idle.slack.workspace.add_channel(f"order-{n}").id for n in range(20)]
    for n in range(5):
        for channel in channels:
            idle.outbox.add(said(f"{n}", channel))
    idle.sender.start()
    idle.drained()
    idle.sender.stop()
    assert [idle.texts(channel) for channel in channels] == [["0", "1", "2", "3", "4"]] * 20


def test_real_limits_are_kept_to_without_a_single_refusal(mail: Mail) -> None:
    mail.slack.set_limits("real")
    for n in range(7):
        mail.outbox.add(said(f"{n}", mail.general))
    mail.drained()
    assert mail.texts() == ["0", "1", "2", "3", "4", "5", "6"]
    assert mail.calls("chat.postMessage") == 7


def test_a_post_that_broke_off_after_it_was_taken_stands_once(mail: Mail) -> None:
    mail.slack.faults.break_next("chat.postMessage")
    mail.show("building")
    mail.drained()
    assert mail.texts() == ["building"]
    assert mail.calls("chat.postMessage") == 1
    mail.show("done")
    mail.drained()
    assert mail.texts() == ["done"]


def test_a_broken_off_post_in_a_thread_stands_once(mail: Mail) -> None:
    root = mail.slack.person("dev").say("general", "a thread")
    mail.slack.faults.break_next("chat.postMessage")
    mail.outbox.add(said("answer", mail.general, thread=root))
    mail.drained()
    assert [m["text"] for m in mail.slack.workspace.timeline.replies(mail.general, root)] == ["a thread", "answer"]


def test_what_changed_while_a_broken_off_post_waited_is_shown(idle: Mail) -> None:
    idle.slack.faults.break_next("chat.postMessage")
    idle.show("10 %")
    first = Sender(idle.outbox, idle.delivery)
    first.start()
    until(lambda: idle.texts() == ["10 %"])
    first.stop()
    idle.show("90 %")
    second = Sender(idle.outbox, idle.delivery)
    second.start()
    idle.drained()
    second.stop()
    assert idle.texts() == ["90 %"]


def test_what_a_dead_process_was_sending_is_looked_up_before_it_is_sent(idle: Mail) -> None:
    idle.outbox.add(said("once", idle.general))
    (head,) = idle.outbox.ready()
    queued = idle.outbox.take(head.id)
    assert queued is not None
    idle.delivery.deliver(queued)  # and here the process dies
    idle.sender.start()
    idle.drained()
    idle.sender.stop()
    assert idle.texts() == ["once"]


def test_a_post_never_taken_is_repeated_until_it_is(mail: Mail) -> None:
    mail.slack.faults.fail_next("chat.postMessage", status=503)
    mail.outbox.add(said("hello", mail.general))
    mail.drained()
    assert mail.texts() == ["hello"]


def test_slack_asking_to_wait_is_waited_for_and_nothing_is_lost(mail: Mail) -> None:
    mail.slack.throttle_next("chat.postMessage", 1)
    mail.outbox.add(said("one", mail.general))
    mail.outbox.add(said("two", mail.general))
    mail.drained()
    assert mail.texts() == ["one", "two"]
    assert mail.calls("chat.postMessage") == 3


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_blocks_too_long", "invalid_blocks_format"])
def test_a_message_whose_shape_is_refused_goes_out_as_text(mail: Mail, error: str) -> None:
    mail.slack.faults.error_next("chat.postMessage", error)
    mail.outbox.add(said("plain words", mail.general, blocks=[{"type": "divider"}]))
    mail.drained()
    (message,) = mail.slack.workspace.timeline.history(mail.general)
    assert message["text"] == "plain words"
    assert not message.get("blocks")


def test_blocks_slack_does_not_know_never_lose_the_words(mail: Mail) -> None:
    mail.outbox.add(said("plain words", mail.general, blocks=[{"type": "hologram"}]))
    mail.drained()
    assert mail.texts() == ["plain words"]


def test_a_view_that_fails_is_said_plainly_with_the_id_its_cause_stands_under(
    mail: Mail, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        mail.outbox.show("run:1", Place(channel=mail.general), "no_such_view", {"title": "<!channel>"})
        mail.drained()
    (shown,) = mail.texts()
    fault = shown.partition("(")[2].partition(")")[0]
    assert fault
    assert f"fault {fault}: the view no_such_view" in caplog.text
    assert "<!channel>" not in shown


def test_a_private_answer_reaches_one_person_where_the_bot_is_not(mail: Mail, seal: Seal) -> None:
    random = mail.slack.workspace.channel("random")
    mail.slack.person("dev").say("random", "first")  # a channel the bot is not in
    user = mail.slack.workspace.user("dev").id
    response = mail.slack.workspace.tickets.response(user, random.id)
    address = f"{mail.slack.url}/response/{mail.slack.workspace.team_id}/{response.token}"
    notice = said("only you", random.id, Mode.WHISPER, person=mail.person, respond=seal.close(address))
    mail.outbox.add(notice)
    mail.drained()
    assert mail.whispers(random.id) == ["only you"]
    assert mail.calls("chat.postEphemeral") == 0


@pytest.mark.parametrize("address", ["", "http://127.0.0.1:9/response", "used"])
def test_without_a_good_reply_address_a_private_answer_goes_the_other_way(mail: Mail, seal: Seal, address: str) -> None:
    if address == "used":
        address = f"{mail.slack.url}/response/{mail.slack.workspace.team_id}/spent"
    notice = said("only you", mail.general, Mode.WHISPER, person=mail.person, respond=seal.close(address))
    mail.outbox.add(notice)
    mail.drained()
    assert mail.whispers() == ["only you"]
    assert mail.calls("chat.postEphemeral") == 1


def test_a_reply_address_sealed_with_a_lost_key_does_not_lose_the_answer(mail: Mail) -> None:
    mail.outbox.add(said("only you", mail.general, Mode.WHISPER, person=mail.person, respond="not sealed by us"))
    mail.drained()
    assert mail.whispers() == ["only you"]


def test_a_direct_message_reaches_a_person(mail: Mail) -> None:
    mail.outbox.add(said("hello", "", Mode.DIRECT, person=mail.person))
    mail.drained()
    assert mail.texts(mail.im) == ["hello"]


def secret_channel(slack: SandboxSlack) -> str:
    channel = slack.workspace.add_channel("secret", is_private=True)
    return channel.id


def test_what_cannot_be_said_in_a_channel_is_told_to_the_person_with_what_to_do(mail: Mail) -> None:
    mail.outbox.add(said("it is live", secret_channel(mail.slack), person=mail.person))
    mail.drained()
    (told,) = mail.texts(mail.im)
    assert "/invite @noodle" in told
    assert "it is live" in told


def test_an_archived_channel_does_not_hold_up_the_others(mail: Mail) -> None:
    mail.slack.workspace.channel("releases").is_archived = True
    mail.outbox.add(said("lost", mail.slack.workspace.channel("releases").id, person=mail.person))
    mail.outbox.add(said("heard", mail.general))
    mail.drained()
    assert mail.texts() == ["heard"]
    (told,) = mail.texts(mail.im)
    assert "archived" in told


def test_a_person_who_cannot_be_written_to_is_not_written_to_about_that(mail: Mail) -> None:
    mail.outbox.add(said("hello", "", Mode.DIRECT, person=f"slack:{mail.slack.workspace.team_id}:UNOBODY"))
    mail.drained()
    assert mail.calls("conversations.open") == 1


def test_a_refused_token_drops_nothing_and_is_said_in_the_check(mail: Mail) -> None:
    mail.slack.faults.error_next("chat.postMessage", "token_revoked")
    mail.outbox.add(said("patience", mail.general))
    until(lambda: not mail.sender.check().ok)
    assert "token_revoked" in mail.sender.check().detail
    assert mail.outbox.backlog()[0] == 1


def test_a_secret_sealed_with_a_lost_key_does_not_hold_up_its_queue(idle: Mail) -> None:
    lost = Outbox(idle.outbox._db, idle.outbox._clock, Seal.from_text("hpH0p0FQ8cFzq9lJYh0b0mVvC7dQ3m4R2mX1pZ0xQbE="))
    lost.add(said("gone", idle.general, secret=True))
    idle.outbox.add(said("heard", idle.general))
    idle.sender.start()
    idle.drained()
    idle.sender.stop()
    assert idle.texts() == ["heard"]


def test_of_two_processes_one_sends_and_the_other_takes_over(idle: Mail) -> None:
    first, second = idle.sender, Sender(idle.outbox, idle.delivery)
    first.start()
    idle.outbox.add(said("one", idle.general))
    idle.drained()
    second.start()
    idle.outbox.add(said("two", idle.general))
    idle.drained()
    first.stop()
    idle.outbox.add(said("three", idle.general))
    idle.drained()
    second.stop()
    assert idle.texts() == ["one", "two", "three"]


def test_every_message_is_sent_with_text_and_nothing_read_into_it(mail: Mail) -> None:
    mail.outbox.add(said("hello", mail.general))
    mail.show("one")
    mail.drained()
    mail.show("two")
    mail.drained()
    for call in mail.slack.calls:
        if call.method in {"chat.postMessage", "chat.update"}:
            assert call.args["text"]
            assert call.args["parse"] == "none"
    notices = [m["metadata"]["event_payload"]["notice"] for m in mail.slack.workspace.timeline.history(mail.general)]
    assert len(set(notices)) == 2


def test_a_notice_for_a_terminal_is_dropped_without_a_word(mail: Mail) -> None:
    mail.outbox.add(Notice(mode=Mode.POST, place=Place(channel="CNOWHERE"), view="message", data={"text": "x"}))
    mail.drained()
    assert mail.calls("conversations.open") == 0
