from collections.abc import Callable
from typing import Any

import pytest

from bot.message import Message
from bot.views.run import run_message
from core.deploys.model import Plan
from core.errors import AlreadyExists, RunFailed
from core.ports import CheckResult
from core.runs.model import Run, RunState, Stage, StageState

MakeRun = Callable[..., Run]
MakePlan = Callable[..., Plan]
MakeStages = Callable[..., tuple[Stage, ...]]
D, F, S, W = StageState.DONE, StageState.FAILED, StageState.SKIPPED, StageState.WAITING
BROKEN = RunFailed("It broke.").to_json()


def buttons(message: Message) -> dict[str, str]:
    """Return the lines or addresses of a message's buttons, by label."""
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return {one["text"]["text"]: one.get("value") or one["url"] for row in rows for one in row}


def words(message: Message) -> str:
    return str(message.blocks)


def test_every_state_has_a_mark_and_a_word_of_its_own(run: MakeRun) -> None:
    heads = {run_message(run("build", state)).blocks[0]["text"]["text"] for state in RunState}
    assert len({head[0] for head in heads}) == len(RunState)
    assert len({head.split("·")[1].split()[0] for head in heads}) == len(RunState)


def test_a_protected_environment_is_asked_about_twice(run: MakeRun, plan: MakePlan) -> None:
    message = run_message(run("deploy", RunState.PLANNED, detail={"plan": plan().to_json()}))
    deploy = message.blocks[-1]["elements"][0]
    assert deploy["style"] == "danger"
    assert "production is protected" in deploy["confirm"]["text"]["text"]


def test_an_open_environment_is_asked_about_once(run: MakeRun, plan: MakePlan) -> None:
    message = run_message(run("deploy", RunState.PLANNED, detail={"plan": plan(protected=False).to_json()}))
    deploy = message.blocks[-1]["elements"][0]
    assert deploy["style"] == "primary"
    assert "confirm" not in deploy
    assert buttons(message) == {"Deploy": "confirm 42", "Dry run": "confirm 42 --dry-run", "Cancel": "cancel 42"}


def test_a_plan_that_is_not_made_yet_cannot_be_confirmed(run: MakeRun) -> None:
    message = run_message(run("deploy", RunState.PLANNED, detail={"environment": "staging", "version": "1.4.2"}))
    assert "Making the plan" in words(message)
    assert buttons(message) == {}


def test_a_plan_names_ten_commits_and_counts_the_rest(run: MakeRun, plan: MakePlan) -> None:
    message = run_message(run("deploy", RunState.PLANNED, detail={"plan": plan().to_json()}))
    for said in (words(message), message.text):
        assert "Change 10" in said
        assert "Change 11" not in said
        assert "and 2 more" in said


def test_a_way_back_says_that_it_takes_away(run: MakeRun, plan: MakePlan) -> None:
    message = run_message(run("rollback", RunState.PLANNED, detail={"plan": plan(backwards=True).to_json()}))
    assert "takes away 12 commits" in words(message)
    assert "takes away 12 commits" in message.text


def test_files_worth_a_look_are_named_and_others_are_not(run: MakeRun, plan: MakePlan) -> None:
    said = words(run_message(run("deploy", RunState.PLANNED, detail={"plan": plan().to_json()})))
    for path in ("migrations/0002_users.py", "uv.lock", "requirements-dev.txt"):
        assert path in said
    for path in ("api/clock.py", "api/block.py"):
        assert path not in said


def test_failing_checks_come_first_however_many_pass(run: MakeRun, plan: MakePlan) -> None:
    checks = (*(CheckResult(name=f"a{n}", state="success") for n in range(30)), CheckResult(name="z", state="failure"))
    said = words(run_message(run("deploy", RunState.PLANNED, detail={"plan": plan(checks=checks).to_json()})))
    assert "1 failing, 30 passed" in said
    assert said.index("z: failure") < said.index("a0: success")


