import threading

import pytest

from core.clock import StoppedClock
from core.db import Database
from core.errors import AlreadyExists, BadCommand, Unknown
from core.packages.service import Packages


@pytest.fixture
def packages(db: Database, clock: StoppedClock) -> Packages:
    return Packages(db, clock)


def create(packages: Packages, name: str, channel: str = "") -> None:
    packages.create(name, repo=f"https://git.test/{name}", by="slack:T1:U1", channel=channel)


def test_a_package_is_found_however_its_name_is_written(packages: Packages, clock: StoppedClock) -> None:
    create(packages, "Noodle_Demo")

    found = packages.get("noodle.DEMO")

    assert (found.name, found.normalized, found.created_by) == ("Noodle_Demo", "noodle-demo", "slack:T1:U1")
    assert found.created_at == clock.now()


def test_two_spellings_of_one_name_are_one_package(packages: Packages) -> None:
    create(packages, "Noodle_Demo")

    with pytest.raises(AlreadyExists, match="Noodle_Demo already, which is the same name as noodle-demo"):
        create(packages, "noodle-demo")


def test_one_of_two_people_who_create_a_package_at_once_is_refused(packages: Packages) -> None:
    outcomes: list[str] = []
    barrier = threading.Barrier(2)

    def work() -> None:
        barrier.wait()
        try:
            create(packages, "noodle-demo")
            outcomes.append("made")
        except AlreadyExists:
            outcomes.append("refused")

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["made", "refused"]


@pytest.mark.parametrize("name", ["", "-x", "x-", "a/b", "../etc", "a b", "näme", "x" * 101])
def test_an_illegal_name_is_refused_saying_what_a_name_has(packages: Packages, name: str) -> None:
    with pytest.raises(BadCommand, match="cannot be the name") as refused:
        create(packages, name)

    assert refused.value.example.startswith("package create ")


def test_a_package_without_a_repo_is_refused_with_the_line_that_would_work(packages: Packages) -> None:
    with pytest.raises(BadCommand, match="needs a repo") as refused:
        packages.create("api", repo=" ", by="slack:T1:U1")

    assert refused.value.example == "package create api --repo https://github.com/team/api"


def test_an_unknown_package_is_refused_with_what_was_probably_meant(packages: Packages) -> None:
    create(packages, "noodle-demo")

    with pytest.raises(Unknown) as refused:
        packages.get("nodle-demo")

    assert refused.value.suggestions == ("noodle-demo",)
    assert packages.find("nodle-demo") is None


def test_the_first_package_is_asked_for_when_there_is_none(packages: Packages) -> None:
    with pytest.raises(Unknown, match="none at all") as refused:
        packages.get("api")

    assert refused.value.example == "package create api --repo https://github.com/team/api"


def test_packages_are_listed_by_name_and_by_channel(packages: Packages) -> None:
    create(packages, "web", channel="C1")
    create(packages, "api", channel="C1")
    create(packages, "cli", channel="C2")

    assert [package.name for package in packages.list()] == ["api", "cli", "web"]
    assert [package.name for package in packages.in_channel("C1")] == ["api", "web"]


def test_an_update_changes_what_is_given_and_leaves_the_rest(packages: Packages) -> None:
    create(packages, "api", channel="C1")

    packages.update("API", repo="https://git.example/api", status="archived", status_reason="use web")
    after = packages.update("api", summary="The API")

    assert (after.repo, after.summary, after.channel) == ("https://git.example/api", "The API", "C1")
    assert not after.takes_uploads
    assert packages.get("api") == after


def test_every_change_gives_a_package_a_revision_of_its_own(packages: Packages) -> None:
    create(packages, "api")
    create(packages, "web")
    before, all_before = packages.revision("api"), packages.revision_of_all()

    packages.update("api", status="deprecated")

    assert packages.revision("api") != before
    assert packages.revision("web") == 0
    assert packages.revision("nothing") is None
    assert packages.revision_of_all() != all_before
