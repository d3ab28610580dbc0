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
