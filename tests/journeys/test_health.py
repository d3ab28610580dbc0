"""An integration goes down and comes back: the channel that follows health hears of it, once each way."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from quick_builder import providers
from team import Team

from core.ports import Check
from core.provider import Connected, Provider


class Weather:
    """An outside system that is as it is told to be."""

    def __init__(self) -> None:
        self.up = True

    def check(self) -> Check:
        """Say how it is."""
        if self.up:
            return Check(ok=True, detail="the sun shines")
        return Check(ok=False, detail="it rains <!channel>", fix="Wait for the wind.")


@pytest.fixture
def weather() -> Weather:
    """Return an outside system."""
    return Weather()


@pytest.fixture
def team(tmp_path: Path, weather: Weather) -> Iterator[Team]:
    """Return a team whose Noodle knows that system."""
    known = Provider(name="weather", summary="weather", connect=lambda _kit: Connected(check=weather))
    made = Team(tmp_path / "home", providers={**providers(), "weather": known})
    made.start()
    made.wait(lambda: "weather" in {one.name for one in made.noodle.health.latest()})  # the timer's own first look
    yield made
    made.stop()


def told(team: Team) -> list[str]:
    """Return what the channel was told about the system, once nothing more waits to be said."""
    team.wait(lambda: team.noodle.outbox.backlog()[0] == 0)
    said = [one["text"] for one in team.person("ada").messages("releases")]
    return [text for text in said if text.startswith("weather ")]


def test_going_down_and_coming_back_is_told_once_each(team: Team, weather: Weather) -> None:
    for up in (True, False, False, False, True, True):
        weather.up = up
        team.noodle.health.check_all()

    down, back = told(team)
    assert "is down: it rains &lt;!channel&gt;" in down
    assert "Wait for the wind." in down
    assert "is well again: the sun shines" in back


def test_what_is_down_stands_in_the_status_with_what_to_do(team: Team, weather: Weather) -> None:
    weather.up = False
    team.noodle.health.check_all()

    status = team.whispered("vic", "/noodle status")

    assert "DOWN: weather: it rains" in status["text"]
    assert "Wait for the wind." in str(status["blocks"])


def test_every_change_is_news_however_often_it_changes(team: Team, weather: Weather) -> None:
    for up in (False, True, False, True):
        weather.up = up
        team.noodle.health.check_all()

    assert ["down" in text for text in told(team)] == [True, False, True, False]


def test_a_channel_that_unsubscribed_hears_no_more(team: Team, weather: Weather) -> None:
    team.whispered("ada", "/noodle unsubscribe health")
    weather.up = False
    team.noodle.health.check_all()
    team.whispered("ada", "/noodle subscribe health")
    weather.up = True
    team.noodle.health.check_all()

    (only,) = told(team)
    assert "is well again" in only
