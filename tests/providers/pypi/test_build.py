import hashlib
import io
import os
import tarfile
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.sandbox.demo_repo import create
from core.errors import BadCommand, RunFailed, TimedOut
from core.ports import BuiltFile, Limits
from providers.local.git import GitRepos
from providers.pypi import junit, sdist
from providers.pypi.build import PythonBuilder

AT = datetime(2026, 11, 18, 12, 12, tzinfo=UTC)
LIMITS = Limits(seconds=240)
# A build backend inside the project needs no index: what it is made of is what a test says.
BACKEND = """
import os, subprocess, sys, tarfile, time, zipfile
NAME, VERSION = "hello", os.environ.get("SETUPTOOLS_SCM_PRETEND_VERSION", "1.0.0")
def build_wheel(directory, config_settings=None, metadata_directory=None):
    {wheel}
    file = f"{{NAME}}-{{VERSION}}-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(directory, file), "w") as archive:
        archive.writestr("hello.py", "")
        info = f"{{NAME}}-{{VERSION}}.dist-info"
        archive.writestr(f"{{info}}/METADATA", f"Metadata-Version: 2.1\\nName: {{NAME}}\\nVersion: {{VERSION}}\\n")
        archive.writestr(f"{{info}}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        archive.writestr(f"{{info}}/RECORD", "")
    return file
def build_sdist(directory, config_settings=None):
    {sdist}
    file = f"{{NAME}}-{{VERSION}}.tar.gz"
    with tarfile.open(os.path.join(directory, file), "w:gz") as archive:
        archive.add("pyproject.toml", f"{{NAME}}-{{VERSION}}/pyproject.toml")
    return file
"""
SYSTEM = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
PROJECT = '[project]\nname = "hello" # ours\nversion = "1.0.0" # and counting\n'

Make = Callable[..., Path]


