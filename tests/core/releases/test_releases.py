import threading
from pathlib import Path

import pytest

from core.artifacts.blobs import FolderBlobs
from core.clock import StoppedClock
from core.db import Database
from core.errors import AlreadyExists, BadUpload, Conflict, Unknown
from core.packages.service import Packages
from core.releases.model import Received, Release, ReleaseState
from core.releases.service import Releases
from core.value import Value

ME = "slack:T1:U1"


class Built(Value):
    filename: str
    kind: str
    sha256: str
    size: int


def build(blobs: FolderBlobs, version: str, filename: str = "", name: str = "noodle_demo") -> Built:
    filename = filename or f"{name}-{version}-any.whl"
    blob = blobs.put(f"{filename}\n".encode())
    return Built(filename=filename, kind="wheel", sha256=blob.sha256, size=blob.size)


def draft(releases: Releases, blobs: FolderBlobs, version: str = "1.0.0", run: int = 1) -> Release:
    return releases.draft(
        "noodle-demo",
        version,
        commit="c0ffee",
        tag=f"v{version}",
        changelog="- first",
        run=run,
        files=[build(blobs, version)],
        by=ME,
    )


def upload(releases: Releases, blobs: FolderBlobs, filename: str, content: str = "") -> Received:
    with blobs.begin() as pending:
        pending.write(f"{filename}\n{content}".encode())
        return releases.receive("noodle-demo", filename, pending, by=ME)


def kept(tmp_path: Path) -> int:
    return sum(path.is_file() for path in (tmp_path / "blobs").rglob("*"))


def test_a_draft_keeps_what_the_run_made_and_what_its_files_say(releases: Releases, blobs: FolderBlobs) -> None:
    draft(releases, blobs)

    release = releases.get("Noodle_Demo", "1.0")

    assert (release.state, release.version, release.run, release.commit) == (ReleaseState.DRAFT, "1.0.0", 1, "c0ffee")
    assert release.published_at is None
    (file,) = release.files
    assert (file.kind, file.requires_python) == ("wheel", ">=3.11")
    assert blobs.path(file.metadata_sha256).read_bytes() == b"noodle_demo-1.0.0-any.whl"


def test_the_same_run_drafting_again_gets_what_stands(releases: Releases, blobs: FolderBlobs) -> None:
    first = draft(releases, blobs)

    assert draft(releases, blobs) == first


def test_another_run_cannot_draft_the_same_version(releases: Releases, blobs: FolderBlobs) -> None:
    draft(releases, blobs)

    with pytest.raises(AlreadyExists, match=r"1\.0\.0 is taken"):
        draft(releases, blobs, run=2)


def test_a_draft_whose_file_is_of_another_version_or_package_is_refused(releases: Releases, blobs: FolderBlobs) -> None:
    for file in (build(blobs, "1.0.1"), build(blobs, "1.0.0", name="other")):
        with pytest.raises(BadUpload, match="says it is"):
            releases.draft("noodle-demo", "1.0.0", commit="", tag="", changelog="", run=1, files=[file], by=ME)

    assert releases.find("noodle-demo", "1.0.0") is None


def test_a_file_counts_as_uploaded_from_when_it_could_first_be_seen(
    releases: Releases, blobs: FolderBlobs, clock: StoppedClock
) -> None:
    draft(releases, blobs)
    clock.move(days=3)

    release = releases.publish("noodle-demo", "1.0.0", by="slack:T1:U2")

    assert release == releases.get("noodle-demo", "1.0.0")
    assert (release.state, release.published_by) == (ReleaseState.PUBLISHED, "slack:T1:U2")
    assert release.published_at == release.files[0].uploaded_at == clock.now()


def test_publishing_twice_is_refused_saying_what_is_possible(releases: Releases, blobs: FolderBlobs) -> None:
    draft(releases, blobs)
    releases.publish("noodle-demo", "1.0.0", by=ME)

    with pytest.raises(Conflict, match=r"1\.0\.0 is published and cannot be published: only a draft") as refused:
        releases.publish("noodle-demo", "1.0.0", by=ME)

    assert "yanked, deprecated, archived or quarantined" in refused.value.hint


def test_a_yank_and_its_reason_come_and_go(releases: Releases, blobs: FolderBlobs, clock: StoppedClock) -> None:
    draft(releases, blobs)
    published = releases.publish("noodle-demo", "1.0.0", by=ME)
    clock.move(days=1)

    yanked = releases.yank("noodle-demo", "1.0.0", by=ME, reason="leaks")
    assert (yanked.state, yanked.yanked_reason) == (ReleaseState.YANKED, "leaks")
    assert releases.latest_published("noodle-demo") is None

    assert releases.unyank("noodle-demo", "1.0.0", by=ME) == published


def test_a_deleted_version_is_gone_and_never_free_again(releases: Releases, blobs: FolderBlobs) -> None:
    draft(releases, blobs)

    releases.move("noodle-demo", "1.0.0", "delete", by=ME)

    assert releases.find("noodle-demo", "1.0.0") is None
    assert releases.list("noodle-demo") == []
    assert releases.next_version("noodle-demo", "minor") == "1.1.0"
    with pytest.raises(AlreadyExists):
        releases.next_version("noodle-demo", "1.0.0")
    with pytest.raises(AlreadyExists, match=r"File already exists.* was deleted"):
        upload(releases, blobs, "noodle_demo-1.0.0-any.whl")


