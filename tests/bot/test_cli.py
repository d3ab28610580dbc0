"""`noodle` as whoever runs the machine types it: real processes, a folder of their own."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.sandbox.demo_repo import create

ROOT = Path(__file__).parents[2]
_SECONDS = 120


class Terminal:
    """A terminal on a machine where nothing of Noodle's is set but its home."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run `noodle` with these words."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("NOODLE_")}
        environ = kept | {"NOODLE_HOME": str(self.home), "PYTHONPATH": str(ROOT)} | environment
        command = [sys.executable, "-c", "import sys; from bot.cli import main; sys.exit(main())", *words]
        return subprocess.run(
            command, env=environ, cwd=self.home.parent, capture_output=True, text=True, timeout=_SECONDS, check=False
        )


@pytest.fixture
def noodle(tmp_path: Path) -> Terminal:
    """Return a terminal."""
    return Terminal(tmp_path / "home")


def test_an_answer_is_on_standard_output_alone_as_words_or_as_json(noodle: Terminal) -> None:
    words = noodle("ask", "status")
    value = noodle("ask", "--json", "status")

    assert words.returncode == value.returncode == 0
    assert words.stdout.startswith("Everything\n")
    assert "package create <name>" in words.stdout
    assert json.loads(value.stdout)["title"] == "Everything"


def test_a_line_that_cannot_be_read_ends_with_one_and_says_why_on_standard_error(noodle: Terminal) -> None:
    wrong = noodle("--log", "warning", "ask", "statsu")
    trail = noodle("ask", "audit")

    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "There is no command `statsu`." in wrong.stderr
    assert "status" in wrong.stderr
    assert "Traceback" not in wrong.stderr
    assert re.search(r"refused terminal:\S+: statsu", trail.stdout)


@pytest.mark.slow
def test_a_run_is_followed_to_its_end_and_a_failed_one_ends_with_one(noodle: Terminal, tmp_path: Path) -> None:
    create(tmp_path / "hello.git")
    made = noodle("ask", f"package create hello-noodle --repo {tmp_path / 'hello.git'}")
    failed = noodle("ask", "build hello-noodle@nowhere")

    assert "hello-noodle is known now" in made.stdout
    assert failed.returncode == 1
    assert "build hello-noodle@nowhere (#1): failed" in failed.stdout
    assert "nowhere" in failed.stdout


def test_the_database_is_brought_up_to_date_by_itself_or_by_hand_once_or_twice(noodle: Terminal) -> None:
    assert [noodle("db").returncode for _ in range(2)] == [0, 0]
    assert (noodle.home / "noodle.db").exists()


def test_the_doctor_says_how_everything_is(noodle: Terminal) -> None:
    well = noodle("doctor")

    assert well.returncode == 0
    assert re.search(r"^ok   local: ", well.stdout, re.MULTILINE)


def test_the_doctor_says_what_is_wrong_and_what_to_do(noodle: Terminal) -> None:
    ill = noodle("doctor", PATH="/nowhere")

    assert ill.returncode == 1
    assert re.search(r"^BAD  local: .*\n      \S", ill.stdout, re.MULTILINE)


def test_wrong_settings_are_named_without_a_traceback(noodle: Terminal) -> None:
    wrong = noodle("ask", "status", NOODLE_PORT="http", NOODLE_INTEGRATION_TIMEOUT="0")

    assert wrong.returncode == 1
    assert "NOODLE_PORT" in wrong.stderr
    assert "NOODLE_INTEGRATION_TIMEOUT" in wrong.stderr
    assert "Traceback" not in wrong.stderr


def test_called_wrongly_it_says_how_it_is_called(noodle: Terminal) -> None:
    wrong = noodle("shrug")

    assert wrong.returncode == 2
    assert "usage: noodle" in wrong.stderr


def test_a_bot_token_alone_is_not_enough_to_serve_and_is_not_repeated(noodle: Terminal) -> None:
    alone = noodle("serve", NOODLE_SLACK_BOT_TOKEN="xoxb-secret-1")

    assert alone.returncode == 1
    assert "NOODLE_SLACK_APP_TOKEN" in alone.stderr
    assert "xoxb-secret-1" not in alone.stderr
