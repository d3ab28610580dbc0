"""A newcomer does what the welcome says, by whichever way, and everybody sees what comes of it."""

import logging
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import inspect
from team import Team

from bot.commands import discover
from bot.grammar import arguments, find, parse
from core.asked import Asked
from core.audit.model import Outcome
from core.runs.model import Run

Json = dict[str, Any]
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """Return a team that has published 0.1.0 and put it live in staging; these tests build on one another's world."""
    made = Team(tmp_path_factory.mktemp("first") / "home")
    made.start()
    made.ship()
    assert made.ended(made.ran("ada", "/noodle deploy hello-noodle to staging --yes").number).state == "succeeded"
    yield made
    made.stop()


def element(message: Json, label: str) -> Json:
    """Return the button with this label."""
    elements: list[Json] = [one for block in message["blocks"] for one in block.get("elements", [])]
    return next(one for one in elements if one.get("type") == "button" and one["text"]["text"] == label)


def lines_of(text: str) -> list[str]:
    """Return the command lines a text tells people to type."""
    found = re.findall(r"/noodle ((?:[a-z<#][^`\n]*?))(?:\s{2,}.*)?(?=`|\n|$)", text)
    return [re.sub(r"<\w+>", "x", line).strip() for line in found]


def test_every_line_the_readme_tells_to_type_is_one_that_noodle_understands() -> None:
    lines = lines_of((ROOT / "README.md").read_text())

    assert len(lines) >= 9
    for line in lines:
        command, words = find(line, discover())
        arguments(command, parse(command, words))


def test_every_line_the_welcome_tells_to_type_is_one_that_noodle_understands(team: Team) -> None:
    welcome = next(one for one in team.person("ada").messages("releases") if "package create" in str(one["blocks"]))
    lines = lines_of(str([block.get("text", {}).get("text", "") for block in welcome["blocks"]]).replace("\\n", "\n"))

    assert len(lines) >= 5
    for line in lines:
        command, words = find(line, discover())
        arguments(command, parse(command, words))


def _slash(team: Team, line: str) -> None:
    team.say("ada", f"/noodle {line}")


def _mention(team: Team, line: str) -> None:
    root = team.say("ada", "let us see")
    team.say("ada", f"@noodle {line}", thread=root)


def _direct(team: Team, line: str) -> None:
    team.person("ada").say("@bot", line)


def _rest(team: Team, line: str) -> None:
    secret = team.token("ada", "ci --scope full")
    word, package = line.split()
    url = f"{team.demo.program.server.loopback_url}/api/v1/{word}"
    httpx.post(url, json={"package": package}, headers={"Authorization": f"Bearer {secret}"}).raise_for_status()


def _terminal(team: Team, line: str) -> None:
    team.demo.program.asking.ask(line, Asked(person="terminal:ops", name="ops", request="terminal"))


@pytest.mark.parametrize(
    ("way", "source"),
    [
        (_slash, "command"),
        (_mention, "mention"),
        (_direct, "direct"),
        (_rest, "rest"),
        (_terminal, "terminal"),
    ],
)
@pytest.mark.parametrize("line", ["test hello-noodle", "build hello-noodle"])
def test_a_line_does_the_same_by_every_way(
    team: Team, way: Callable[[Team, str], None], source: str, line: str
) -> None:
    number = team.noodle.runs.latest(limit=1)[0].number + 1

    way(team, line)
    run = team.over(number)

    assert (run.state, run.title) == ("succeeded", line)
    assert told(team, run)  # the channel follows the package, wherever it was asked for
    entry = next(one for one in team.audit(limit=5) if one.action == line.split(maxsplit=1)[0])
    assert (entry.outcome, entry.source, entry.line, entry.subject) == (Outcome.DONE, source, line, "hello-noodle")


def told(team: Team, run: Run) -> Json:
    """Return the run's message: in the thread where it was asked for, else in the channel."""
    thread = run.place.thread if run.place else ""
    return team.person("ada").wait_message("releases", f"(#{run.number}): done", thread=thread)


def test_a_run_is_one_message_and_its_details_stand_in_the_thread(team: Team) -> None:
    released = team.noodle.runs.latest(kinds=("release",))[-1]
    message = team.message_of(released)

    detail = team.person("ada").wait_message("releases", "feat: greet", thread=message["ts"])
    spoken_of = [one for one in team.person("ada").messages("releases") if f"(#{released.number})" in one["text"]]

    assert [one["ts"] for one in spoken_of] == [message["ts"]]
    assert message["edited"]
    assert detail["thread_ts"] == message["ts"]


def test_what_is_published_is_on_the_registrys_page_and_a_draft_is_not(team: Team) -> None:
    secret = team.token("dev", "page")
    url = f"{team.demo.program.server.loopback_url}/simple/hello-noodle/"
    drafted = team.ran("ada", "/noodle release hello-noodle 0.7.0")
    before = httpx.get(url, auth=("__token__", secret)).text

    team.person("ada").click(card := team.message_of(drafted), element(card, "Publish")["action_id"])
    team.over(drafted.number + 1)
    after = httpx.get(url, auth=("__token__", secret)).text

    assert "hello_noodle-0.7.0-py3-none-any.whl" not in before
    assert "hello_noodle-0.7.0-py3-none-any.whl" in after
    assert "v0.7.0" in team.tags()


