import json
from datetime import UTC, datetime
from html.parser import HTMLParser

from core.packages.model import Package
from core.releases.model import Release, ReleaseFile, ReleaseState
from providers.pypi import pages

AT = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)
EVIL = "\"><script>alert('x')</script>"


def package(**changes: object) -> Package:
    facts: dict[str, object] = {
        "name": "Noodle_Demo",
        "normalized": "noodle-demo",
        "repo": "r",
        "created_at": AT,
        "created_by": "me",
    }
    return Package.model_validate(facts | changes)


def release(version: str = "1.4.0-rc.1", state: ReleaseState = ReleaseState.PUBLISHED, reason: str = "") -> Release:
    file = ReleaseFile(
        filename="noodle_demo-1.4.0rc1-py3-none-any.whl",
        kind="wheel",
        sha256="a" * 64,
        size=7,
        requires_python=">=3.8,<4",
        metadata_sha256="b" * 64,
        uploaded_at=AT,
    )
    return Release(
        package="Noodle_Demo",
        version=version,
        state=state,
        files=(file,),
        created_at=AT,
        created_by="me",
        reason=reason,
    )


class Links(HTMLParser):
    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []
        self.tags: list[str] = []
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag in {"a", "meta"}:
            self.found.append(dict(attrs))


def test_the_json_page_says_all_that_the_standards_ask_for() -> None:
    page = json.loads(pages.project_json(package(), [release()]))

    assert page == {
        "meta": {"api-version": "1.4"},
        "name": "noodle-demo",
        "project-status": {"status": "active"},
        "versions": ["1.4.0rc1"],
        "files": [
            {
                "filename": "noodle_demo-1.4.0rc1-py3-none-any.whl",
                "url": "noodle_demo-1.4.0rc1-py3-none-any.whl",
                "hashes": {"sha256": "a" * 64},
                "size": 7,
                "upload-time": "2026-11-24T12:00:00.123456Z",
                "requires-python": ">=3.8,<4",
                "core-metadata": {"sha256": "b" * 64},
                "dist-info-metadata": {"sha256": "b" * 64},
                "yanked": False,
            }
        ],
    }


def test_the_html_page_says_the_same_as_far_as_html_goes() -> None:
    found = Links(pages.project_html(package(), [release(state=ReleaseState.YANKED, reason="leaks")])).found

    assert {"name": "pypi:repository-version", "content": "1.4"} in found
    assert found[-1] == {
        "href": f"noodle_demo-1.4.0rc1-py3-none-any.whl#sha256={'a' * 64}",
        "data-requires-python": ">=3.8,<4",
        "data-core-metadata": f"sha256={'b' * 64}",
        "data-dist-info-metadata": f"sha256={'b' * 64}",
        "data-yanked": "leaks",
    }


def test_nothing_a_person_wrote_becomes_markup() -> None:
    shown = pages.project_html(
        package(status="deprecated", status_reason=EVIL), [release(state=ReleaseState.YANKED, reason=EVIL)]
    )

    assert "script" not in Links(shown).tags
    assert Links(shown).found[-1]["data-yanked"] == EVIL
    assert b"<script>" not in pages.index_html([EVIL])


def test_a_yank_without_a_reason_is_a_yank() -> None:
    yanked = release(state=ReleaseState.YANKED)

    assert json.loads(pages.project_json(package(), [yanked]))["files"][0]["yanked"] is True
    assert Links(pages.project_html(package(), [yanked])).found[-1]["data-yanked"] == ""


def test_drafts_and_quarantined_releases_are_not_shown() -> None:
    hidden = [release(state=state) for state in (ReleaseState.DRAFT, ReleaseState.QUARANTINED, ReleaseState.DELETED)]

    page = json.loads(pages.project_json(package(), hidden))

    assert (page["files"], page["versions"]) == ([], [])
    assert b"<a " not in pages.project_html(package(), hidden)


def test_a_quarantined_package_offers_no_files_and_says_why() -> None:
    page = json.loads(pages.project_json(package(status="quarantined", status_reason="malware"), [release()]))

    assert page["project-status"] == {"status": "quarantined", "reason": "malware"}
    assert page["files"] == []
