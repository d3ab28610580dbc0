import pytest

from core.errors import AlreadyExists, BadCommand
from core.releases.versions import identity, next_version


def test_the_first_release_is_0_1_0_whichever_part_is_asked_for() -> None:
    assert {next_version("api", [], part) for part in ("major", "minor", "patch")} == {"0.1.0"}


def test_a_part_is_raised_from_the_highest_version_there_ever_was() -> None:
    assert next_version("api", ["1.9.0", "1.10.0", "1.2.0"], "minor") == "1.11.0"


def test_a_pre_release_is_finished_by_the_part_it_leads_to() -> None:
    assert next_version("api", ["1.0.0", "2.0.0-rc.1"], "major") == "2.0.0"


@pytest.mark.parametrize(("last", "following"), [("1.0.post1", "1.0.1"), ("1.2.3.4", "1.2.4")])
def test_a_version_only_python_knows_counts_on_from_its_numbers(last: str, following: str) -> None:
    assert next_version("api", [last], "patch") == following


def test_a_version_may_be_said_outright_even_below_the_highest() -> None:
    assert next_version("api", ["1.4.0"], "v1.3.1") == "1.3.1"


@pytest.mark.parametrize("wanted", ["1.4.0-rc.1", "1.4.0"])
def test_a_version_that_is_taken_is_refused_with_the_next_free_one(wanted: str) -> None:
    with pytest.raises(AlreadyExists, match="never used twice") as refused:
        next_version("api", ["1.4.0", "1.4.0-rc.1"], wanted)

    assert refused.value.example == "release api 1.4.1"


def test_a_version_that_python_cannot_say_is_refused() -> None:
    with pytest.raises(BadCommand, match="snapshot"):
        next_version("api", [], "1.0.0-snapshot.1")


@pytest.mark.parametrize(("one", "other"), [("1.4.0-rc.1", "1.4.0rc1"), ("1.0", "1.0.0"), ("1.0.0", "v1")])
def test_spellings_of_one_version_are_the_same(one: str, other: str) -> None:
    assert identity(one) == identity(other)


def test_other_versions_are_not_the_same() -> None:
    assert len({identity(version) for version in ("1.0.0", "1.0.1", "1.0.0-rc.1", "1.0.post1", "1.0+a")}) == 5
