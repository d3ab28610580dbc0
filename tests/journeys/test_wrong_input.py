"""What is done wrongly is refused with the reason and a way on, and nothing is half done."""

import subprocess
from pathlib import Path

from team import Team


def test_pressing_what_was_probably_meant_does_it(team: Team) -> None:
    team.ship()
    refused = team.whispered("ada", "/noodle deploy hello-noodle to stagin")
    elements = [one for block in refused["blocks"] for one in block.get("elements", []) if "value" in one]

    team.person("ada").click(refused, elements[0]["action_id"])
    planned = team.wait(lambda: next(iter(team.noodle.runs.latest(kinds=("deploy",))), None))

    assert planned.title == "deploy hello-noodle 0.1.0 to staging"


def test_a_broken_project_file_fails_the_run_and_names_file_and_line(team: Team, tmp_path: Path) -> None:
    team.whispered("ada", f"/noodle package create hello-noodle --repo {team.repo}")
    clone = tmp_path / "clone"
    git = ["git", "-c", "user.name=Dev", "-c", "user.email=dev@noodle.test", "-C", str(clone)]
    subprocess.run(["git", "clone", "-q", str(team.repo), str(clone)], check=True)
    (clone / "pyproject.toml").write_text("[project\nname = 'x'\n")
    subprocess.run([*git, "commit", "-qam", "break it"], check=True)
    subprocess.run([*git, "push", "-q"], check=True)

    run = team.ran("ada", "/noodle release hello-noodle minor")

    assert run.state == "failed"
    assert run.error is not None
    assert "pyproject.toml" in run.error["message"]
    assert "line 1" in run.error["message"]
    assert team.tags() == []
    assert "pyproject.toml" in team.message_of(run)["text"]


def test_a_plan_is_void_once_the_environment_has_moved(team: Team) -> None:
    team.ship()
    plan = team.ran("ada", "/noodle deploy hello-noodle to staging")
    team.ended(team.ran("dev", "/noodle deploy hello-noodle to staging --yes").number)

    refused = team.whispered("ada", f"/noodle confirm {plan.number}")

    assert "Since this plan was made, staging went from nothing to 0.1.0" in refused["text"]


def test_a_plan_confirmed_twice_is_done_once(team: Team) -> None:
    team.ship()
    plan = team.ran("ada", "/noodle deploy hello-noodle to staging")
    team.say("ada", f"/noodle confirm {plan.number}")
    refused = team.whispered("dev", f"/noodle confirm {plan.number}")
    team.ended(plan.number)

    assert "already" in refused["text"]
    assert len([entry for entry in team.audit(limit=50) if entry.action == "confirm" and entry.outcome == "done"]) == 1
