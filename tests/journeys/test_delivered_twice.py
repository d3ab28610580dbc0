"""What Slack delivers more than once happens once, on either database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from team import Team


@pytest.fixture
def anywhere(tmp_path: Path, database_url: str) -> Iterator[Team]:
    """Return a team on each kind of database."""
    made = Team(tmp_path / "home", database_url)
    made.start()
    yield made
    made.stop()


def test_an_event_delivered_four_times_happens_once(anywhere: Team) -> None:
    anywhere.whispered("ada", f"/noodle package create hello-noodle --repo {anywhere.repo}")
    anywhere.say("ada", "@noodle build hello-noodle")
    anywhere.over(1)
    events = [one for one in anywhere.demo.slack.deliveries if "build hello-noodle" in str(one)]

    for one in events:
        anywhere.demo.slack.redeliver(one.event_id, 3)
    anywhere.whispered("ada", "/noodle status")

    assert events
    assert len(anywhere.noodle.runs.latest(kinds=("build",))) == 1
    assert len([entry for entry in anywhere.audit(limit=50) if entry.action == "build"]) == 1


def test_a_message_is_posted_once_though_the_connection_broke_after_slack_took_it(anywhere: Team) -> None:
    anywhere.demo.slack.faults.break_next("chat.postMessage")

    anywhere.say("ada", "@noodle whoami")
    found = anywhere.wait(lambda: _answers(anywhere))
    anywhere.wait(lambda: anywhere.noodle.outbox.backlog()[0] == 0)

    assert len(found) == 1
    assert len(_answers(anywhere)) == 1


def _answers(team: Team) -> list[object]:
    roots = [
        one for one in team.person("ada").messages("releases") if "whoami" in one["text"] and one["user"] != "U00NOODLE"
    ]
    thread = team.person("ada").messages("releases", roots[-1]["ts"]) if roots else []
    return [one for one in thread if "You are" in str(one) or "slack:T01NOODLE" in one["text"]]


def test_a_button_pressed_twice_deploys_once(anywhere: Team) -> None:
    anywhere.ship()
    plan = anywhere.ran("ada", "/noodle deploy hello-noodle to staging")
    card = anywhere.message_of(plan)
    buttons = [one for block in card["blocks"] for one in block.get("elements", []) if one["type"] == "button"]
    deploy = next(one["action_id"] for one in buttons if one["text"]["text"] == "Deploy")

    for _ in range(2):
        anywhere.person("ada").click(card, deploy)
    refused = anywhere.person("ada").wait_message("releases", "is already")
    done = anywhere.ended(plan.number)

    assert refused["ephemeral"]
    assert done.state == "succeeded"
    assert len(anywhere.noodle.runs.latest(kinds=("deploy",))) == 1
    assert len(anywhere.noodle.tasks.unfinished()) == 1
    outcomes = sorted(entry.outcome for entry in anywhere.audit(limit=50) if entry.action == "confirm")
    assert outcomes == ["done", "refused"]


def test_an_ack_that_is_lost_brings_the_event_again_and_it_happens_once(anywhere: Team) -> None:
    anywhere.demo.slack.faults.swallow_acks()

    anywhere.say("ada", "@noodle task add look at it")
    anywhere.wait(lambda: any(len(one.outcomes) > 1 and one.acked for one in anywhere.demo.slack.deliveries))

    assert len(anywhere.noodle.tasks.unfinished()) == 1
    assert len([entry for entry in anywhere.audit(limit=50) if entry.action == "task add"]) == 1
    anywhere.wait(lambda: anywhere.noodle.outbox.backlog()[0] == 0)
    told = [one for one in _everything(anywhere) if one["text"].startswith("Task 1:")]
    assert len(told) == 1


def _everything(team: Team) -> list[dict[str, str]]:
    ada = team.person("ada")
    roots = ada.messages("releases")
    return [*roots, *(one for root in roots for one in ada.messages("releases", root["ts"])[1:])]
