from pathlib import Path

import pytest

from bot.commands import discover
from bot.docs import pages

ROOT = Path(__file__).parent.parent
PAGES = pages(discover())


@pytest.mark.parametrize("name", PAGES)
def test_a_made_page_is_what_the_code_says_now(name: str) -> None:
    assert PAGES[name] == (ROOT / "docs" / name).read_text(), "run: noodle docs"


@pytest.mark.parametrize("page", [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda p: p.name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    links = [part.partition(")")[0] for part in page.read_text().split("](")[1:]]

    assert [link for link in links if not link.startswith("http") and not (page.parent / link).exists()] == []


def test_every_line_in_the_readme_is_a_command() -> None:
    lines = [line for line in (ROOT / "README.md").read_text().splitlines() if line.startswith("/noodle ")]
    known = discover()

    assert len(lines) > 5
    for line in lines:
        words = line.removeprefix("/noodle ").split()
        assert words[0] in known or " ".join(words[:2]) in known
