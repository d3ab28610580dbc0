import errno
import hashlib
import io
import os
import threading
from pathlib import Path

import pytest

from core.artifacts.blobs import FolderBlobs, FolderPending
from core.errors import NoodleError, StorageFull, TooLarge, Unknown

HELLO = hashlib.sha256(b"hello").hexdigest()


@pytest.fixture
def blobs(tmp_path: Path) -> FolderBlobs:
    return FolderBlobs(tmp_path / "blobs", limit=1024)


def everything(tmp_path: Path) -> list[str]:
    return sorted(
        str(path.relative_to(tmp_path / "blobs")) for path in (tmp_path / "blobs").rglob("*") if path.is_file()
    )


def fill_disk(pending: FolderPending) -> None:
    # The kernel's own full disk; everything above it is real.
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, pending._file.fileno())
    os.close(full)


def test_bytes_are_kept_under_their_own_hash(blobs: FolderBlobs, tmp_path: Path) -> None:
    blob = blobs.put(b"hello")

    assert (blob.sha256, blob.size) == (HELLO, 5)
    assert everything(tmp_path) == [f"sha256/{HELLO[:2]}/{HELLO[2:4]}/{HELLO}"]
    with blobs.open(HELLO) as file:
        assert file.read() == b"hello"
    assert blobs.size(HELLO) == 5
    assert blobs.verify(HELLO)


def test_the_same_bytes_are_kept_once_and_cannot_be_written_to(blobs: FolderBlobs, tmp_path: Path) -> None:
    blobs.put(b"hello")
    before = blobs.path(HELLO).stat()
    (tmp_path / "file").write_bytes(b"hello")

    blobs.add(tmp_path / "file")

    assert blobs.path(HELLO).stat().st_ino == before.st_ino
    assert before.st_mode & 0o222 == 0


def test_leaving_without_commit_leaves_nothing(blobs: FolderBlobs, tmp_path: Path) -> None:
    with blobs.begin() as pending:
        pending.write(b"hello")
        assert pending.path.read_bytes() == b"hello"
        assert (pending.sha256, pending.size) == (HELLO, 5)

    assert everything(tmp_path) == []
    assert not blobs.exists(HELLO)


def test_more_than_the_limit_is_refused_and_leaves_nothing(blobs: FolderBlobs, tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        blobs.put(b"x" * 1025)

    assert everything(tmp_path) == []


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    with FolderBlobs(tmp_path / "blobs").begin() as pending:
        fill_disk(pending)
        with pytest.raises(StorageFull, match="no room"):
            pending.write(b"x" * (2 * io.DEFAULT_BUFFER_SIZE))

    assert everything(tmp_path) == []


def test_a_full_disk_seen_only_when_the_file_is_closed_is_said_too(tmp_path: Path) -> None:
    with FolderBlobs(tmp_path / "blobs").begin() as pending:
        fill_disk(pending)
        pending.write(b"x")
        with pytest.raises(StorageFull):
            pending.commit()

    assert everything(tmp_path) == []


def test_another_fault_of_the_disk_keeps_its_cause_for_the_log(blobs: FolderBlobs, tmp_path: Path) -> None:
    (tmp_path / "blobs" / "sha256").write_bytes(b"in the way")

    with pytest.raises(NoodleError, match="could not be kept") as failed:
        blobs.put(b"hello")

    assert isinstance(failed.value.__cause__, OSError)
    assert failed.value.__cause__.errno in {errno.ENOTDIR, errno.EEXIST}


def test_many_writers_of_the_same_bytes_make_one_blob(blobs: FolderBlobs, tmp_path: Path) -> None:
    barrier = threading.Barrier(8)

    def work() -> None:
        barrier.wait()
        blobs.put(b"hello")

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(everything(tmp_path)) == 1
    assert blobs.verify(HELLO)


def test_damaged_bytes_are_found_out_and_mended_by_the_whole_ones(blobs: FolderBlobs) -> None:
    blobs.put(b"hello")
    blobs.path(HELLO).chmod(0o644)
    blobs.path(HELLO).write_bytes(b"hell")
    assert not blobs.verify(HELLO)

    blobs.put(b"hello")

    assert blobs.verify(HELLO)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", HELLO.upper(), HELLO[:-1], HELLO + "/x"])
def test_what_is_no_hash_never_becomes_a_path(blobs: FolderBlobs, name: str) -> None:
    assert not blobs.exists(name)
    assert not blobs.verify(name)
    with pytest.raises(Unknown):
        blobs.path(name)


def test_a_blob_that_is_not_there_is_unknown(blobs: FolderBlobs) -> None:
    with pytest.raises(Unknown, match="not kept here"):
        blobs.open(HELLO)


def test_the_sweep_takes_what_a_dead_process_left_and_not_what_is_coming_in(blobs: FolderBlobs) -> None:
    with blobs.begin() as dead, blobs.begin() as alive:
        dead.write(b"hello")
        alive.write(b"hello")
        os.utime(dead.path, (0, 0))

        assert blobs.sweep() == 1

        assert not dead.path.exists()
        assert alive.commit().sha256 == HELLO