def test_an_unknown_version_is_refused_naming_those_there_are(releases: Releases, blobs: FolderBlobs) -> None:
    with pytest.raises(Unknown, match="none at all"):
        releases.get("noodle-demo", "1.0.0")
    draft(releases, blobs)

    with pytest.raises(Unknown, match=r"no version 1\.0\.1") as refused:
        releases.get("noodle-demo", "1.0.1")

    assert refused.value.suggestions == ("1.0.0",)


def test_releases_are_listed_by_version_and_not_by_when_or_by_text(releases: Releases, blobs: FolderBlobs) -> None:
    draft(releases, blobs, "1.10.0", run=1)
    draft(releases, blobs, "1.9.0", run=2)
    upload(releases, blobs, "noodle_demo-2.0.0rc1-any.whl")
    releases.publish("noodle-demo", "1.9.0", by=ME)

    assert [release.version for release in releases.list("noodle-demo")] == ["2.0.0-rc.1", "1.10.0", "1.9.0"]
    newest, visible = releases.latest("noodle-demo"), releases.latest_published("noodle-demo")
    assert newest is not None
    assert visible is not None
    assert (newest.version, visible.version) == ("2.0.0-rc.1", "1.9.0")


def test_an_upload_makes_a_published_version_and_its_next_file_joins_it(releases: Releases, blobs: FolderBlobs) -> None:
    first = upload(releases, blobs, "noodle_demo-1.4-any.whl")
    second = upload(releases, blobs, "noodle_demo-1.4-linux.whl")

    assert (first.new_release, second.new_release, second.new_file) == (True, False, True)
    release = releases.get("noodle-demo", "1.4.0")
    assert release.state is ReleaseState.PUBLISHED
    assert [file.filename for file in release.files] == ["noodle_demo-1.4-any.whl", "noodle_demo-1.4-linux.whl"]


def test_the_very_same_file_again_is_accepted_and_changes_nothing(
    releases: Releases, blobs: FolderBlobs, clock: StoppedClock
) -> None:
    first = upload(releases, blobs, "noodle_demo-1.4-any.whl")
    clock.move(minutes=1)

    again = upload(releases, blobs, "noodle_demo-1.4-any.whl")

    assert not again.new_file
    assert again.file == first.file
    assert releases.get("noodle-demo", "1.4") == first.release


def test_other_bytes_under_the_same_name_are_refused_and_not_kept(
    releases: Releases, blobs: FolderBlobs, tmp_path: Path
) -> None:
    upload(releases, blobs, "noodle_demo-1.4-any.whl")
    before = kept(tmp_path)

    with pytest.raises(AlreadyExists, match=r"^File already exists"):
        upload(releases, blobs, "noodle_demo-1.4-any.whl", "other bytes")

    assert kept(tmp_path) == before


def test_what_a_run_built_takes_no_uploaded_files(releases: Releases, blobs: FolderBlobs) -> None:
    draft(releases, blobs, run=7)
    releases.publish("noodle-demo", "1.0.0", by=ME)

    with pytest.raises(Conflict, match="built by run 7"):
        upload(releases, blobs, "noodle_demo-1.0.0-linux.whl")


def test_a_yanked_version_takes_no_more_files(releases: Releases, blobs: FolderBlobs) -> None:
    upload(releases, blobs, "noodle_demo-1.4-any.whl")
    releases.yank("noodle-demo", "1.4", by=ME)

    with pytest.raises(Conflict, match="is yanked"):
        upload(releases, blobs, "noodle_demo-1.4-linux.whl")


def test_an_archived_package_takes_nothing_new_and_keeps_what_it_has(
    releases: Releases, packages: Packages, blobs: FolderBlobs
) -> None:
    upload(releases, blobs, "noodle_demo-1.4-any.whl")
    packages.update("noodle-demo", status="archived", status_reason="use noodle-next")

    with pytest.raises(Conflict, match="archived and takes no new versions: use noodle-next"):
        upload(releases, blobs, "noodle_demo-1.5-any.whl")

    assert releases.get("noodle-demo", "1.4").state is ReleaseState.PUBLISHED


def test_a_fault_in_what_is_told_of_an_upload_undoes_the_upload(releases: Releases, blobs: FolderBlobs) -> None:
    def fail(_release: Release) -> None:
        raise ZeroDivisionError

    with blobs.begin() as pending:
        pending.write(b"noodle_demo-1.4-any.whl\n")
        with pytest.raises(ZeroDivisionError):
            releases.receive("noodle-demo", "noodle_demo-1.4-any.whl", pending, by=ME, published=fail)

    assert releases.find("noodle-demo", "1.4") is None


def test_of_two_uploads_of_one_name_at_once_one_wins(releases: Releases, blobs: FolderBlobs) -> None:
    outcomes: list[str] = []
    barrier = threading.Barrier(4)

    def work(content: str) -> None:
        barrier.wait()
        try:
            upload(releases, blobs, "noodle_demo-1.4-any.whl", content)
            outcomes.append("won")
        except AlreadyExists:
            outcomes.append("refused")

    threads = [threading.Thread(target=work, args=(str(number),)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["refused", "refused", "refused", "won"]


def test_every_change_moves_the_revision_of_the_package(
    releases: Releases, packages: Packages, blobs: FolderBlobs, db: Database
) -> None:
    seen = [packages.revision("noodle-demo")]
    draft(releases, blobs)
    seen.append(packages.revision("noodle-demo"))
    releases.publish("noodle-demo", "1.0.0", by=ME)
    seen.append(packages.revision("noodle-demo"))
    releases.yank("noodle-demo", "1.0.0", by=ME)
    seen.append(packages.revision("noodle-demo"))

    assert len(set(seen)) == 4
    with db.read():
        assert releases.listed_packages() == ["noodle-demo"]
