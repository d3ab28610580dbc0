import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from core.errors import NotReady, RunFailed, StorageFull, TimedOut
from core.ports import Limits
from core.process import LOG_LIMIT, Commands, await_the_end, clean_environment, last_words, output, run, without

LIMITS = Limits(seconds=60)
PYTHON = sys.executable


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "log.txt"


@pytest.fixture
def env(tmp_path: Path) -> Mapping[str, str]:
    return clean_environment(tmp_path / "home", os.environ)


@pytest.fixture
def python(tmp_path: Path, log: Path, env: Mapping[str, str]) -> Callable[..., int]:
    """Return what runs a Python program as a child."""

    def start(program: str, *arguments: str, limits: Limits = LIMITS) -> int:
        return run((PYTHON, "-c", program, *arguments), folder=tmp_path, log=log, limits=limits, env=env)

    return start


def _gone(pid: int) -> bool:
    """Whether a process ends, waited for without a guess at how long that takes."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    return False


def test_a_childs_words_and_exit_code_are_kept(python: Callable[..., int], log: Path) -> None:
    assert python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)") == 3
    assert log.read_text().splitlines()[1:] != []
    assert {"out", "err"} <= set(log.read_text().splitlines())


def test_a_log_grows_by_each_command(python: Callable[..., int], log: Path) -> None:
    python("print('one')")
    python("print('two')")
    assert [line for line in log.read_text().splitlines() if not line.startswith("$ ")] == ["one", "two"]


def test_a_command_that_is_not_there_ends_with_127(tmp_path: Path, log: Path, env: Mapping[str, str]) -> None:
    assert run(("no-such-command",), folder=tmp_path, log=log, limits=LIMITS, env=env) == 127
    assert "No such file" in log.read_text()


def test_a_child_ended_by_a_signal_ends_with_128_and_its_number(python: Callable[..., int]) -> None:
    assert python("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)") == 128 + signal.SIGSEGV


def test_words_are_never_a_shell_line(tmp_path: Path, env: Mapping[str, str]) -> None:
    said = output(("echo", "$(id); `id` && touch x"), folder=tmp_path, limits=LIMITS, env=env)
    assert said.out == "$(id); `id` && touch x\n"
    assert not (tmp_path / "x").exists()


def test_nothing_of_noodles_environment_gets_through(tmp_path: Path, log: Path) -> None:
    source = {**os.environ, "NOODLE_SECRET_KEY": "hunter2", "AWS_SECRET_ACCESS_KEY": "hunter2", "PYTHONPATH": "/x"}
    env = clean_environment(tmp_path / "home", source)
    run(("env",), folder=tmp_path, log=log, limits=LIMITS, env=env)
    assert "hunter2" not in log.read_text()
    assert "PYTHONPATH" not in log.read_text()
    assert f"HOME={tmp_path / 'home'}\n" in log.read_text()


@pytest.mark.parametrize(
    "program",
    [
        "import time; time.sleep(600)",
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)",
        "while True: print('x' * 1000)",
        "import os, time; os.close(1); os.close(2); time.sleep(600)",
    ],
    ids=["sleeping", "deaf to SIGTERM", "talking", "silent"],
)
def test_a_child_that_takes_too_long_is_stopped(python: Callable[..., int], program: str) -> None:
    with pytest.raises(TimedOut, match="stopped after 1 s"):
        python(program, limits=Limits(seconds=1))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has subreapers")
@pytest.mark.parametrize("options", ["", "start_new_session=True"])
def test_what_a_stopped_child_started_is_stopped_too(python: Callable[..., int], tmp_path: Path, options: str) -> None:
    program = (
        "import subprocess, sys, time\n"
        f"child = subprocess.Popen(['sleep', '600'], {options})\n"
        "open(sys.argv[1], 'w').write(str(child.pid))\ntime.sleep(600)"
    )
    with pytest.raises(TimedOut):
        python(program, str(tmp_path / "pid"), limits=Limits(seconds=2))
    assert _gone(int((tmp_path / "pid").read_text()))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has subreapers")
def test_what_a_child_leaves_running_is_stopped_when_it_ends(python: Callable[..., int], tmp_path: Path) -> None:
    program = (
        "import subprocess, sys\nchild = subprocess.Popen(['sleep', '600'], start_new_session=True)\n"
        "open(sys.argv[1], 'w').write(str(child.pid))"
    )
    assert python(program, str(tmp_path / "pid")) == 0
    assert _gone(int((tmp_path / "pid").read_text()))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent is gone")
def test_children_end_when_noodle_is_killed(tmp_path: Path) -> None:
    program = (
        "import os, sys\nfrom pathlib import Path\nfrom core.ports import Limits\nfrom core.process import run\n"
        "home = Path(sys.argv[1])\n"
        "run(('sh', '-c', 'echo $$ > pid.new; mv pid.new pid; exec sleep 600'), folder=home, log=home / 'log', "
        "limits=Limits(seconds=600), env={'PATH': os.environ['PATH']})"
    )
    with subprocess.Popen([PYTHON, "-c", program, str(tmp_path)]) as noodle:
        while not (tmp_path / "pid").exists() and noodle.poll() is None:
            time.sleep(0.01)
        noodle.kill()
    await_the_end(tmp_path)
    assert not Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}").exists()


def test_a_folder_in_which_something_runs_is_told_apart_from_one_at_rest(
    tmp_path: Path, env: Mapping[str, str]
) -> None:
    program = "import core.process as p\nfrom pathlib import Path\np.PATIENCE = 0.0\np.await_the_end(Path('.'))"
    inside = {**env, "PYTHONPATH": str(Path(__file__).parents[2])}
    said = output((PYTHON, "-c", program), folder=tmp_path, limits=LIMITS, env=inside)
    assert said.code == 1
    assert NotReady.__name__ in said.err
    await_the_end(tmp_path)
    await_the_end(tmp_path / "missing")


@pytest.mark.skipif(sys.platform != "linux", reason="macOS does not hold processes to it")
def test_a_child_that_grows_too_large_fails(python: Callable[..., int], log: Path) -> None:
    assert python("x = bytearray(400 << 20)", limits=Limits(seconds=60, memory_mb=200)) != 0
    assert "MemoryError" in log.read_text()
    assert python("x = bytearray(400 << 20)", limits=Limits(seconds=60, memory_mb=2048)) == 0


def test_a_log_stops_growing_at_its_limit_and_the_child_goes_on(python: Callable[..., int], log: Path) -> None:
    assert python(f"for _ in range({LOG_LIMIT // 1000 + 2000}): print('x' * 999)") == 0
    assert LOG_LIMIT <= log.stat().st_size < LOG_LIMIT + 100
    assert "[cut: a log holds 10 MB]" in last_words(log)


def test_a_full_disk_is_told_apart_from_a_failure(python: Callable[..., int]) -> None:
    with pytest.raises(StorageFull):
        python("import sys; sys.exit('OSError: [Errno 28] No space left on device')")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
def test_a_log_on_a_full_disk_says_so(tmp_path: Path, env: Mapping[str, str]) -> None:
    with pytest.raises(StorageFull):
        run(("echo", "x"), folder=tmp_path, log=Path("/dev/full"), limits=LIMITS, env=env)


def test_bytes_that_are_no_text_do_no_harm(python: Callable[..., int], log: Path) -> None:
    assert python(r"import sys; sys.stdout.buffer.write(b'\xff\xfe ok\n')") == 0
    assert "ok" in last_words(log)


def test_short_commands_keep_their_two_voices_apart(tmp_path: Path, env: Mapping[str, str]) -> None:
    said = output(("sh", "-c", "echo a; echo b >&2; exit 4"), folder=tmp_path, limits=LIMITS, env=env)
    assert (said.code, said.out, said.err) == (4, "a\n", "b\n")


def test_a_short_command_that_hangs_is_stopped(tmp_path: Path, env: Mapping[str, str]) -> None:
    with pytest.raises(TimedOut, match="stopped after 1 s") as stopped:
        output(("sleep", "600"), folder=tmp_path, limits=Limits(seconds=1), env=env, setting="NOODLE_X")
    assert "NOODLE_X" in stopped.value.hint


def test_commands_share_one_time_limit(tmp_path: Path, log: Path, env: Mapping[str, str]) -> None:
    commands = Commands(folder=tmp_path, log=log, limits=Limits(seconds=2), env=env, setting="NOODLE_X")
    assert commands.run("true") == 0
    with pytest.raises(TimedOut, match="after 2 s") as stopped:
        commands.run("sleep", "600")
    with pytest.raises(TimedOut, match="after 2 s"):
        commands.run("sleep", "600")
    assert "NOODLE_X" in stopped.value.hint


def test_a_command_that_must_succeed_fails_with_its_last_words(
    tmp_path: Path, log: Path, env: Mapping[str, str]
) -> None:
    commands = Commands(folder=tmp_path, log=log, limits=LIMITS, env=env)
    with pytest.raises(RunFailed) as failed:
        commands.must("Cooking", "sh", "-c", f"echo {tmp_path}/pot boiled over; exit 2", hide=(tmp_path,))
    assert failed.value.message == "Cooking failed (exit code 2):\npot boiled over"


@pytest.mark.parametrize(
    ("text", "hide", "seen"),
    [
        ("/work/run-7/src/a.py", ["/work/run-7"], "src/a.py"),
        ("in /work/run-7: x", ["/work/run-7"], "in .: x"),
        ("/work/run-7/src/a.py", ["/work", "/work/run-7/src"], "a.py"),
        ("/elsewhere/a.py", ["/work"], "/elsewhere/a.py"),
    ],
)
def test_folders_are_not_named_to_people(text: str, hide: Sequence[str], seen: str) -> None:
    assert without(text, [Path(folder) for folder in hide]) == seen
