import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import BadUpload
from providers.pypi import format as pypi_format
from providers.pypi.format import inspect, parse_name

MakeFile = Callable[..., bytes]


@pytest.fixture
def put(tmp_path: Path) -> Callable[[bytes], Path]:
    def write(content: bytes) -> Path:
        (tmp_path / "file").write_bytes(content)
        return tmp_path / "file"

    return write


Put = Callable[[bytes], Path]


@pytest.mark.parametrize(
    ("filename", "expected"),
    [
        ("noodle_demo-1.4.0-py3-none-any.whl", ("noodle-demo", "1.4.0", "wheel")),
        ("Noodle_Demo-1.4.0rc1-1-cp311-cp311-manylinux_2_17_x86_64.whl", ("noodle-demo", "1.4.0rc1", "wheel")),
        ("noodle_demo-1.4.0.tar.gz", ("noodle-demo", "1.4.0", "sdist")),
        ("noodle-demo-1.4.0.zip", ("noodle-demo", "1.4.0", "sdist")),
    ],
)
def test_a_file_name_says_name_version_and_kind(filename: str, expected: tuple[str, str, str]) -> None:
    assert parse_name(filename) == expected


@pytest.mark.parametrize(
    "filename",
    [
        "",
        "x",
        "noodle.whl",
        "noodle-1.0.tar.bz2",
        "noodle-one-py3-none-any.whl",
        "../noodle-1.0.tar.gz",
        "a/b-1.0.tar.gz",
    ],
)
def test_what_is_neither_wheel_nor_source_archive_is_refused(filename: str) -> None:
    with pytest.raises(BadUpload, match="not the name of") as refused:
        parse_name(filename)

    assert "noodle_demo-1.4.0" in refused.value.hint


def test_an_egg_is_refused_by_name() -> None:
    with pytest.raises(BadUpload, match="PEP 715"):
        parse_name("noodle_demo-1.4.0-py3.11.egg")


def test_a_wheel_says_what_its_metadata_says_byte_for_byte(make_wheel: MakeFile, put: Put) -> None:
    path = put(make_wheel())

    facts = inspect("noodle_demo-1.4.0-py3-none-any.whl", path)

    assert (facts.name, facts.version, facts.kind, facts.requires_python) == ("noodle_demo", "1.4.0", "wheel", ">=3.8")
    assert facts.metadata == zipfile.ZipFile(path).read("noodle_demo-1.4.0.dist-info/METADATA")


def test_a_source_archive_says_what_its_own_pkg_info_says(make_sdist: MakeFile, put: Put) -> None:
    facts = inspect("noodle_demo-1.4.0.tar.gz", put(make_sdist()))

    assert (facts.name, facts.version, facts.kind, facts.metadata) == ("noodle_demo", "1.4.0", "sdist", b"")


def test_a_metadata_version_of_tomorrow_is_taken(make_sdist: MakeFile, put: Put) -> None:
    tomorrow = "Metadata-Version: 9.9\nName: noodle_demo\nVersion: 1.4.0\nSomething-New: 1\n"

    assert inspect("noodle_demo-1.4.0.tar.gz", put(make_sdist(pkg_info=tomorrow))).version == "1.4.0"


def test_bytes_that_changed_on_the_way_are_noticed(make_wheel: MakeFile, put: Put) -> None:
    damaged = make_wheel().replace(b"Requires-Python: >=3.8", b"Requires-Python: >=3.9")

    with pytest.raises(BadUpload, match="damaged"):
        inspect("noodle_demo-1.4.0-py3-none-any.whl", put(damaged))


@pytest.mark.parametrize("name", ["other", "noodle_demo"])
def test_name_and_metadata_must_agree(make_wheel: MakeFile, put: Put, name: str) -> None:
    path = put(make_wheel(name, "1.4.0"))

    with pytest.raises(BadUpload, match="metadata"):
        inspect("noodle_demo-1.4.1-py3-none-any.whl", path)


def test_a_wheel_is_not_believed_for_its_folder_alone(put: Put) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("noodle_demo-1.4.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: other\nVersion: 1.4.0\n")

    with pytest.raises(BadUpload, match="that it is other"):
        inspect("noodle_demo-1.4.0-py3-none-any.whl", put(packed.getvalue()))


@pytest.mark.parametrize(
    "filename", ["noodle_demo-1.4.0-py3-none-any.whl", "noodle_demo-1.4.0.tar.gz", "noodle_demo-1.4.0.zip"]
)
@pytest.mark.parametrize("content", [b"", b"hello", b"\x1f\x8b\x08", b"PK\x05\x06", b"PK\x03\x04" * 100])
def test_what_cannot_be_read_is_refused(put: Put, filename: str, content: bytes) -> None:
    with pytest.raises(BadUpload):
        inspect(filename, put(content))


@pytest.mark.parametrize("keep", [0.3, 0.7, 0.95])
def test_half_a_file_is_refused(make_wheel: MakeFile, make_sdist: MakeFile, put: Put, keep: float) -> None:
    for filename, content in {
        "noodle_demo-1.4.0-py3-none-any.whl": make_wheel(),
        "noodle_demo-1.4.0.tar.gz": make_sdist(),
    }.items():
        if filename.endswith("gz") and keep > 0.9:
            continue  # all that is needed has been read before the end
        with pytest.raises(BadUpload):
            inspect(filename, put(content[: int(len(content) * keep)]))


def test_metadata_that_unpacks_to_a_bomb_is_refused(put: Put) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("noodle_demo-1.4.0.dist-info/METADATA", b"x" * (5 * 1024 * 1024))

    with pytest.raises(BadUpload, match="larger than 4 MiB"):
        inspect("noodle_demo-1.4.0-py3-none-any.whl", put(packed.getvalue()))


def test_a_source_archive_that_unpacks_to_a_bomb_is_refused(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pypi_format._Limited, "_left", 1024 * 1024)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        entry = tarfile.TarInfo("noodle_demo-1.4.0/zeros")
        entry.size = 2 * 1024 * 1024
        archive.addfile(entry, io.BytesIO(bytes(entry.size)))

    with pytest.raises(BadUpload, match="unpacks to more"):
        inspect("noodle_demo-1.4.0.tar.gz", put(gzip.compress(packed.getvalue())))


def test_a_zip_whose_list_of_files_would_fill_memory_is_refused_unread(put: Put, make_wheel: MakeFile) -> None:
    content = bytearray(make_wheel())
    end = content.rfind(b"PK\x05\x06")
    content[end + 12 : end + 16] = (64 * 1024 * 1024).to_bytes(4, "little")

    with pytest.raises(BadUpload, match="too many files"):
        inspect("noodle_demo-1.4.0-py3-none-any.whl", put(bytes(content)))