def test_a_viewer_who_presses_deploy_is_refused_in_private_and_told_who_can(team: Team) -> None:
    plan = team.ran("ada", "/noodle deploy hello-noodle to staging")
    card = team.message_of(plan)

    team.person("vic").click(card, element(card, "Deploy")["action_id"])
    refused = team.person("vic").wait_message("releases", "You may not `confirm`")

    assert refused["ephemeral"]
    assert "deploy:run needs developer for hello-noodle in staging" in refused["text"]
    assert "Ask " in refused["text"]
    assert team.noodle.runs.get(plan.number).state == "planned"
    entry = team.audit(limit=1)[0]
    assert (entry.outcome, entry.source, entry.line) == (Outcome.DENIED, "button", f"confirm {plan.number}")
    assert not [one for one in team.person("ada").messages("releases") if "You may not `confirm`" in one["text"]]


def test_pressing_deploy_to_a_protected_environment_asks_once_more(team: Team) -> None:
    planned = team.ran("ada", "/noodle deploy hello-noodle to production")
    card = team.message_of(planned)

    sure = element(card, "Deploy")["confirm"]

    assert "production is protected" in sure["text"]["text"]
    assert "confirm" not in element(card, "Dry run")
    team.person("ada").click(card, element(card, "Deploy")["action_id"])
    done = team.ended(planned.number)
    assert done.state == "succeeded"
    assert team.message_of(done)["ts"] == card["ts"]
    tasks = [task.title for task in team.noodle.tasks.unfinished() if task.environment == "production"]
    assert [title.partition(" (")[0] for title in tasks] == ["Check the dashboards", "Tell support"]


def test_a_developer_may_not_deploy_to_production_and_a_form_tells_them_so_too(team: Team) -> None:
    team.say("dev", "/noodle deploy")
    errors = team.person("dev").fill(team.person("dev").wait_view(), environment="production")
    refused = team.person("dev").wait_message("releases", "deploy:protected needs releaser")

    assert errors == {}
    assert refused["ephemeral"]
    assert team.audit(limit=1)[0].source == "modal"


def test_what_went_live_can_be_taken_back_by_a_button_and_is(team: Team) -> None:
    team.ship("minor")
    deployed = team.ended(team.ran("ada", "/noodle deploy hello-noodle to staging --yes").number)
    card = team.message_of(deployed)
    before = str(deployed.detail["before"])

    team.person("dev").click(card, element(card, "Roll back")["action_id"])
    plan = team.over(deployed.number + 1)
    undo = team.message_of(plan)
    team.person("dev").click(undo, element(undo, "Roll back")["action_id"])
    back = team.ended(plan.number)

    assert back.state == "succeeded"
    assert live(team, back) == f"hello_noodle {before}"
    assert [(one.person[-3:], one.action) for one in team.audit(limit=2)] == [("DEV", "confirm"), ("DEV", "rollback")]


def live(team: Team, run: Run) -> str:
    """Return what the program that is live says."""
    program = team.home / "environments" / str(run.detail["environment"]) / run.package / "live" / "bin" / run.package
    return subprocess.run([str(program)], check=True, capture_output=True, text=True).stdout.strip()


def test_a_task_is_opened_again_by_an_arrow(team: Team) -> None:
    task = team.task("open")
    team.person("dev").react("releases", task["ts"], "white_check_mark")
    team.task("done by")

    team.person("ada").react("releases", task["ts"], "leftwards_arrow_with_hook")

    assert team.task("open")["ts"] == task["ts"]
    assert team.audit(limit=1)[0].line == "task reopen 1"


def test_an_emoji_that_means_nothing_is_not_even_kept(team: Team) -> None:
    task = team.task("")

    team.person("ada").react("releases", task["ts"], "tada")
    team.whispered("ada", "/noodle whoami")  # what comes after it has been answered
    with team.noodle.db.read() as session:
        kept = str([tuple(row) for row in session.connection().exec_driver_sql("SELECT data FROM inbox")])

    assert "whoami" in kept
    assert "tada" not in kept
    assert "response/" not in kept  # a reply address is a secret, and sealed


def test_no_secret_stands_in_any_column_or_in_the_log(team: Team, caplog: pytest.LogCaptureFixture) -> None:
    slack = team.demo.slack
    with caplog.at_level(logging.INFO):
        token = team.token("ada", "hidden --scope full")
        team.whispered("ada", "/noodle status")
    database = team.noodle.db
    with database.read() as session:
        connection = session.connection()
        names = inspect(connection).get_table_names()
        rows = [tuple(row) for name in names for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"')]  # noqa: S608 - our own names
    kept = str(rows) + (team.home / "engine.db").read_bytes().decode(errors="replace")

    # the sandbox, which is Slack, logs its own calls in this process too
    ours = ("bot.", "core.", "providers.", "slack_", "dbos", "sqlalchemy", "asyncio", "websocket")
    logged = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith(ours))

    assert "token create hidden" in kept
    for secret in (token, "/response/", slack.workspace.bot_token, slack.workspace.app_token):
        assert secret not in kept
        assert secret not in logged
