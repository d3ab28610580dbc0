import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import versions
from core.errors import BadCommand

NUMBERS = st.integers(min_value=0, max_value=10**6)


@pytest.mark.parametrize(
    ("before", "part", "after"),
    [
        ("1.9.3", "patch", "1.9.4"),
        ("1.9.3", "minor", "1.10.0"),
        ("1.9.3", "major", "2.0.0"),
        ("2.0.0-rc.1", "major", "2.0.0"),
        ("2.0.0-rc.1", "patch", "2.0.0"),
        ("1.2.3+build.5", "patch", "1.2.4"),
    ],
)
def test_a_part_is_raised_and_what_follows_it_is_zero(before: str, part: versions.Part, after: str) -> None:
    assert versions.bump(before, part) == after


@pytest.mark.parametrize("text", ["1.2", "1.2.3.4", "01.2.3", "1.2.3-", "latest", "", "1.2.3-01", "9" * 300])
def test_what_is_not_semver_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadCommand) as refused:
        versions.parse(text)

    assert "1.4.0" in refused.value.hint
    assert len(refused.value.message) < 200


def test_a_leading_v_is_understood() -> None:
    assert str(versions.parse("v1.4.0")) == "1.4.0"


def test_what_a_release_asks_for_is_a_part_or_a_version() -> None:
    assert versions.parse_wanted("Minor") == "minor"
    assert str(versions.parse_wanted("1.4.0-rc.1")) == "1.4.0-rc.1"


def test_neither_a_part_nor_a_version_is_refused_naming_both() -> None:
    with pytest.raises(BadCommand, match="nor a part") as refused:
        versions.parse_wanted("mnior")

    assert "minor" in refused.value.hint
    assert "1.4.0" in refused.value.hint
    assert refused.value.example == "release <package> minor"


def test_the_latest_is_by_number_and_not_by_text() -> None:
    assert versions.latest(["1.9.0", "1.10.0", "1.2.0"]) == "1.10.0"


def test_a_pre_release_is_the_latest_only_when_there_is_nothing_final() -> None:
    assert versions.latest(["1.0.0", "2.0.0-rc.1"]) == "1.0.0"
    assert versions.latest(["2.0.0-rc.1", "2.0.0-alpha.9"]) == "2.0.0-rc.1"
    assert versions.highest(["1.0.0", "2.0.0-rc.1"]) == "2.0.0-rc.1"
    assert versions.latest([]) is None


def test_versions_that_only_python_knows_stand_where_python_puts_them() -> None:
    given_versions = ["1.0.0", "1.0.post1", "1.0.1-rc.1", "1.0.1-dev.1", "1.0.1-alpha.1"]

    assert list(versions.ascending(reversed(given_versions))) == [
        "1.0.0",
        "1.0.post1",
        "1.0.1-dev.1",
        "1.0.1-alpha.1",
        "1.0.1-rc.1",
    ]


def test_versions_that_python_does_not_know_stand_where_semver_puts_them() -> None:
    assert list(versions.ascending(["1.0.0", "1.0.0-snapshot.2", "1.0.0-snapshot.10"])) == [
        "1.0.0-snapshot.2",
        "1.0.0-snapshot.10",
        "1.0.0",
    ]


@pytest.mark.parametrize(
    ("semver", "python"),
    [
        ("1.4.0-rc.1", "1.4.0rc1"),
        ("1.4.0-alpha.2", "1.4.0a2"),
        ("1.4.0-beta.3", "1.4.0b3"),
        ("1.4.0-dev.7", "1.4.0.dev7"),
        ("1.4.0", "1.4.0"),
        ("1.4.0+linux.2", "1.4.0+linux.2"),
    ],
)
def test_semver_and_python_spell_the_same_version(semver: str, python: str) -> None:
    assert versions.to_pep440(semver) == python
    assert versions.from_pep440(python) == semver


@given(NUMBERS, NUMBERS, NUMBERS, st.sampled_from(["", "-alpha.", "-beta.", "-rc.", "-dev."]), NUMBERS)
def test_every_version_python_can_say_comes_back_as_it_was(
    major: int, minor: int, patch: int, word: str, number: int
) -> None:
    version = f"{major}.{minor}.{patch}" + (f"{word}{number}" if word else "")

    assert versions.from_pep440(versions.to_pep440(version)) == version


def test_a_pre_release_that_python_has_no_word_for_is_refused_naming_those_it_has() -> None:
    with pytest.raises(BadCommand, match="snapshot") as refused:
        versions.to_pep440("1.4.0-snapshot.1")

    assert "rc" in refused.value.hint


@pytest.mark.parametrize("python", ["1.0.post1", "1!2.0", "1.2.3.4", "1.0rc1.dev2"])
def test_what_semver_cannot_say_stays_as_python_has_it(python: str) -> None:
    assert versions.from_pep440(python) == python


def test_short_python_versions_are_filled_up() -> None:
    assert versions.from_pep440("2026.1") == "2026.1.0"