@pytest.mark.parametrize(
    ("kind", "detail", "expected"),
    [
        ("test", {"ref": "main"}, {"Build": "build api@main"}),
        ("build", {"ref": ""}, {"Release patch": "release api patch", "Release minor": "release api minor"}),
        ("release", {"version": "1.4.2"}, {"Publish": "publish api@1.4.2"}),
        (
            "publish",
            {"next": [{"label": "Deploy to staging", "line": "deploy api@1.4.2 to staging"}]},
            {"Deploy to staging": "deploy api@1.4.2 to staging"},
        ),
        ("publish", {}, {}),
        ("a later kind", {}, {}),
    ],
)
def test_what_can_be_done_next_is_a_button(
    run: MakeRun, kind: str, detail: dict[str, Any], expected: dict[str, str]
) -> None:
    message = run_message(run(kind, RunState.SUCCEEDED, detail=detail))
    assert buttons(message) == expected
    assert all(line in message.text for line in expected.values())


def test_a_deploy_can_be_rolled_back_if_something_was_live_before(run: MakeRun, plan: MakePlan) -> None:
    done = run("deploy", RunState.SUCCEEDED, detail={"environment": "production", "plan": plan().to_json()})
    first = run("deploy", RunState.SUCCEEDED, detail={"environment": "production", "plan": plan(before="").to_json()})
    assert buttons(run_message(done)) == {"Roll back": "rollback api in production"}
    assert buttons(run_message(first)) == {}


@pytest.mark.parametrize(
    ("kind", "detail", "line"),
    [
        ("build", {"ref": "main"}, "build api@main"),
        ("test", {"ref": ""}, "test api"),
        ("release", {"ref": "main", "version": "1.4.2"}, "release api@main 1.4.2"),
        ("publish", {"version": "1.4.2"}, "publish api@1.4.2"),
        ("deploy", {"version": "1.4.2", "environment": "staging"}, "deploy api@1.4.2 to staging"),
        ("rollback", {"version": "1.4.1", "environment": "staging"}, "rollback api@1.4.1 to staging"),
    ],
)
def test_what_failed_can_be_tried_again(run: MakeRun, kind: str, detail: dict[str, Any], line: str) -> None:
    assert buttons(run_message(run(kind, RunState.FAILED, detail=detail, error=BROKEN))) == {"Try again": line}


def test_what_would_fail_again_is_not_offered(run: MakeRun) -> None:
    error = AlreadyExists("1.4.2 is taken.").to_json()
    assert buttons(run_message(run("release", RunState.FAILED, detail={"version": "1.4.2"}, error=error))) == {}


@pytest.mark.parametrize(
    ("states", "said"),
    [
        ((D, F, S, S), "production is as it was: 1.4.1 is live."),
        ((D, D, F, S), "It is not certain what is live in production"),
        ((D, D, D, F), "production was switched to 1.4.2 before this failed."),
    ],
)
def test_a_failed_deploy_says_what_is_live(
    run: MakeRun, plan: MakePlan, stages: MakeStages, states: tuple[StageState, ...], said: str
) -> None:
    detail = {"environment": "production", "version": "1.4.2", "plan": plan().to_json()}
    message = run_message(run("deploy", RunState.FAILED, detail=detail, stages=stages(*states), error=BROKEN))
    assert said in words(message)
    assert said in message.text
    assert ("Back to 1.4.1" in buttons(message)) == (states[2] is D)


def test_output_in_a_failure_stands_in_a_box(run: MakeRun) -> None:
    error = RunFailed("The build failed:\nE: <!channel>\n  `x`", hint="Look.").to_json()
    message = run_message(run("build", RunState.FAILED, error=error))
    boxes = [block["elements"][0]["elements"][0]["text"] for block in message.blocks if block["type"] == "rich_text"]
    assert boxes == ["E: <!channel>\n  `x`"]
    assert "<!channel>" not in message.text


def test_the_log_is_linked_once_it_is_kept(run: MakeRun) -> None:
    kept = run("publish", RunState.SUCCEEDED, log="ab" * 32)
    assert buttons(run_message(kept, "https://n.example")) == {"Open log": f"https://n.example/runs/42/log/{'ab' * 32}"}
    assert buttons(run_message(kept)) == {}


def test_progress_is_shown_while_it_lasts(run: MakeRun, stages: MakeStages) -> None:
    running = run("deploy", stages=stages(D, D, StageState.RUNNING, W))
    assert "█████░░░░░` 2 of 4" in words(run_message(running))
    assert "█" not in words(run_message(run("deploy", RunState.SUCCEEDED, stages=stages(D, D, D, D))))
