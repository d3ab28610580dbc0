"""A builder that makes the smallest real wheel and sdist at once, for tests that are about something else."""

import io
import tarfile
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal

from core.ports import BuiltFile, Limits, Project, TestReport
from core.provider import Connected, Kit, Provider
from providers import discover
from providers.pypi import project

_WHEEL = "Wheel-Version: 1.0\nGenerator: quick\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


class QuickBuilder:
    """Reads a project as the real builder does, and builds and tests it in no time."""

    def read(self, folder: Path) -> Project:
        """Return what the project says of itself."""
        return project.read(folder)

    def set_version(self, folder: Path, version: str) -> bool:
        """Write the version into the project."""
        return project.set_version(folder, version)

    def build(
        self, folder: Path, out: Path, log: Path, limits: Limits, *, version: str, at: datetime
    ) -> tuple[BuiltFile, ...]:
        """Make a wheel with a console script and an sdist, the same bytes each time."""
        said = self.read(folder)
        log.write_text(f"built {said.name}\n")
        module = said.name.replace("-", "_")
        name = f"{module}-{version or said.version}"
        metadata = f"Metadata-Version: 2.1\nName: {said.name}\nVersion: {version or said.version}\n"
        return (
            _file(out / f"{name}-py3-none-any.whl", _wheel(module, name, metadata), "wheel"),
            _file(out / f"{name}.tar.gz", _sdist(name, metadata), "sdist"),
        )

    def test(self, folder: Path, log: Path, limits: Limits) -> TestReport:
        """Say that all is well."""
        log.write_text("tested\n")
        return TestReport(passed=3, failed=0, skipped=0, seconds=0.1)


def providers() -> Mapping[str, Provider]:
    """Return every provider, with Python packages built quickly."""
    found = dict(discover())
    real = found["pypi"]

    def connect(kit: Kit) -> Connected:
        connected = real.connect(kit)
        return Connected(builder=QuickBuilder(), inspect=connected.inspect, router=connected.router)

    return found | {"pypi": Provider(name="pypi", summary=real.summary, connect=connect)}


def _wheel(module: str, name: str, metadata: str) -> bytes:
    version = name.rpartition("-")[2]
    main = f"import sys\n\ndef main():\n    print('{module} {version}')\n    return 0\n"
    info = f"{name}.dist-info"
    files = {
        f"{module}/__init__.py": main,
        f"{info}/METADATA": metadata,
        f"{info}/WHEEL": _WHEEL,
        f"{info}/entry_points.txt": f"[console_scripts]\n{module.replace('_', '-')} = {module}:main\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0)), content)
    return whole.getvalue()


def _sdist(name: str, metadata: str) -> bytes:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w:gz") as archive:
        entry = tarfile.TarInfo(f"{name}/PKG-INFO")
        entry.size = len(metadata)
        archive.addfile(entry, io.BytesIO(metadata.encode()))
    # gzip writes the time into its header; without it the same sources give the same bytes.
    return whole.getvalue()[:4] + b"\0\0\0\0" + whole.getvalue()[8:]


def _file(path: Path, content: bytes, kind: Literal["wheel", "sdist"]) -> BuiltFile:
    path.write_bytes(content)
    return BuiltFile(path=path, filename=path.name, kind=kind)
