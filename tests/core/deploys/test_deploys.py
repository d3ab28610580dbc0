"""What may go live where, when a plan is void, and what going back means."""

from collections.abc import Iterator
from pathlib import Path

import file_world
import pytest
from file_world import World

from core.engine.ids import run_id
from core.errors import Conflict, NotReady


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Return Noodle at work in a world of its own."""
    with file_world.world(tmp_path) as made:
        yield made


def test_a_draft_cannot_go_live_by_any_way(world: World) -> None:
    world.ship("0.1.0")
    world.do("deploy hello-noodle to staging --yes")
    world.do("release hello-noodle 0.2.0")

    for line in ("deploy hello-noodle@0.2.0 to staging", "rollback hello-noodle@0.2.0 in staging"):
        with pytest.raises(NotReady, match=r"0\.2\.0 is draft, not published"):
            world.ask(line)

    assert world.live() == "0.1.0"


def test_going_back_skips_deploys_of_the_version_that_is_live(world: World) -> None:
    world.ship("0.1.0", "0.2.0")
    for version in ("0.1.0", "0.2.0", "0.2.0"):
        world.do(f"deploy hello-noodle@{version} to staging --yes")

    back = world.do("rollback hello-noodle in staging --yes")

    assert back.detail["version"] == world.live() == "0.1.0"


def test_going_back_twice_never_goes_forward_to_what_was_gone_back_from(world: World) -> None:
    world.ship("0.1.0", "0.2.0")
    for version in ("0.1.0", "0.2.0"):
        world.do(f"deploy hello-noodle@{version} to staging --yes")
    world.do("rollback hello-noodle in staging --yes")

    with pytest.raises(NotReady, match=r"was live in staging before 0\.1\.0"):
        world.ask("rollback hello-noodle in staging --yes")

    assert world.live() == "0.1.0"


def test_going_back_twice_goes_back_two_versions(world: World) -> None:
    world.ship("0.1.0", "0.2.0", "0.3.0")
    for version in ("0.1.0", "0.2.0", "0.3.0"):
        world.do(f"deploy hello-noodle@{version} to staging --yes")

    world.do("rollback hello-noodle in staging --yes")
    world.do("rollback hello-noodle in staging --yes")

    assert world.live() == "0.1.0"


def test_a_plan_is_void_once_the_environment_has_moved(world: World) -> None:
    world.ship("0.1.0", "0.2.0")
    plan = world.do("deploy hello-noodle@0.1.0 to staging")
    world.do("deploy hello-noodle@0.2.0 to staging --yes")

    with pytest.raises(Conflict, match=r"went from nothing to 0\.2\.0") as wrong:
        world.ask(f"confirm {plan.number}")

    assert wrong.value.example == "deploy hello-noodle@0.1.0 to staging"
    assert world.live() == "0.2.0"


def test_of_two_deploys_at_once_the_second_does_not_undo_the_first(world: World) -> None:
    world.ship("0.1.0", "0.2.0")
    plans = [world.do(f"deploy hello-noodle@{version} to staging") for version in ("0.2.0", "0.1.0")]
    world.target.gate.clear()
    world.ask(f"confirm {plans[0].number}")
    assert world.target.waiting.wait(20)

    second = world.ask(f"confirm {plans[1].number}")
    world.target.gate.set()
    first, second = (world.program.follow(world.noodle.runs.get(run.number)) for run in (plans[0], second))

    assert (first.state, second.state) == ("succeeded", "failed")
    assert "went from nothing to 0.2.0" in str(second.error)
    assert [stage.state for stage in second.stages] == ["skipped", "skipped"]
    assert world.live() == "0.2.0"


def test_a_deploy_without_asking_fails_when_its_plan_is_void_as_soon_as_it_is_made(world: World) -> None:
    world.ship("0.1.0", "0.2.0")
    first = world.do("deploy hello-noodle@0.1.0 to staging")
    world.pause.at = (run_id("plan", first.number + 1), "plan")
    late = world.ask("deploy hello-noodle@0.2.0 to staging --yes")
    assert world.pause.reached.wait(20)

    world.do(f"confirm {first.number}")
    world.pause.go.set()
    late = world.program.follow(late)

    assert late.state == "failed"
    assert "went from nothing to 0.1.0" in str(late.error)
    assert world.live() == "0.1.0"


def test_a_plan_is_confirmed_once(world: World) -> None:
    world.ship("0.1.0")
    plan = world.do("deploy hello-noodle to staging")
    world.do(f"confirm {plan.number}")

    with pytest.raises(Conflict, match="already succeeded"):
        world.ask(f"confirm {plan.number}")
    with pytest.raises(Conflict, match="can no longer be cancelled"):
        world.ask(f"cancel {plan.number}")

    assert world.noodle.runs.get(plan.number).detail.get("cancelled_by") is None


def test_a_deploy_that_has_begun_cannot_be_put_aside(world: World) -> None:
    world.ship("0.1.0")
    plan = world.do("deploy hello-noodle to staging")
    world.target.gate.clear()
    world.ask(f"confirm {plan.number}")
    assert world.target.waiting.wait(20)

    with pytest.raises(Conflict, match="is running and can no longer be cancelled"):
        world.ask(f"cancel {plan.number}")
    world.target.gate.set()

    assert world.program.follow(world.noodle.runs.get(plan.number)).state == "succeeded"


def test_a_dry_run_changes_nothing(world: World) -> None:
    world.ship("0.1.0")

    plan = world.do("deploy hello-noodle to staging --dry-run")

    assert plan.state == "planned"
    assert world.live() == ""
