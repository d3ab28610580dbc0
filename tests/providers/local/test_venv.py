import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.errors import BadCommand, Misconfigured, RunFailed, TimedOut, Unknown
from core.ports import DeployOrder, Limits
from tests.providers.local.conftest import World
from tests.providers.local.index import TOKEN


def test_a_deploy_installs_the_very_file_and_makes_it_live(world: World) -> None:
    order = world.order(1, "1.4.0", world.index.add("hello", "1.4.0"))
    assert world.deploy(order) == [
        "installed hello-1.4.0-py3-none-any.whl",
        "`hello` passed",
        "1.4.0 is live",
        "1.4.0 is what is installed",
    ]
    said = subprocess.run([world.home / "live" / "bin" / "hello"], capture_output=True, text=True, check=True)
    assert said.stdout == "hello 1.4.0\n"
    live = world.target.live("staging", "hello")
    assert live is not None
    assert (live.version, live.run, live.sha256, live.since) == ("1.4.0", 1, order.sha256, world.clock.now())


def test_the_token_is_in_no_log_and_stays_in_no_file(world: World) -> None:
    world.deploy(world.order(1, "1.4.0", world.index.add("hello", "1.4.0")))
    assert "pip" in world.log.read_text()
    kept = [path for path in world.folder.parent.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()]
    assert kept == []


def test_a_file_with_another_hash_is_not_installed(world: World) -> None:
    wheel = world.index.add("hello", "1.4.0")
    with pytest.raises(RunFailed, match=r"Fetching hello-1\.4\.0"):
        world.deploy(world.order(1, "1.4.0", wheel._replace(sha256="0" * 64)))
    assert world.target.live("staging", "hello") is None


def test_a_release_candidate_is_the_same_version_in_both_spellings(world: World) -> None:
    world.deploy(world.order(1, "1.4.0-rc.1", world.index.add("hello", "1.4.0rc1")))
    live = world.target.live("staging", "hello")
    assert live is not None
    assert live.version == "1.4.0-rc.1"


def test_a_failing_smoke_check_leaves_the_old_version_live(world: World) -> None:
    world.deploy(world.order(1, "1.0.0", world.index.add("hello", "1.0.0")))
    bad = world.order(2, "1.1.0", world.index.add("hello", "1.1.0", code=3))
    with pytest.raises(RunFailed, match=r"(?s)The smoke check `hello` ended with 3.*hello 1\.1\.0"):
        world.deploy(bad)
    world.target.abandon(bad)
    live = world.target.live("staging", "hello")
    assert live is not None
    assert live.version == "1.0.0"
    assert sorted(path.name for path in (world.home / "releases").iterdir()) == ["1", "1.json"]


def test_a_smoke_check_that_hangs_is_stopped(world: World) -> None:
    order = world.order(1, "1.0.0", world.index.add("hello", "1.0.0", sleeps=600))
    world.target.perform("install", order, world.log)
    with pytest.raises(TimedOut):
        world.target.perform("smoke check", order.model_copy(update={"limits": Limits(seconds=1)}), world.log)


def test_a_smoke_command_that_is_not_there_fails(world: World) -> None:
    with pytest.raises(RunFailed, match="ended with 127"):
        world.deploy(world.order(1, "1.0.0", world.index.add("hello", "1.0.0"), smoke=("no-such-command",)))


def test_dependencies_come_from_noodles_own_registry(world: World) -> None:
    world.index.add("broth", "2.0.0")
    world.deploy(world.order(1, "1.0.0", world.index.add("hello", "1.0.0", requires=["broth>=2"])))
    assert (world.home / "live" / "bin" / "broth").exists()


def test_a_dependency_that_is_nowhere_is_told_with_the_setting_that_helps(world: World) -> None:
    wheel = world.index.add("hello", "1.0.0", requires=["packaging"])
    with pytest.raises(RunFailed) as refused:
        world.deploy(world.order(1, "1.0.0", wheel))
    assert "dependency_index" in refused.value.hint
    assert "packaging" in refused.value.message


