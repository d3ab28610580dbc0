"""Settings come from the environment that is given, and all that is wrong with them is said at once."""

from pathlib import Path

import pytest

from bot import settings
from core.errors import Misconfigured


def test_without_any_setting_noodle_runs_on_sqlite_under_its_home(tmp_path: Path) -> None:
    read = settings.read({}, home=tmp_path)

    assert read.url_of_database == f"sqlite:///{tmp_path}/noodle.db"
    assert read.url_of_engine == f"sqlite:///{tmp_path}/engine.db"
    assert read.blobs == tmp_path / "blobs"
    assert read.url == "http://127.0.0.1:8080"


def test_a_variable_is_a_setting_with_the_prefix() -> None:
    read = settings.read({"NOODLE_PORT": "9", "NOODLE_PUBLIC_URL": "https://noodle.example.com/", "OTHER": "x"})

    assert read.port == 9
    assert read.url == "https://noodle.example.com"


def test_only_the_environment_that_is_given_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOODLE_PORT", "7777")

    assert settings.read({}).port == 8080
    assert settings.read().port == 7777


def test_a_database_url_is_for_the_engine_too() -> None:
    read = settings.read({"NOODLE_DATABASE_URL": "postgresql://db/noodle"})

    assert read.url_of_database == read.url_of_engine == "postgresql://db/noodle"


def test_a_secret_may_stand_in_a_file_and_its_line_end_is_not_part_of_it(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("xoxb-1\n")

    read = settings.read({"NOODLE_SLACK_BOT_TOKEN_FILE": str(tmp_path / "token")})

    assert read.slack_bot_token.get_secret_value() == "xoxb-1"


def test_every_fault_is_named_at_once_and_no_value_is_repeated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = {
        "NOODLE_PORT": "http",
        "NOODLE_HEALTH_INTERVAL": "1",
        "NOODLE_SECRET_KEY_FILE": str(tmp_path / "nowhere"),
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(Misconfigured) as wrong:
        settings.read()

    for name in given:
        assert name in wrong.value.message
    assert "docs/operations.md" in wrong.value.hint


def test_a_secret_is_never_shown() -> None:
    read = settings.read({"NOODLE_SLACK_SIGNING_SECRET": "hush-hush", "NOODLE_SECRET_KEY": "hush-hush"})

    assert "hush" not in f"{read!r} {read}"
    assert "hush" not in read.model_dump_json()


def test_slacks_address_always_ends_with_a_slash() -> None:
    assert settings.read({"NOODLE_SLACK_API_URL": "http://localhost:1/api"}).slack_api_url == "http://localhost:1/api/"
