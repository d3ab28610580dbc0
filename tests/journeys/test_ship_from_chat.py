"""A newcomer ships a package from chat: every promise of the README, through the door a person uses."""

import subprocess
import sys
from pathlib import Path

import httpx
from team import Team

from core.asked import Asked
from core.audit.model import Outcome


def button(message: dict[str, object], label: str) -> str:
    """Return the action of the button with this label."""
    blocks = message["blocks"]
    assert isinstance(blocks, list)
    elements = [one for block in blocks for one in block.get("elements", []) if one.get("type") == "button"]
    return str(next(one["action_id"] for one in elements if one["text"]["text"] == label))


def test_a_package_goes_from_a_repo_to_an_environment_and_back(team: Team) -> None:
    created = team.whispered("ada", f"/noodle package create hello-noodle --repo {team.repo}")
    tested = team.ran("ada", "/noodle test hello-noodle")
    built = team.ran("ada", "/noodle build")
    released = team.ran("ada", "/noodle release minor")
    published = team.ran("ada", "/noodle publish")
    planned = team.ran("ada", "/noodle deploy to staging")

    assert "hello-noodle is known now" in created["text"]
    assert [run.state for run in (tested, built, released, published)] == ["succeeded"] * 4
    assert team.tags() == ["v0.1.0"]
    card = team.message_of(planned)
    assert "nothing" in card["text"]
    assert "0.1.0" in card["text"]

    team.person("ada").click(card, button(card, "Deploy"))
    deployed = team.ended(planned.number)

    assert deployed.state == "succeeded"
    assert team.message_of(deployed)["ts"] == card["ts"]
    live = team.home / "environments" / "staging" / "hello-noodle" / "live" / "bin" / "hello-noodle"
    assert "0.1.0" in subprocess.run([str(live)], check=True, capture_output=True, text=True).stdout
    assert "staging: hello-noodle 0.1.0 live" in team.whispered("vic", "/noodle status")["text"]

    team.ship("patch")
    team.ran("ada", "/noodle deploy hello-noodle to staging --yes")
    assert "0.1.1" in subprocess.run([str(live)], check=True, capture_output=True, text=True).stdout
    back = team.ran("ada", "/noodle rollback hello-noodle in staging --yes --reason it is slow")

    assert back.state == "succeeded"
    assert back.reason == "it is slow"
    assert "0.1.0" in subprocess.run([str(live)], check=True, capture_output=True, text=True).stdout
    lines = [entry.line for entry in team.audit(limit=100) if entry.outcome is Outcome.DONE]
    assert "rollback hello-noodle in staging --yes --reason it is slow" in lines
    assert all(entry.rule for entry in team.audit(limit=100) if entry.outcome is Outcome.DONE)


def test_pip_installs_what_was_published_with_a_token_made_in_chat(team: Team, tmp_path: Path) -> None:
    team.ship()
    shown = team.whispered("vic", "/noodle token create laptop")
    assert "may not" in shown["text"]
    secret = team.token("dev", "laptop")
    host = team.demo.program.server.loopback_url.removeprefix("http://")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True)

    pip = [sys.executable, "-m", "pip", "--python", str(tmp_path / "venv" / "bin" / "python"), "--isolated"]
    index = f"http://__token__:{secret}@{host}/simple/"
    subprocess.run([*pip, "install", "-q", "--no-cache-dir", "--index-url", index, "hello-noodle==0.1.0"], check=True)

    said = subprocess.run([str(tmp_path / "venv" / "bin" / "hello-noodle")], check=True, capture_output=True, text=True)
    assert "0.1.0" in said.stdout


