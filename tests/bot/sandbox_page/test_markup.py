"""Markup is drawn by Slack's rules to the odd corners, and foreign names are words wherever they stand."""

import json
from collections.abc import Iterator

import pytest
from chromium import Page
from slack_sdk import WebClient

from bot.sandbox.slack.server import SandboxSlack
from bot.sandbox.slack.workspace import Workspace
from tests.bot.sandbox.kit import Json, actions, button, mrkdwn, option, plain, select
from tests.bot.sandbox_page.hands import Visit

HOSTILE = '<img src=x onerror="window.hacked=1">'
MRKDWN = {
    ":constructor: :__proto__:": ":constructor: :__proto__:",
    "_*x* y_": "<em><strong>x</strong> y</em>",
    "&gt;&gt;&gt; a\nb": "<blockquote>a<br>b</blockquote>",
    "x\n&gt;&gt;&gt;a": "x<br><blockquote>a</blockquote>",
    "<https://x.test/|:tada: x>": '<a href="https://x.test/">🎉 x</a>',
    "<mailto:ada@x.test|write>": "<span>write</span>",
    "<!date^zz^{date}|once>": "once",
}
MARKDOWN = {
    "`*x* [a](https://x.test)`": "<code>*x* [a](https://x.test)</code>",
    "***x***": "<strong><em>x</em></strong>",
    "`a` *b*": "<code>a</code> <em>b</em>",
    ":constructor:": ":constructor:",
}
DRAW = """import('./mrkdwn.js').then((module) => %s.map((text) => {
  const box = document.createElement('div');
  box.append(...module.%s(text, {me: () => '', user: () => '', channel: () => ''}).flat(Infinity));
  return box.innerHTML.replaceAll(' target="_blank" rel="noopener noreferrer"', '');
}))"""


@pytest.fixture
def slack() -> Iterator[SandboxSlack]:
    """A workspace in which everything that has a name has a hostile one."""
    world = Workspace.create(team=HOSTILE, users=(("ada", "Ada Admin"), ("dev", HOSTILE)))
    world.channel("releases").topic = HOSTILE
    with SandboxSlack(world, limits="off", retries=()) as running:
        yield running


@pytest.mark.parametrize(("kind", "cases"), [("mrkdwn", MRKDWN), ("markdown", MARKDOWN)])
def test_odd_markup_is_drawn_by_the_rules(page: Page, kind: str, cases: dict[str, str]) -> None:
    drawn = page.run(DRAW % (json.dumps(list(cases)), kind))

    assert dict(zip(cases, drawn, strict=True)) == cases


def test_a_date_is_a_local_day_and_leads_where_it_says(page: Page) -> None:
    page.call("Emulation.setTimezoneOverride", timezoneId="Pacific/Kiritimati")
    [drawn] = page.run(DRAW % (json.dumps(["<!date^1764000000^{date_num}^https://x.test/|once>"]), "mrkdwn"))

    assert drawn.startswith('<a href="https://x.test/"><time ')
    assert ">2025-11-25</time>" in drawn


def test_long_ago_is_said_in_words(page: Page) -> None:
    page.call("Emulation.setLocaleOverride", locale="en-US")
    [drawn] = page.run(DRAW % (json.dumps(["<!date^946684800^{ago}|once>"]), "mrkdwn"))

    assert "years ago</time>" in drawn


def test_foreign_names_are_only_words(page: Page, client: WebClient, slack: SandboxSlack) -> None:
    slack.person("dev").say("releases", "by a hostile name")
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": HOSTILE}]]}
    picture = {
        "type": "image",
        "image_url": "https://127.0.0.1:9/none.png",
        "alt_text": HOSTILE,
        "title": plain(HOSTILE),
    }
    menu = select(placeholder=plain(HOSTILE), options=[option("1", HOSTILE)])
    blocks: list[Json] = [
        {"type": "header", "text": plain(HOSTILE)},
        {"type": "section", "fields": [plain(HOSTILE), mrkdwn("x")], "accessory": menu},
        {"type": "context", "elements": [plain(HOSTILE)]},
        actions(button(text=plain(HOSTILE), value=HOSTILE, accessibility_label=HOSTILE)),
        picture,
        table,
    ]
    client.chat_postMessage(channel="releases", text=HOSTILE, blocks=blocks)
    page.wait("document.querySelector('.message table')")

    assert page.run("document.querySelectorAll('img[src=x]').length") == 0
    assert not page.run("window.hacked")
    assert page.run(f"document.body.innerText.split({json.dumps(HOSTILE)}).length - 1 > 6")


def test_the_style_of_a_table_is_not_the_app_s_to_write(page: Page) -> None:
    rows = [[{"type": "raw_text", "text": "x"}]]
    settings = [{"align": "left;position:fixed"}]
    block = json.dumps({"type": "table", "rows": rows, "column_settings": settings})
    drawn = page.run(f"import('./blocks.js').then(({{ blocks }}) => blocks([{block}], {{}})[0].outerHTML)")

    assert "text-align:left" in drawn
    assert "position" not in drawn


def test_a_phone_shows_who_one_is_and_where(visit: Visit) -> None:
    with visit(channel="random", width=360, height=740) as page:
        page.see("random")
        who, here = (
            f"document.querySelector('#side {name}').getBoundingClientRect()" for name in ("select", "[aria-current]")
        )
        page.wait(f"{who}.left >= 0 && {who}.right <= {here}.left && {here}.right <= 360")
        assert "random" in page.run("document.querySelector('#side [aria-current]').innerText")
