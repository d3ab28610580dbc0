"""What is done wrongly is refused with the reason and a way on, and nothing is half done."""

import dataclasses
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from quick_builder import QuickBuilder, providers
from team import Team

from core.ports import BuiltFile, Limits
from core.process import Commands
from core.provider import Connected, Kit, Provider


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


def test_one_version_released_twice_at_once_is_released_once(team: Team) -> None:
    team.whispered("ada", f"/noodle package create hello-noodle --repo {team.repo}")
    for name in ("ada", "ada"):
        team.say(name, "/noodle release hello-noodle 0.3.0")
    team.wait(lambda: len(team.noodle.runs.latest(kinds=("release",))) + _refused(team) == 2)
    runs = [team.ended(run.number) for run in team.noodle.runs.latest(kinds=("release",))]

    (release,) = team.noodle.releases.list("hello-noodle")
    assert (release.version, len(release.files)) == ("0.3.0", 2)
    assert team.tags() == ["v0.3.0"]
    assert [run.state.value for run in runs].count("succeeded") == 1
    assert all("0.3.0" in str(run.error) for run in runs if run.state == "failed")


def _refused(team: Team) -> int:
    return len([entry for entry in team.audit(limit=50) if (entry.action, entry.outcome) == ("release", "refused")])


def test_a_build_that_hangs_is_stopped_and_the_message_says_so(tmp_path: Path) -> None:
    slow = Team(tmp_path / "home", providers=_hanging(), NOODLE_PACKAGE_BUILD_TIMEOUT="1")
    slow.start()
    try:
        slow.whispered("ada", f"/noodle package create hello-noodle --repo {slow.repo}")
        run = slow.ran("ada", "/noodle build hello-noodle")
        message = slow.message_of(run)
    finally:
        slow.stop()

    assert run.state == "failed"
    assert run.error is not None
    assert run.error["code"] == "timed_out"
    assert [stage.state for stage in run.stages] == ["done", "failed"]
    assert "was stopped after 1 s." in message["text"]
    assert run.log
    assert "Try again" in str(message["blocks"])


class Hanging(QuickBuilder):
    """Builds by a program that says something and never ends."""

    def build(
        self, folder: Path, out: Path, log: Path, limits: Limits, *, version: str, at: datetime
    ) -> tuple[BuiltFile, ...]:
        """Wait for ever."""
        program = "import time; print('so far so good', flush=True); time.sleep(600)"
        Commands(folder=folder, log=log, limits=limits, env={"PATH": "/usr/bin:/bin"}).must(
            "The build", sys.executable, "-c", program
        )
        return ()


def _hanging() -> Mapping[str, Provider]:
    found = dict(providers())
    quick = found["pypi"]

    def connect(kit: Kit) -> Connected:
        return dataclasses.replace(quick.connect(kit), builder=Hanging())

    return found | {"pypi": dataclasses.replace(quick, connect=connect)}