@pytest.fixture
def builder() -> PythonBuilder:
    return PythonBuilder({**os.environ, "NOODLE_SECRET_KEY": "hunter2"})


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Return what makes a project."""

    def project(text: str = SYSTEM + PROJECT, *, wheel: str = "pass", sdist: str = "pass") -> Path:
        folder = tmp_path / "src"
        folder.mkdir(exist_ok=True)
        (folder / "pyproject.toml").write_text(text)
        (folder / "backend.py").write_text(BACKEND.format(wheel=wheel, sdist=sdist))
        return folder

    return project


def _build(builder: PythonBuilder, folder: Path, version: str = "", limits: Limits = LIMITS) -> tuple[BuiltFile, ...]:
    out = folder.parent / "out"
    out.mkdir(exist_ok=True)
    return builder.build(folder, out, folder.parent / "log.txt", limits, version=version, at=AT)


def _checkout(folder: Path, ref: str = "main") -> Path:
    host = GitRepos(folder / "mirrors", os.environ)
    repo = str(create(folder / "hello-noodle.git"))
    host.checkout(repo, host.resolve(repo, ref).sha, folder / "src")
    return folder / "src"


# -- What a project says of itself ------------------------------------------------------------------------------------


def test_a_project_is_read_as_it_is_written(builder: PythonBuilder, make: Make) -> None:
    says = builder.read(make(PROJECT + 'description = "Greets"\n[tool.noodle]\nsmoke = ["hello", "--version"]\n'))
    assert (says.name, says.version, says.summary, says.dynamic_version) == ("hello", "1.0.0", "Greets", False)
    assert says.smoke == ("hello", "--version")
    assert builder.read(make(PROJECT + "[tool.noodle]\nsmoke = \"hello --name 'A B'\"\n")).smoke[-1] == "A B"
    assert builder.read(make('[project]\nname = "hello"\ndynamic = ["version"]\n')).dynamic_version


def test_a_repo_without_a_pyproject_is_told_what_to_add(builder: PythonBuilder, tmp_path: Path) -> None:
    with pytest.raises(RunFailed, match=r"no pyproject\.toml") as refused:
        builder.read(tmp_path)
    assert "[project]" in refused.value.example


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[project]\nname = "hello\n', "line 2"),
        ('[project]\nversion = "1.0.0"\n', "name"),
        ('[project]\n\nname = "../../etc"\nversion = "1"\n', "line 3"),
        ('[project]\nname = "-rf"\nversion = "1"\n', "line 2"),
        ('[project]\nname = "a b"\nversion = "1"\n', "line 2"),
        ('[project]\nname = "hello"\n', "version"),
        ('[project]\nname = "hello"\nversion = "new"\n', "line 3"),
        ('[project]\nname = "hello"\nversion = 1\n', "line 3"),
        ('[project]\nname = "hello"\nversion = "1"\ndynamic = "version"\n', "line 4"),
        ('[project]\nname = "hello"\nversion = "1"\ndescription = 1\n', "line 4"),
        ('[project]\nname = "hello"\nversion = "1"\n[tool.noodle]\nsmoke = 1\n', "line 5"),
        ('[project]\nname = "hello"\nversion = "1"\n[tool.noodle]\nsmoke = "\\"a"\n', "line 5"),
        ('[project]\nname = "hello"\nversion = "1"\n[tool]\nnoodle = 1\n', "line 5"),
        ("project = 1\n", "line 1"),
        ("a = " + "[" * 5000, "pyproject.toml"),
    ],
)
def test_a_broken_pyproject_is_told_with_the_place(builder: PythonBuilder, make: Make, text: str, said: str) -> None:
    with pytest.raises(RunFailed, match=r"pyproject\.toml") as refused:
        builder.read(make(text))
    assert said in refused.value.message
    assert refused.value.hint


def test_a_pyproject_that_is_not_utf8_is_told_with_the_line(builder: PythonBuilder, make: Make) -> None:
    folder = make()
    (folder / "pyproject.toml").write_bytes(PROJECT.encode() + b'description = "\xff"\n')
    with pytest.raises(RunFailed, match="line 4"):
        builder.read(folder)


def test_a_version_is_written_and_all_else_stays(builder: PythonBuilder, make: Make) -> None:
    folder = make(
        "# Top\r\n[project]\r\nname='hello'\r\nversion =  '1.0.0'   # and counting\r\n[tool.x]\r\ny = [1,\r\n 2]\r\n"
    )
    before = (folder / "pyproject.toml").read_bytes()
    assert builder.set_version(folder, "1.1.0-rc.1")
    assert (folder / "pyproject.toml").read_bytes() == before.replace(b"'1.0.0'", b'"1.1.0rc1"')


def test_a_version_that_is_there_or_comes_from_git_is_not_written(builder: PythonBuilder, make: Make) -> None:
    assert not builder.set_version(make(), "1.0.0")
    assert not builder.set_version(make('[project]\nname = "hello"\nversion = "1.0.0RC1"\n'), "1.0.0-rc.1")
    assert not builder.set_version(make('[project]\nname = "hello"\ndynamic = ["version"]\n'), "2.0.0")


def test_a_version_python_has_no_word_for_is_refused(builder: PythonBuilder, make: Make) -> None:
    with pytest.raises(BadCommand):
        builder.set_version(make(), "1.0.0-spicy.1")


# -- Building ---------------------------------------------------------------------------------------------------------


def test_a_build_gives_one_wheel_and_one_sdist(builder: PythonBuilder, make: Make) -> None:
    folder = make()
    files = _build(builder, folder)
    assert [(file.filename, file.kind) for file in files] == [
        ("hello-1.0.0-py3-none-any.whl", "wheel"),
        ("hello-1.0.0.tar.gz", "sdist"),
    ]
    assert sorted(path.name for path in folder.parent.iterdir()) == ["log.txt", "out", "src"]


def test_a_dynamic_version_is_told_to_the_backend(builder: PythonBuilder, make: Make) -> None:
    files = _build(builder, make(SYSTEM + '[project]\nname = "hello"\ndynamic = ["version"]\n'), "1.2.0-rc.1")
    assert files[0].filename == "hello-1.2.0rc1-py3-none-any.whl"


@pytest.mark.parametrize(
    ("wheel", "sdist", "said"),
    [
        ("global VERSION; VERSION = '2.0.0'", "pass", "not version 1.0.0"),
        ("global NAME; NAME = 'other'", "pass", "the name is hello"),
        ("open(os.path.join(directory, 'more.txt'), 'w')", "pass", "more.txt"),
        ("open(os.path.join(directory, 'hello-1.0.0-py2-none-any.whl'), 'w')", "pass", "one wheel and one sdist"),
        ("raise RuntimeError('no flour')", "pass", "no flour"),
        ("pass", "sys.exit('no water')", "no water"),
    ],
)
def test_a_build_that_comes_out_wrong_is_told(
    builder: PythonBuilder, make: Make, wheel: str, sdist: str, said: str
) -> None:
    folder = make(wheel=wheel, sdist=sdist)
    with pytest.raises(RunFailed) as failed:
        _build(builder, folder)
    assert said in failed.value.message
    assert str(folder.parent) not in failed.value.message


def test_a_link_to_another_file_is_no_result(builder: PythonBuilder, make: Make) -> None:
    link = "os.symlink('/etc/passwd', os.path.join(directory, 'hello-1.0.0-py2-none-any.whl'))"
    files = _build(builder, make(wheel=link))
    assert all(not file.path.is_symlink() for file in files)


def test_what_is_no_archive_is_told(builder: PythonBuilder, make: Make) -> None:
    broken = "open(os.path.join(directory, 'hello-1.0.0.tar.gz'), 'w').write('x'); return 'hello-1.0.0.tar.gz'"
    with pytest.raises(RunFailed, match="no source archive"):
        _build(builder, make(sdist=broken))


def test_a_build_that_hangs_is_stopped_with_all_it_started(builder: PythonBuilder, make: Make, tmp_path: Path) -> None:
    fifo = tmp_path / "held"
    os.mkfifo(fifo)
    # The grandchild is in a session of its own and holds the fifo open: its end is the end of the file.
    holding = ["sh", "-c", f"exec 3>{fifo}; echo x >&3; exec sleep 600"]
    hang = f"subprocess.Popen({holding}, start_new_session=True); time.sleep(600)"
    reading = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(TimedOut) as stopped:
        _build(builder, make(sdist=hang), limits=Limits(seconds=8))
    os.set_blocking(reading, True)
    assert os.read(reading, 10) == b"x\n"
    assert os.read(reading, 10) == b""
    os.close(reading)
    assert "NOODLE_PACKAGE_BUILD_TIMEOUT" in stopped.value.hint


def test_secrets_do_not_reach_the_build(builder: PythonBuilder, make: Make, tmp_path: Path) -> None:
    _build(builder, make(sdist=f"open({str(tmp_path / 'seen')!r}, 'w').write(repr(dict(os.environ)))"))
    seen = (tmp_path / "seen").read_text()
    assert "SOURCE_DATE_EPOCH" in seen
    assert "hunter2" not in seen


def test_a_project_with_a_file_called_build_is_built(builder: PythonBuilder, make: Make) -> None:
    folder = make()
    for name in ("build.py", "pip.py", "venv.py"):
        (folder / name).write_text("raise SystemExit('the wrong one')")
    assert len(_build(builder, folder)) == 2


def test_an_sdist_loses_the_time_and_the_user_it_was_built_by(tmp_path: Path) -> None:
    digests = set()
    for mtime in (1_700_000_000.5, 1_800_000_000.25):
        path = tmp_path / "hello-1.0.0.tar.gz"
        with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT) as archive:
            member = tarfile.TarInfo("hello-1.0.0/ünder")
            member.mtime, member.uname, member.size, member.mode = mtime, f"user-{mtime}", 3, 0o755
            archive.addfile(member, io.BytesIO(b"abc"))
            link = tarfile.TarInfo("hello-1.0.0/link")
            link.type, link.linkname = tarfile.SYMTYPE, "ünder"
            archive.addfile(link)
        sdist.settle(path, AT)
        digests.add(hashlib.sha256(path.read_bytes()).hexdigest())
        with tarfile.open(path) as archive:
            first, second = archive.getmembers()
            assert (first.name, first.mtime, first.uname, first.mode) == (
                "hello-1.0.0/ünder",
                int(AT.timestamp()),
                "",
                0o755,
            )
            assert second.linkname == "ünder"
            content = archive.extractfile(first)
            assert content is not None
            assert content.read() == b"abc"
    assert len(digests) == 1


@pytest.mark.network
def test_the_same_commit_gives_the_same_bytes(builder: PythonBuilder, tmp_path: Path) -> None:
    digests = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        folder = _checkout(tmp_path / name)
        builder.set_version(folder, "0.2.0")
        files = _build(builder, folder, "0.2.0")
        digests.append([hashlib.sha256(file.path.read_bytes()).hexdigest() for file in files])
        with zipfile.ZipFile(files[0].path) as wheel:
            assert "hello_noodle/cli.py" in wheel.namelist()
    assert digests[0] == digests[1]


@pytest.mark.network
def test_setuptools_gives_the_same_bytes_too(builder: PythonBuilder, make: Make, tmp_path: Path) -> None:
    digests: list[list[str]] = []
    for _ in range(2):
        folder = make('[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n' + PROJECT)
        os.utime(folder / "backend.py", (len(digests) * 1e9, len(digests) * 1e9))
        files = _build(builder, folder)
        digests.append([hashlib.sha256(file.path.read_bytes()).hexdigest() for file in files])
        for path in sorted(tmp_path.iterdir()):
            path.rename(path.with_name(f"{path.name}-{len(digests)}"))
    assert digests[0] == digests[1]


# -- Testing ----------------------------------------------------------------------------------------------------------


@pytest.mark.network
def test_passing_tests_are_counted(builder: PythonBuilder, tmp_path: Path) -> None:
    report = builder.test(_checkout(tmp_path), tmp_path / "log.txt", LIMITS)
    assert (report.passed, report.failed, report.skipped, report.failures) == (5, 0, 0, ())


@pytest.mark.network
def test_failing_tests_are_named_with_what_failed(builder: PythonBuilder, tmp_path: Path) -> None:
    report = builder.test(_checkout(tmp_path, "kishimen"), tmp_path / "log.txt", LIMITS)
    assert (report.passed, report.failed) == (4, 1)
    (failure,) = report.failures
    assert failure.name == "tests/test_menu.py::test_a_week_has_every_noodle_once"
    assert failure.message.startswith("AssertionError: assert ['kishimen'")


@pytest.mark.network
def test_a_project_without_tests_is_told_so(builder: PythonBuilder, make: Make, tmp_path: Path) -> None:
    with pytest.raises(RunFailed, match="no tests were found"):
        builder.test(make(), tmp_path / "log.txt", LIMITS)


@pytest.mark.network
def test_tests_that_cannot_be_collected_are_no_report(builder: PythonBuilder, make: Make, tmp_path: Path) -> None:
    folder = make(SYSTEM + PROJECT + "[project.optional-dependencies]\nTests = []\n")
    (folder / "test_it.py").write_text("import no_such_module\n")
    with pytest.raises(RunFailed, match=r"(?s)could not be run.*no_such_module"):
        builder.test(folder, tmp_path / "log.txt", LIMITS)


# -- The report of the tests ------------------------------------------------------------------------------------------

JUNIT = """<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite>
<testcase classname="tests.test_a.TestIt" name="test_one[a.b]" file="tests/test_a.py" time="0.25"/>
<testcase classname="tests.test_a.TestIt" name="test_two" file="tests/test_a.py" time="0.5">
  <failure message="assert 1 == 2&#10; + where 1 = x">long</failure></testcase>
