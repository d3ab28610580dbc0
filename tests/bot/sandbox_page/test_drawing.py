"""Messages are drawn as Slack draws them, whatever they say, and stay in place while they change."""

from typing import Any

import pytest
from chromium import Page
from slack_sdk import WebClient

from bot.sandbox.slack.server import SandboxSlack
from tests.bot.sandbox.kit import Json, actions, button, plain, section, select
from tests.bot.sandbox.test_blocks import MESSAGE_RULES, VIEW_RULES
from tests.bot.sandbox_page.hands import Visit, say

HOSTILE = [
    "<img src=x onerror=window.hacked=1>",
    "<script>window.hacked=1</script>",
    "&lt;b&gt;not bold&lt;/b&gt;",
    "[x](javascript:window.hacked=1)",
    "\u202eright to left \u202c",
    "*_~`<|>",
    "\ue000\ue001 private",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_only_words(page: Page, text: str) -> None:
    say(page, text)
    page.wait("document.querySelector('.message .body')")
    assert page.run("document.querySelector('.message .body').children[0].innerText").replace("\ufffd", "?") == (
        "?? private" if "private" in text else text.strip()
    )
    assert page.run("document.querySelector('.message .body :is(img, script, a, b)')") is None
    assert not page.run("window.hacked")


def test_links_of_an_app_run_no_script(page: Page, client: WebClient) -> None:
    text = "<javascript:window.hacked=1|press> <!channel> <https://x.test/?a=1&amp;b=2|good>"
    client.chat_postMessage(channel="releases", text=text)
    page.see("press @channel good")
    assert page.run("[...document.querySelectorAll('.message a')].map(a => a.href)") == ["https://x.test/?a=1&b=2"]
    blocks = [actions(button(url="javascript:window.hacked=1")), section("x", accessory=button("b"))]
    client.chat_postMessage(channel="releases", text="x", blocks=blocks)
    page.wait("document.querySelector('.message:last-child .b-actions')")
    assert page.run("document.querySelector('.message:last-child a')") is None


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("*bold* _it_ ~no~ `a*b*c`", "<strong>bold</strong> <em>it</em> <s>no</s> <code>a*b*c</code>"),
        ("*_both_*", "<strong><em>both</em></strong>"),
        ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
        ("*bold `x` &amp; more*", "<strong>bold <code>x</code> &amp; more</strong>"),
        ("&gt; said\n&gt; twice\nmine", "<blockquote>said<br>twice</blockquote>mine"),
        ("```a\n  *b*```", '<pre tabindex="0">a\n  *b*</pre>'),
        ("a ``` b", "a ``` b"),
        ("(*x*), *y*!", "(<strong>x</strong>), <strong>y</strong>!"),
        ("10:30:45 :no_such_emoji:", "10:30:45 :no_such_emoji:"),
        ("", ""),
    ],
)
def test_mrkdwn_becomes(page: Page, text: str, drawn: str) -> None:
    names = "{me: () => '', user: () => '', channel: () => ''}"
    script = """import('./mrkdwn.js').then(({ mrkdwn }) => {
      const box = document.createElement('div');
      box.append(...mrkdwn(%s, %s).flat(Infinity));
      return box.innerHTML;
    })"""
    assert page.run(script % (repr(text), names)) == drawn


def test_a_markdown_block_becomes(page: Page, client: WebClient) -> None:
    text = "# A *title*\n**bold** *it* [a link](https://x.test/) [no](javascript:x)\n- one\n<b>"
    client.chat_postMessage(channel="releases", text="x", blocks=[{"type": "markdown", "text": text}])
    page.wait("document.querySelector('.message .text')")
    assert page.run("document.querySelector('.message .text').innerHTML").replace(' target="_blank"', "") == (
        "<strong>A <em>title</em></strong><br><strong>bold</strong> <em>it</em> "
        '<a href="https://x.test/" rel="noopener noreferrer">a link</a> [no](javascript:x)<br>• one<br>&lt;b&gt;'
    )


def test_the_day_stands_above_what_is_new(visit: Visit, client: WebClient) -> None:
    client.chat_postMessage(channel="releases", text="x")
    with visit() as page:
        page.wait("document.querySelector('.day + .fresh + .message')")


def test_every_kind_of_block_is_drawn(visit: Visit, slack: SandboxSlack, client: WebClient) -> None:
    for _, good, _, _ in MESSAGE_RULES:
        client.chat_postMessage(channel="releases", text="x", blocks=good)
    with visit() as page:
        page.wait(f"document.querySelectorAll('.message').length === {len(MESSAGE_RULES)}")
        assert page.run("[...document.querySelectorAll('.unsupported')].map(one => one.innerText)") == []
        _views(page, slack)


