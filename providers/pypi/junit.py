"""What pytest writes with --junitxml, read. The file comes out of a project's own code, so nothing in it is trusted."""

from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from core.errors import RunFailed
from core.ports import TestFailure, TestReport
from core.process import without

_MOST = 64 * 1024 * 1024
_SHOWN = 500


def report(path: Path, hide: Sequence[Path] = ()) -> TestReport:
    """Return what a JUnit file of the family `xunit1` says, without the names of the folders in `hide`.

    Failures are named as pytest takes them: `tests/test_api.py::TestIt::test_one`. Raises RunFailed for anything
    that pytest would not write.
    """
    cases = [_Case(element) for element in _parsed(path).iter("testcase")]
    failed = [case for case in cases if case.wrong is not None]
    skipped = [case for case in cases if case.wrong is None and case.skipped]
    return TestReport(
        passed=len(cases) - len(failed) - len(skipped),
        failed=len(failed),
        skipped=len(skipped),
        seconds=round(sum(case.seconds for case in cases), 3),
        failures=tuple(TestFailure(name=case.name, message=without(case.message, hide)) for case in failed),
    )


class _Case:
    def __init__(self, element: ET.Element) -> None:
        self.wrong = next((part for part in element if part.tag in {"failure", "error"}), None)
        self.skipped = element.find("skipped") is not None
        self.name = _name(element)
        try:
            self.seconds = float(element.get("time", "0"))
        except ValueError:
            self.seconds = 0.0

    @property
    def message(self) -> str:
        said = (self.wrong.get("message") or self.wrong.text or "") if self.wrong is not None else ""
        return next((line.strip() for line in said.splitlines() if line.strip()), "")[:_SHOWN]


def _name(case: ET.Element) -> str:
    file, owner, name = case.get("file", ""), case.get("classname", ""), case.get("name", "")
    module = file.removesuffix(".py").replace("/", ".")
    parts = owner.removeprefix(module).strip(".").split(".") if owner.startswith(module) else [owner]
    return "::".join(part for part in (file, *parts, name) if part)


def _parsed(path: Path) -> ET.Element:
    try:
        if path.is_symlink() or path.stat().st_size > _MOST:
            raise RunFailed("The tests left a report that cannot be right.")
        text = path.read_bytes().decode()
        # Entities are what can make XML explode or reach for files, and only a document type brings them in.
        if "<!DOCTYPE" in text:
            raise RunFailed("The tests left a report that pytest did not write.")
        return ET.fromstring(text)  # noqa: S314 - it has no document type
    except (OSError, ValueError, ET.ParseError) as error:
        raise RunFailed("The tests left no report.", hint="Something ended pytest early; the log says more.") from error
