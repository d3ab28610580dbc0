"""Builds and tests Python projects with PyPA build, pip and pytest, each in a child process under limits."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.utils import canonicalize_name
from packaging.version import Version

from core.errors import BadUpload, RunFailed
from core.ports import BuiltFile, Limits, Project, TestReport
from core.process import Commands, clean_environment, last_words
from providers.pypi import junit, project, sdist
from providers.pypi.format import parse_name

_SETTING = "NOODLE_PACKAGE_BUILD_TIMEOUT"
_NO_TESTS = 5
_FAILING = 1
# What setuptools-scm (and so hatch-vcs), pdm, poetry-dynamic-versioning and uv-dynamic-versioning each listen to.
_PRETEND = (
    "SETUPTOOLS_SCM_PRETEND_VERSION",
    "PDM_BUILD_SCM_VERSION",
    "POETRY_DYNAMIC_VERSIONING_BYPASS",
    "UV_DYNAMIC_VERSIONING_BYPASS",
)
# -P: the project's own build.py or pip/ must not stand in for the tools, which are looked up from its folder.
_PYTHON = (sys.executable, "-P", "-m")


class PythonBuilder:
    """A Builder of every project with a pyproject.toml, whatever its build backend."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Take from `environ` only what `core.process.clean_environment` lets through."""
        self._environ = environ

    def read(self, folder: Path) -> Project:
        """Return what the project says of itself. Raises RunFailed naming the file and the fault."""
        return project.read(folder)

    def set_version(self, folder: Path, version: str) -> bool:
        """Write the version into pyproject.toml, comments kept; False when it is dynamic or that already."""
        return project.set_version(folder, version)

    def build(
        self, folder: Path, out: Path, log: Path, limits: Limits, *, version: str, at: datetime
    ) -> tuple[BuiltFile, ...]:
        """Build a wheel and an sdist; the same sources give the same bytes.

        Raises:
            RunFailed: The build failed, or its files are not what the project says it is.
            TimedOut: It took longer than the limits.
        """
        folder, out, says = folder.resolve(), out.resolve(), project.read(folder)
        wanted = project.pep440(version) if version else None
        with _work(log) as work:
            commands = Commands(
                folder=folder,
                log=log,
                limits=limits,
                env={**clean_environment(work, self._environ), **_reproducible(says, wanted, at)},
                setting=_SETTING,
            )
            command = (*_PYTHON, "build", "--sdist", "--wheel", "--outdir", str(out), str(folder))
            commands.must("The build", *command, hide=(work, folder, out))
        files = _checked(out, says, wanted or (Version(says.version) if says.version else None))
        for file in files:
            if file.kind == "sdist":
                sdist.settle(file.path, at)
        return files

    def test(self, folder: Path, log: Path, limits: Limits) -> TestReport:
        """Run the project's tests by pytest, in a virtual environment of their own.

        The project is installed with its `test`, `tests` or `dev` dependency group (PEP 735) or extra, and pytest.

        Raises:
            RunFailed: It cannot be installed, pytest itself failed, or there are no tests.
            TimedOut: It took longer than the limits.
        """
        folder = folder.resolve()
        project.read(folder)
        with _work(log) as work:
            env, hide = clean_environment(work, self._environ), (work, folder)
            commands = Commands(folder=folder, log=log, limits=limits, env=env, setting=_SETTING)
            venv, result = work / "venv", work / "junit.xml"
            python = str(venv / "bin" / "python")
            commands.must("Making an environment for the tests", *_PYTHON, "venv", "--without-pip", str(venv))
            pip = (*_PYTHON, "pip", "--python", python, "install", "--no-warn-script-location")
            commands.must("Installing what the tests need", *pip, "pytest", *_needs(folder), hide=hide)
            code = commands.run(
                *(python, "-m", "pytest", f"--junitxml={result}", "-o", "junit_family=xunit1"),
                env={**env, "PATH": f"{venv / 'bin'}:{env['PATH']}", "VIRTUAL_ENV": str(venv)},
            )
            if code == _NO_TESTS:
                raise RunFailed("no tests were found", hint="pytest looks for `test_*.py`, by custom in `tests`.")
            if code not in {0, _FAILING}:
                raise RunFailed(f"The tests could not be run (exit code {code}):\n{last_words(log, hide=hide)}")
            return junit.report(result, hide)


@contextmanager
def _work(log: Path) -> Iterator[Path]:
    """Give a folder beside the log, so that what a killed process leaves there goes with the run's own folder."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="work-", dir=log.parent.resolve(), ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _reproducible(says: Project, version: Version | None, at: datetime) -> dict[str, str]:
    """Return what makes tools write the same bytes each time (reproducible-builds.org/specs/source-date-epoch)."""
    told = dict.fromkeys(_PRETEND, str(version)) if says.dynamic_version and version else {}
    return {**told, "SOURCE_DATE_EPOCH": str(int(at.timestamp())), "PYTHONHASHSEED": "0"}


def _needs(folder: Path) -> Sequence[str]:
    kind, name = project.needs_of_tests(folder)
    return {"group": (".", "--group", name), "extra": (f".[{name}]",)}.get(kind, (".",))


def _checked(out: Path, says: Project, version: Version | None) -> tuple[BuiltFile, ...]:
    paths = sorted(path for path in out.iterdir() if path.is_file() and not path.is_symlink())
    try:
        named = [(path, parse_name(path.name)) for path in paths]
    except BadUpload as error:
        raise RunFailed(f"The build made a file that is no wheel and no sdist: {error.message}") from error
    if sorted(name.kind for _, name in named) != ["sdist", "wheel"]:
        made = ", ".join(path.name for path in paths) or "nothing"
        raise RunFailed(f"The build has to make one wheel and one sdist; it made {made}.")
    for path, name in named:
        if name.name != canonicalize_name(says.name):
            raise RunFailed(f"The build made {path.name}, but pyproject.toml says the name is {says.name}.")
        if version and Version(name.version) != version:
            raise RunFailed(
                f"The build made {path.name}, not version {version}.",
                hint="Give [project] a plain `version`, or take it from git with setuptools-scm or hatch-vcs.",
            )
    if len({name.version for _, name in named}) > 1:
        raise RunFailed(f"The files of the build differ in version: {', '.join(path.name for path in paths)}.")
    return tuple(BuiltFile(path=path, filename=path.name, kind=name.kind) for path, name in named)