def test_the_same_line_works_as_mention_in_a_thread_in_a_direct_message_on_the_terminal_and_over_rest(
    team: Team,
) -> None:
    root = team.say("ada", "let us see")
    team.say("ada", "@noodle status", thread=root)
    in_thread = team.person("ada").wait_message("releases", "Everything", thread=root)
    team.person("ada").say("@bot", "status")
    direct = team.person("ada").wait_message("@bot", "Everything")
    terminal = team.demo.program.asking.ask("status", Asked(person="terminal:ops", name="ops"))
    secret = team.token("ada", "ci --scope full")
    url = f"{team.demo.program.server.loopback_url}/api/v1/status"
    over_rest = httpx.get(url, headers={"Authorization": f"Bearer {secret}"}).raise_for_status().json()

    # What is under way and how things are may change between two questions; what is asked is the same.
    assert in_thread["text"].startswith("Everything")
    assert direct["text"].startswith("Everything")
    assert terminal.value.to_json()["title"] == over_rest["title"] == "Everything"


def test_a_reaction_completes_a_task_and_taking_it_off_undoes_it(team: Team) -> None:
    team.ship()
    team.ran("ada", "/noodle deploy hello-noodle to staging --yes")
    task = team.task("open")

    team.person("dev").react("releases", task["ts"], "eyes")
    assert team.task("is on it")["ts"] == task["ts"]
    team.person("dev").react("releases", task["ts"], "white_check_mark")
    team.task("done by")
    team.person("dev").react("releases", task["ts"], "white_check_mark", remove=True)
    team.task("is on it")

    actions = [(entry.action, entry.person[-3:]) for entry in team.audit(limit=3)]
    assert actions == [("task done", "DEV"), ("task done", "DEV"), ("task claim", "DEV")]


def test_a_reaction_by_somebody_without_the_right_changes_nothing_and_says_who_can(team: Team) -> None:
    team.ship()
    team.ran("ada", "/noodle deploy hello-noodle to staging --yes")
    task = team.task("open")

    team.person("vic").react("releases", task["ts"], "white_check_mark")
    refused = team.person("vic").wait_message("releases", "You may not")

    assert "needs developer" in refused["text"]
    assert refused["ephemeral"]
    assert team.noodle.tasks.get(1).state == "open"
    assert team.audit(limit=1)[0].outcome is Outcome.DENIED


def test_an_emoji_that_means_nothing_is_ignored(team: Team) -> None:
    root = team.say("ada", "hello")
    before = len(team.audit(limit=500))

    team.person("ada").react("releases", root, "tada")
    team.person("ada").react("releases", root, "white_check_mark")
    team.whispered("ada", "/noodle whoami")

    assert len(team.audit(limit=500)) == before


def test_a_dry_run_changes_nothing_and_tells_in_the_thread_what_it_found(team: Team) -> None:
    team.ship()
    planned = team.ran("ada", "/noodle deploy hello-noodle to staging")
    card = team.message_of(planned)

    team.person("ada").click(card, button(card, "Dry run"))
    found = team.person("ada").wait_message("releases", "Dry run of", thread=card["ts"])

    assert "it would go ahead" in found["text"]
    assert team.noodle.runs.get(planned.number).state == "planned"
    assert team.noodle.deploys.live(team.noodle.environments.get("staging"), "hello-noodle") is None


def test_a_cancelled_plan_cannot_be_deployed_any_more(team: Team) -> None:
    team.ship()
    planned = team.ran("ada", "/noodle deploy hello-noodle to staging")
    card = team.message_of(planned)

    team.person("ada").click(card, button(card, "Cancel"))
    team.message_of(team.ended(planned.number))
    refused = team.whispered("ada", f"/noodle confirm {planned.number}")

    assert "already cancelled" in refused["text"]


def test_missing_arguments_are_asked_for_in_a_form(team: Team) -> None:
    team.ship()

    team.say("ada", "/noodle deploy")
    view = team.person("ada").wait_view()
    errors = team.person("ada").fill(view, environment="staging", reason="from a form")
    planned = team.wait(lambda: next(iter(team.noodle.runs.latest(kinds=("deploy",), limit=1)), None))

    assert errors == {}
    assert planned.title == "deploy hello-noodle 0.1.0 to staging"
    assert planned.reason == "from a form"


def test_the_home_tab_shows_what_is_where(team: Team) -> None:
    team.ship()
    team.person("ada").open_home()

    view = team.person("ada").wait_home()

    assert "staging" in str(view["blocks"])
