"""Everything can be done with the keyboard, and a screen reader hears what is new."""

import pytest
from chromium import Page
from slack_sdk import WebClient

from bot.sandbox.slack.server import SandboxSlack
from tests.bot.sandbox.kit import actions, button, confirm, section
from tests.bot.sandbox_page.hands import COMPOSER, Visit, focused, say, tab_to

ASKED = [section("Ready?"), actions(button("go", confirm=confirm()))]


@pytest.mark.usefixtures("app")
def test_a_button_is_reached_and_pressed(page: Page, client: WebClient, slack: SandboxSlack) -> None:
    client.chat_postMessage(channel="releases", text="ready", blocks=ASKED)
    page.see("Ready?")
    tab_to(page, "Go", shift=True)
    page.press("Enter")
    page.wait("document.querySelector('dialog[open]')")
    page.press("Escape")
    page.wait("!document.querySelector('dialog')")
    assert focused(page) == "Go"
    page.press(" ")
    page.wait("document.querySelector('dialog[open]')")
    tab_to(page, "y")
    page.press("Enter")
    page.see(f"pressed by {slack.workspace.user('ada').id}")
    page.wait("document.activeElement.matches('.message')")


def test_a_reaction_is_picked_with_the_keyboard(page: Page) -> None:
    say(page, "look")
    page.see("look")
    page.press("Tab", shift=True)
    assert page.run("document.activeElement.matches('.message')")
    tab_to(page, "More reactions")
    page.press("Enter")
    page.type("rock")
    page.press("Enter")
    page.wait("document.querySelector('.reactions button')?.innerText === '🚀 1'")
    assert focused(page) == "More reactions"


def test_arrows_go_from_message_to_message(page: Page) -> None:
    for word in ("first", "second", "third"):
        say(page, word)
        page.see(word)
    page.press("Tab", shift=True)
    page.press("ArrowUp")
    assert "second" in page.run("document.activeElement.innerText")
    page.press("Home")
    assert "first" in page.run("document.activeElement.innerText")
    page.press("Enter")
    page.wait("!document.querySelector('#thread').hidden")
    page.press("Escape")
    page.wait("document.querySelector('#thread').hidden")
    assert "first" in page.run("document.activeElement.innerText")
    page.press("Escape")
    assert page.run(f"document.activeElement === {COMPOSER}")


def test_what_was_said_comes_back_with_the_arrow(page: Page) -> None:
    say(page, "one")
    say(page, "two")
    page.press("ArrowUp")
    page.press("ArrowUp")
    assert page.run(f"{COMPOSER}.value") == "one"
    page.press("ArrowDown")
    assert page.run(f"{COMPOSER}.value") == "two"


def test_a_name_is_suggested_and_chosen_with_the_arrows(page: Page) -> None:
    page.type("hi @")
    page.wait("document.querySelector('.hints [aria-selected=true]')")
    names = page.run("[...document.querySelectorAll('.hints b')].map(one => one.innerText)")
    page.press("ArrowDown")
    page.press("Enter")
    assert page.run(f"{COMPOSER}.value") == f"hi {names[1]} "
    page.type("@v")
    page.wait("!document.querySelector('.hints').hidden")
    page.press("Escape")
    page.wait("document.querySelector('.hints').hidden")
    assert page.run(f"{COMPOSER}.value").endswith(" @v")


def test_only_new_messages_are_announced(page: Page, client: WebClient) -> None:
    ts = client.chat_postMessage(channel="releases", text="0 of 4")["ts"]
    page.wait("document.querySelector('#announcer').innerText.includes('0 of 4')")
    client.chat_update(channel="releases", ts=ts, text="1 of 4")
    page.see("1 of 4")
    assert page.run("document.querySelector('#announcer').textContent") == "Noodle: 0 of 4"
    assert page.run("document.querySelectorAll('[aria-live]').length") == 1


def test_everything_to_press_has_a_name(page: Page, client: WebClient) -> None:
    client.chat_postMessage(channel="releases", text="ready", blocks=ASKED)
    page.see("Ready?")
    page.run("document.querySelector('.message').focus()")
    page.click("[aria-label='Reply in a thread']")
    page.wait("document.querySelector('#thread .message')")
    nameless = (
        "[...document.querySelectorAll('button, input, select, textarea')].filter(one =>"
        " one.checkVisibility() && !(one.ariaLabel || one.innerText.trim() || one.labels?.length))"
        ".map(one => one.outerHTML)"
    )
    assert page.run(nameless) == []


# Source: WCAG 2.2, 1.4.3: 4.5 to 1, for large text 3 to 1.
FAINT = """
(() => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const rgba = (color, under) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const one of [under, color]) if (one) { canvas.fillStyle = one; canvas.fillRect(0, 0, 1, 1); }
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const css = ([r, g, b]) => `rgb(${r} ${g} ${b})`;
  const ground = node => {
    const above = node.parentElement ? ground(node.parentElement) : 'white';
    return css(rgba(getComputedStyle(node).backgroundColor, above));
  };
  const light = color => [...rgba(color)].slice(0, 3).map(part => part / 255)
    .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, n) => sum + part * [0.2126, 0.7152, 0.0722][n], 0);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    const node = texts.currentNode.parentElement;
    if (!/[a-z0-9]/i.test(texts.currentNode.data) || !node.checkVisibility()) continue;
    const style = getComputedStyle(node), under = ground(node);
    const [a, b] = [light(css(rgba(style.color, under))), light(under)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < (parseFloat(style.fontSize) >= 24 ? 3 : 4.5)) found.push([texts.currentNode.data, ratio]);
  }
  return found;
})()
"""


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.usefixtures("app")
def test_text_stands_out_from_its_ground(visit: Visit, client: WebClient, dark: bool) -> None:  # by pytest
    buttons = actions(button("a", style="primary"), button("b", style="danger"), button("c"))
    client.chat_postMessage(channel="general", text="unread")
    with visit(dark=dark) as page:
        text = "a `code`, a <https://x.test|link>, :eyes: <!here>\n> said\n```block```"
        context = {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}
        client.chat_postMessage(channel="releases", text="x", blocks=[section(text), context, buttons])
        client.chat_postMessage(channel="releases", text="with <@U1> in it")
        say(page, "/noodle psst")
        page.see("Only visible to you")
        say(page, "/unheard of")
        page.see("No app here knows")
        page.run("document.querySelector('.message').focus()")
        assert page.run(FAINT) == []
        page.run(f"{COMPOSER}.value = ''")
        say(page, "/noodle form")
        page.wait("document.querySelector('dialog[open] input')")
        page.press("Enter")
        page.see("Please fill this in.")
        assert page.run(FAINT) == []