def _views(page: Page, slack: SandboxSlack) -> None:
    ada = slack.workspace.user("ada").id
    for number, (_, good, _, _) in enumerate(VIEW_RULES):
        if good["type"] != "modal":
            continue
        with slack.workspace.feed.lock:
            view = slack.workspace.views.open(ada, {**good, "title": plain(f"Number {number}")})
        page.wait(f"document.querySelector('dialog[data-view=\"{view['id']}\"]')")
        assert page.run("[...document.querySelectorAll('dialog .unsupported')].map(one => one.innerText)") == []
        assert page.run("document.querySelectorAll('dialog').length") == 1


def test_a_select_stays_while_its_message_changes(page: Page, client: WebClient) -> None:
    def blocks(text: str) -> list[Json]:
        return [section(text, block_id="b", accessory=select(3))]

    ts = client.chat_postMessage(channel="releases", text="x", blocks=blocks("0 of 4"))["ts"]
    page.wait("document.querySelector('.b-accessory select')")
    page.run("window.kept = document.querySelector('.b-accessory select'); kept.focus(); kept.value = '1'; 0")
    client.chat_update(channel="releases", ts=ts, text="x", blocks=blocks("1 of 4"))
    page.see("1 of 4")
    assert page.run("document.activeElement === kept && kept.isConnected && kept.value") == "1"


def test_a_button_keeps_the_focus_while_its_message_changes(page: Page, client: WebClient) -> None:
    def blocks(text: str) -> list[Any]:
        return [section(text), actions(button("stop"), button("more"))]

    ts = client.chat_postMessage(channel="releases", text="x", blocks=blocks("0 of 4"))["ts"]
    page.wait("document.querySelectorAll('.b-button').length === 2")
    page.run("document.querySelectorAll('.b-button')[1].focus()")
    client.chat_update(channel="releases", ts=ts, text="x", blocks=[section("new"), *blocks("1 of 4")])
    page.see("1 of 4")
    assert page.run("document.activeElement.dataset.action") == "more"


def test_two_hundred_messages_stay_where_they_are(visit: Visit, client: WebClient) -> None:
    stamps = [client.chat_postMessage(channel="releases", text=f"message {n}")["ts"] for n in range(200)]
    with visit() as page:
        page.wait("document.querySelectorAll('.message').length === 200")
        page.run(
            "window.nodes = [...document.querySelectorAll('.message')]; window.changes = 0;"
            "new MutationObserver(all => { changes += all.length; })"
            ".observe(timeline, {childList: true, subtree: true, characterData: true}); timeline.scrollTop = 500;"
        )
        at = page.run("timeline.scrollTop")
        client.chat_update(channel="releases", ts=stamps[199], text="message 199, changed")
        client.chat_postMessage(channel="releases", text="news")
        page.wait("!document.querySelector('#jump').hidden")
        assert page.run("jump.innerText") == "↓ 1 new message"
        assert page.run("timeline.scrollTop") == at
        assert page.run("nodes.every(one => one.isConnected)")
        assert page.run("changes") < 10
        page.click("#jump")
        page.wait("jump.hidden && timeline.scrollHeight - timeline.scrollTop - timeline.clientHeight < 2")


@pytest.mark.parametrize("width", [380, 1280])
def test_long_words_stay_within_the_page(visit: Visit, client: WebClient, width: int) -> None:
    long = "x" * 300
    text = f"{long} <https://x.test/{long}> `{long}`\n```{long}```"
    with visit(width=width, height=780) as page:
        client.chat_postMessage(channel="releases", text=text)
        fields: Json = {"type": "section", "fields": [{"type": "mrkdwn", "text": long}] * 2}
        blocks = [section(text, accessory=button(text=plain("B" * 75))), fields, actions(button(text=plain("C" * 75)))]
        client.chat_postMessage(channel="releases", text="x", blocks=blocks)
        page.wait("document.querySelectorAll('.message').length === 2")
        assert page.run("document.documentElement.scrollWidth") == width
        assert page.run("timeline.scrollWidth - timeline.clientWidth") == 0


def test_a_draft_waits_for_its_channel(page: Page) -> None:
    page.type("not yet")
    page.click_button("# general")
    page.wait("document.querySelector('#head').innerText === '# general'")
    assert page.run("document.querySelector('#composer textarea').value") == ""
    page.click_button("# releases")
    page.wait("document.querySelector('#composer textarea').value === 'not yet'")
