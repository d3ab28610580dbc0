from pathlib import Path

import pytest

from core.errors import BadCommand, RunFailed
from core.ports import DeployOrder
from tests.contracts.conftest import Stage


def _deploy(stage: Stage, order: DeployOrder, log: Path) -> None:
    for name in stage.target.stages:
        assert stage.target.perform(name, order, log)


def _version(stage: Stage) -> str:
    live = stage.target.live("staging", "api")
    return live.version if live else ""


def test_nothing_is_live_where_nothing_ever_was(stage: Stage) -> None:
    assert stage.target.live("staging", "api") is None


def test_what_was_deployed_is_live_with_its_run_and_its_hash(stage: Stage, log: Path) -> None:
    order = stage.order(7, "1.0.0")
    _deploy(stage, order, log)
    live = stage.target.live("staging", "api")
    assert live is not None
    assert (live.version, live.run, live.sha256) == ("1.0.0", 7, order.sha256)


def test_only_the_stage_called_switch_changes_what_is_live(stage: Stage, log: Path) -> None:
    _deploy(stage, stage.order(1, "1.0.0"), log)
    order, seen = stage.order(2, "1.1.0"), {}
    for name in stage.target.stages:
        before = _version(stage)
        stage.target.perform(name, order, log)
        seen[name] = (before, _version(stage))
    assert {name for name, (before, after) in seen.items() if before != after} == {"switch"}
    assert seen["switch"] == ("1.0.0", "1.1.0")


def test_every_stage_can_be_done_twice(stage: Stage, log: Path) -> None:
    order = stage.order(1, "1.0.0")
    for name in stage.target.stages:
        stage.target.perform(name, order, log)
        once = stage.target.live("staging", "api")
        stage.target.perform(name, order, log)
        assert stage.target.live("staging", "api") == once
    _deploy(stage, order, log)
    assert _version(stage) == "1.0.0"


def test_a_version_that_does_not_work_never_goes_live(stage: Stage, log: Path) -> None:
    _deploy(stage, stage.order(1, "1.0.0"), log)
    order = stage.order(2, "1.1.0", works=False)
    with pytest.raises(RunFailed):
        _deploy(stage, order, log)
    stage.target.abandon(order)
    assert _version(stage) == "1.0.0"


def test_an_abandoned_deploy_can_be_done_after_all(stage: Stage, log: Path) -> None:
    order = stage.order(1, "1.0.0")
    stage.target.perform(stage.target.stages[0], order, log)
    stage.target.abandon(order)
    stage.target.abandon(order)
    _deploy(stage, order, log)
    assert _version(stage) == "1.0.0"


def test_abandoning_never_touches_what_is_live(stage: Stage, log: Path) -> None:
    order = stage.order(1, "1.0.0")
    _deploy(stage, order, log)
    stage.target.abandon(order)
    assert _version(stage) == "1.0.0"


def test_the_version_before_can_be_deployed_again(stage: Stage, log: Path) -> None:
    first = stage.order(1, "1.0.0")
    _deploy(stage, first, log)
    _deploy(stage, stage.order(2, "1.1.0"), log)
    _deploy(stage, first.model_copy(update={"run": 3}), log)
    live = stage.target.live("staging", "api")
    assert live is not None
    assert (live.version, live.run) == ("1.0.0", 3)


def test_environments_are_apart(stage: Stage, log: Path) -> None:
    _deploy(stage, stage.order(1, "1.0.0"), log)
    assert stage.target.live("production", "api") is None


@pytest.mark.parametrize("name", ["../../etc", "-rf", "a b", "übung"])
def test_a_hostile_name_is_refused(stage: Stage, log: Path, name: str) -> None:
    order = stage.order(1, "1.0.0").model_copy(update={"environment": name})
    with pytest.raises(BadCommand):
        stage.target.perform(stage.target.stages[0], order, log)


def test_a_stage_leaves_its_words_in_the_log(stage: Stage, log: Path) -> None:
    log.write_text("before\n")
    _deploy(stage, stage.order(1, "1.0.0"), log)
    assert log.read_text().startswith("before\n")
    assert len(log.read_text()) > len("before\n")