<testcase classname="tests.test_a" name="test_three" file="tests/test_a.py" time="x"><skipped/></testcase>
<testcase classname="tests.test_a" name="test_four" file="tests/test_a.py" time="0">
  <error message="failed on setup with &quot;OSError: /work/run/x&quot;"/></testcase>
</testsuite></testsuites>"""


def test_a_report_is_read(tmp_path: Path) -> None:
    (tmp_path / "junit.xml").write_text(JUNIT)
    report = junit.report(tmp_path / "junit.xml", (Path("/work/run"),))
    assert (report.passed, report.failed, report.skipped, report.seconds) == (1, 2, 1, 0.75)
    assert [(failure.name, failure.message) for failure in report.failures] == [
        ("tests/test_a.py::TestIt::test_two", "assert 1 == 2"),
        ("tests/test_a.py::test_four", 'failed on setup with "OSError: x"'),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no xml",
        "<testsuites>",
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><testsuites>&b;</testsuites>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd"><testsuites/>',
    ],
)
def test_a_report_that_pytest_would_not_write_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "junit.xml").write_text(text)
    with pytest.raises(RunFailed):
        junit.report(tmp_path / "junit.xml")


def test_a_report_that_is_missing_or_elsewhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunFailed):
        junit.report(tmp_path / "junit.xml")
    (tmp_path / "real.xml").write_text(JUNIT)
    (tmp_path / "junit.xml").symlink_to(tmp_path / "real.xml")
    with pytest.raises(RunFailed):
        junit.report(tmp_path / "junit.xml")