def test_what_the_machines_pip_is_told_to_look_into_is_not_looked_into(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.index.add("broth", "2.0.0")
    links = (tmp_path / "index" / "simple" / "broth").rename(tmp_path / "links")
    monkeypatch.setenv("PIP_FIND_LINKS", str(links))
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", links.as_uri())
    with pytest.raises(RunFailed, match="broth"):
        world.deploy(world.order(1, "1.0.0", world.index.add("hello", "1.0.0", requires=["broth"])))


def test_dependencies_come_from_the_index_of_the_environment_where_it_has_one(world: World, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere" / "broth"
    elsewhere.mkdir(parents=True)
    world.index.add("broth", "2.0.0")
    source = tmp_path / "index" / "simple" / "broth"
    for path in source.iterdir():
        path.rename(elsewhere / path.name)
    order = world.order(1, "1.0.0", world.index.add("hello", "1.0.0", requires=["broth"]))
    world.deploy(order.model_copy(update={"settings": {"dependency_index": elsewhere.parent.as_uri()}}))
    assert (world.home / "live" / "bin" / "broth").exists()
    assert not any("broth" in path for path in world.index.asked)


@pytest.mark.parametrize("address", ["pypi.org", "https://pypi.org/simple\ntrusted-host = evil", "--index"])
def test_an_index_that_is_no_address_is_refused(world: World, address: str) -> None:
    order = world.order(1, "1.0.0", world.index.add("hello", "1.0.0"))
    with pytest.raises(Misconfigured, match="dependency_index"):
        world.deploy(order.model_copy(update={"settings": {"dependency_index": address}}))


def test_going_back_to_a_release_that_still_stands_downloads_nothing(world: World) -> None:
    old = world.index.add("hello", "1.0.0")
    world.deploy(world.order(1, "1.0.0", old))
    world.deploy(world.order(2, "1.1.0", world.index.add("hello", "1.1.0")))
    world.index.asked.clear()
    assert world.deploy(world.order(3, "1.0.0", old))[0] == "still there from #1"
    assert world.index.asked == []
    live = world.target.live("staging", "hello")
    assert live is not None
    assert (live.version, live.run) == ("1.0.0", 3)
    assert (world.home / "live").resolve() == world.release(1)


def test_deploying_what_is_live_again_installs_it_anew(world: World) -> None:
    wheel = world.index.add("hello", "1.0.0")
    world.deploy(world.order(1, "1.0.0", wheel))
    assert world.deploy(world.order(2, "1.0.0", wheel))[0] == "installed hello-1.0.0-py3-none-any.whl"
    assert not world.release(2).is_symlink()


def test_five_releases_stay_and_with_them_the_live_one_and_the_one_before(world: World) -> None:
    wheels = {version: world.index.add("hello", version) for version in ("1.0.0", "1.1.0")}
    for run in range(1, 9):
        version = f"1.{run % 2}.0"
        world.deploy(world.order(run, version, wheels[version]))
    runs = {int(path.name) for path in (world.home / "releases").iterdir() if path.name.isdigit()}
    # 1 and 2 hold the files; the rest are links to them.
    assert runs == {1, 2, 4, 5, 6, 7, 8}
    assert not list((world.home / "releases").glob(".*"))


def test_an_environment_changed_by_hand_is_told_as_it_is(world: World) -> None:
    world.deploy(world.order(1, "1.0.0", world.index.add("hello", "1.0.0")))
    (info,) = world.release(1).rglob("hello-1.0.0.dist-info")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: hello\nVersion: 9.9.9\n")
    live = world.target.live("staging", "hello")
    assert live is not None
    assert (live.version, live.run, live.sha256) == ("9.9.9", 0, "")


def test_what_is_live_is_never_abandoned(world: World) -> None:
    order = world.order(1, "1.0.0", world.index.add("hello", "1.0.0"))
    world.deploy(order)
    world.target.abandon(order)
    assert world.target.live("staging", "hello") is not None


def test_a_release_that_another_is_a_link_to_is_not_removed(world: World) -> None:
    old = world.index.add("hello", "1.0.0")
    first = world.order(1, "1.0.0", old)
    world.deploy(first)
    world.deploy(world.order(2, "1.1.0", world.index.add("hello", "1.1.0")))
    world.deploy(world.order(3, "1.0.0", old))
    world.target.abandon(first)
    assert world.target.live("staging", "hello") is not None


def test_a_switch_without_an_install_changes_nothing(world: World) -> None:
    order = world.order(1, "1.0.0", world.index.add("hello", "1.0.0"))
    with pytest.raises(RunFailed, match="nothing installed"):
        world.target.perform("switch", order, world.log)
    with pytest.raises(RunFailed, match="Nothing is live"):
        world.target.perform("verify", order, world.log)
    with pytest.raises(RunFailed, match="Nothing is installed"):
        world.target.perform("smoke check", order, world.log)


def test_a_stage_that_is_none_is_refused(world: World) -> None:
    with pytest.raises(Unknown, match="no stage `swich`"):
        world.target.perform("swich", world.order(1, "1.0.0", world.index.add("hello", "1.0.0")), world.log)


@pytest.mark.parametrize("name", ["../../etc", "-rf", "a b", "übung", "", ".", "..", "a/b", "a\n", "x" * 200])
def test_a_name_that_could_lead_elsewhere_is_refused(world: World, name: str) -> None:
    order = world.order(1, "1.0.0", world.index.add("hello", "1.0.0"))
    for hostile in ({"environment": name}, {"package": name}):
        with pytest.raises(BadCommand):
            world.target.perform("install", order.model_copy(update=hostile), world.log)
        with pytest.raises(BadCommand):
            world.target.abandon(order.model_copy(update=hostile))
    with pytest.raises(BadCommand):
        world.target.live(name, "hello")


@pytest.mark.parametrize("wrong", [{"sha256": "x --index-url=https://evil"}, {"version": "1.0 --pre"}])
def test_an_order_that_would_add_words_for_pip_is_refused(world: World, wrong: dict[str, str]) -> None:
    order = world.order(1, "1.0.0", world.index.add("hello", "1.0.0"))
    with pytest.raises(BadCommand):
        world.target.perform("install", order.model_copy(update=wrong), world.log)


_PROGRAM = """
import os, sys
from pathlib import Path
from core.clock import StoppedClock
from core.ports import DeployOrder
from providers.local.venv import VirtualEnvironments
folder, url, token, order, log = sys.argv[1:]
target = VirtualEnvironments(
    Path(folder), registry_url=lambda: url, registry_token=lambda _: token, clock=StoppedClock(), environ=os.environ
)
for stage in target.stages:
    print(stage, flush=True)
    target.perform(stage, DeployOrder.model_validate_json(order), Path(log))
"""


def _killed_once(world: World, order: DeployOrder, *, there: str) -> None:
    """Deploy in a process of its own and kill it, as a power cut would, once `there` is below the releases."""
    words = (str(world.folder), world.index.url, TOKEN, order.model_dump_json(), str(world.log))
    with subprocess.Popen([sys.executable, "-c", _PROGRAM, *words], stdout=subprocess.DEVNULL) as child:
        while not list((world.home / "releases").glob(there)) and child.poll() is None:
            time.sleep(0.002)
        child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL


@pytest.mark.parametrize("there", [".work-2", "2/bin", ".work-2/found/*", "2/lib/python*/site-packages/*", "2.json"])
def test_a_deploy_that_was_killed_ends_as_if_it_had_not_been(world: World, there: str) -> None:
    world.deploy(world.order(1, "1.0.0", world.index.add("hello", "1.0.0")))
    order = world.order(2, "1.1.0", world.index.add("hello", "1.1.0", sleeps=0.2))
    _killed_once(world, order, there=there)
    live = world.target.live("staging", "hello")
    assert live is not None
    assert live.version == "1.0.0"
    world.deploy(order)
    live = world.target.live("staging", "hello")
    assert live is not None
    assert (live.version, live.run) == ("1.1.0", 2)
    assert not list((world.home / "releases").glob(".*"))


def test_a_deploy_that_was_killed_can_be_abandoned(world: World) -> None:
    order = world.order(2, "1.1.0", world.index.add("hello", "1.1.0"))
    _killed_once(world, order, there="2/bin")
    world.target.abandon(order)
    assert list((world.home / "releases").iterdir()) == []


def test_whoever_looks_while_it_switches_sees_one_or_the_other(world: World) -> None:
    first, second = (world.order(run, f"1.{run}.0", world.index.add("hello", f"1.{run}.0")) for run in (1, 2))
    world.deploy(first)
    world.target.perform("install", second, world.log)
    program = "import os, sys\nprint('looking', flush=True)\nwhile True:\n    os.readlink(sys.argv[1])"
    with subprocess.Popen(
        [sys.executable, "-c", program, str(world.home / "live")], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as looking:
        assert looking.stdout is not None
        assert looking.stdout.readline() == b"looking\n"
        for order in (second, first) * 20:
            world.target.perform("switch", order, world.log)
        assert looking.poll() is None
        os.kill(looking.pid, signal.SIGKILL)
