"""What installers read, rendered. Pure: values in, bytes out.

The simple repository API, version 1.4 (packaging.python.org/specifications/simple-repository-api): PEP 503 HTML,
592 yank, 629 versions, 658 and 714 metadata, 691 JSON, 700 sizes and times, 792 project status. HTML is frozen
(PEP 833), so sizes and times are in JSON only.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import quote

from core.errors import BadCommand
from core.packages.model import Package
from core.releases.model import Release, ReleaseFile, ReleaseState
from core.versions import to_pep440

API_VERSION = "1.4"


def index_html(names: Iterable[str]) -> bytes:
    """Return the list of projects as HTML."""
    links = "".join(f'<a href="{quote(name)}/">{escape(name)}</a><br>\n' for name in names)
    return _html("Simple index", "", links)


def index_json(names: Iterable[str]) -> bytes:
    """Return the list of projects as JSON."""
    return _json({"meta": {"api-version": API_VERSION}, "projects": [{"name": name} for name in names]})


def project_html(package: Package, releases: Sequence[Release], at: str = "") -> bytes:
    """Return a project's files as HTML. `at` is where they are, as seen from the page; "" is beside it."""
    meta = f'<meta name="pypi:project-status" content="{escape(package.status)}">\n'
    if package.status_reason:
        meta += f'<meta name="pypi:project-status-reason" content="{escape(package.status_reason)}">\n'
    links = "".join(_link(release, file, at) for release, file in shown_files(package, releases))
    return _html(f"Links for {package.normalized}", meta, f"<h1>{escape(package.normalized)}</h1>\n{links}")


def project_json(package: Package, releases: Sequence[Release], at: str = "") -> bytes:
    """Return a project's files as JSON. `at` is where they are, as seen from the page; "" is beside it."""
    status = {"status": str(package.status)}
    if package.status_reason:
        status["reason"] = package.status_reason
    shown = shown_files(package, releases)
    return _json(
        {
            "meta": {"api-version": API_VERSION},
            "name": package.normalized,
            "project-status": status,
            "versions": list(dict.fromkeys(python_version(release) for release, _ in shown)),
            "files": [_file(release, file, at) for release, file in shown],
        }
    )


def legacy_json(package: Package, releases: Sequence[Release], chosen: Release, at: str) -> bytes:
    """Return what `/pypi/<project>/json` says, as far as Renovate and scripts read it (docs.pypi.org/api/json)."""
    shown = [release for release in releases if release.state.listed]
    return _json(
        {
            "info": {
                "name": package.name,
                "version": python_version(chosen),
                "summary": package.summary,
                "project_urls": {"Source": package.repo},
                "requires_python": next((file.requires_python for file in chosen.files), ""),
                "yanked": chosen.state is ReleaseState.YANKED,
                "yanked_reason": chosen.yanked_reason or None,
            },
            "releases": {python_version(one): [_legacy_file(one, file, at) for file in one.files] for one in shown},
            "urls": [_legacy_file(chosen, file, at) for file in chosen.files],
        }
    )


def python_version(release: Release) -> str:
    """Return a release's version as Python writes it."""
    try:
        return to_pep440(release.version)
    except BadCommand:
        return release.version


def shown_files(package: Package, releases: Sequence[Release]) -> list[tuple[Release, ReleaseFile]]:
    """Return the files that installers may see and fetch, each with its release, in the order of the releases."""
    if package.status == "quarantined":  # PEP 792: it offers no files
        return []
    return [(release, file) for release in releases if release.state.listed for file in release.files]


def _html(title: str, meta: str, body: str) -> bytes:
    return (
        "<!DOCTYPE html>\n<html>\n<head>\n"
        f'<meta charset="utf-8">\n<meta name="pypi:repository-version" content="{API_VERSION}">\n{meta}'
        f"<title>{escape(title)}</title>\n</head>\n<body>\n{body}</body>\n</html>\n"
    ).encode()


def _link(release: Release, file: ReleaseFile, at: str) -> str:
    attributes = f'href="{escape(at + quote(file.filename))}#sha256={file.sha256}"'
    if file.requires_python:
        attributes += f' data-requires-python="{escape(file.requires_python)}"'
    if file.metadata_sha256:
        attributes += f' data-core-metadata="sha256={file.metadata_sha256}"'
        attributes += f' data-dist-info-metadata="sha256={file.metadata_sha256}"'
    if release.state is ReleaseState.YANKED:
        attributes += f' data-yanked="{escape(release.yanked_reason)}"'
    return f"<a {attributes}>{escape(file.filename)}</a><br>\n"


def _file(release: Release, file: ReleaseFile, at: str) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "filename": file.filename,
        "url": at + quote(file.filename),
        "hashes": {"sha256": file.sha256},
        "size": file.size,
        "upload-time": moment(file.uploaded_at),
        "yanked": _yanked(release),
    }
    if file.requires_python:
        entry["requires-python"] = file.requires_python
    if file.metadata_sha256:
        entry["core-metadata"] = entry["dist-info-metadata"] = {"sha256": file.metadata_sha256}
    return entry


def _legacy_file(release: Release, file: ReleaseFile, at: str) -> dict[str, Any]:
    return {
        "filename": file.filename,
        "url": at + quote(file.filename),
        "digests": {"sha256": file.sha256},
        "size": file.size,
        "packagetype": {"wheel": "bdist_wheel", "sdist": "sdist"}.get(file.kind, file.kind),
        "requires_python": file.requires_python or None,
        "upload_time_iso_8601": moment(file.uploaded_at),
        "yanked": release.state is ReleaseState.YANKED,
        "yanked_reason": release.yanked_reason or None,
    }


def _yanked(release: Release) -> bool | str:
    return (release.yanked_reason or True) if release.state is ReleaseState.YANKED else False


def moment(at: datetime) -> str:
    """Return a moment as PEP 700 wants it: UTC, to the microsecond, with a Z."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _json(data: Any) -> bytes:
    return json.dumps(data, separators=(",", ":")).encode()
