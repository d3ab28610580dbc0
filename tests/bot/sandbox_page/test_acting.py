"""What a person does on the page reaches the app, and what the app does reaches the page."""

from typing import Any

import pytest
from chromium import Page
from slack_bolt import App
from slack_sdk import WebClient

from bot.sandbox.slack.server import SandboxSlack
from tests.bot.sandbox.kit import Json, actions, button, confirm, option, section, select
from tests.bot.sandbox_page.hands import FORM, Visit, say

ASKED = [section("Ready?"), actions(button("go", confirm=confirm()))]


def test_what_one_says_is_seen(page: Page) -> None:
    say(page, "hello *world* :tada:")
    page.wait("document.querySelector('.message strong + .tag, .message .body strong')?.innerText === 'world'")
    page.see("🎉")
    assert page.run("document.querySelector('#composer textarea').value") == ""


def test_two_people_see_each_other_at_once(visit: Visit) -> None:
    with visit("ada") as ada, visit("dev") as dev:
        say(ada, "hello dev")
        dev.see("hello dev")
        say(dev, "hello ada")
        ada.see("hello ada")


@pytest.mark.usefixtures("app")
def test_a_whisper_is_for_one_and_can_be_dismissed(visit: Visit) -> None:
    with visit("ada") as ada, visit("dev") as dev:
        say(ada, "/noodle psst")
        ada.see("only for you: psst")
        say(ada, "after")
        dev.see("after")
        assert "only for you" not in dev.run("document.body.innerText")
        ada.click_button("Dismiss")
        ada.wait("!document.querySelector('.ephemeral')")
        ada.call("Page.reload")
        ada.see("after")
        assert "only for you" not in ada.run("document.body.innerText")


@pytest.mark.usefixtures("app")
def test_a_button_asks_first(page: Page, client: WebClient, slack: SandboxSlack) -> None:
    client.chat_postMessage(channel="releases", text="ready", blocks=ASKED)
    page.click_button("Go")
    page.click_button("n")
    page.wait("!document.querySelector('dialog')")
    assert page.run("document.querySelector('.b-button').innerText") == "Go"
    page.click_button("Go")
    page.click_button("y")
    page.see(f"pressed by {slack.workspace.user('ada').id}")


@pytest.mark.usefixtures("app")
def test_a_choice_reaches_the_app(page: Page, client: WebClient) -> None:
    client.chat_postMessage(channel="releases", text="choose", blocks=[section("Choose", accessory=select(3))])
    page.wait("document.querySelector('.b-accessory select')")
    page.run(
        "(s => { s.value = '2'; s.dispatchEvent(new Event('change', {bubbles: true})); })"
        "(document.querySelector('.b-accessory select'))"
    )
    page.see("picked 2")


@pytest.mark.usefixtures("app")
def test_a_form_says_what_is_wrong_and_then_goes_through(page: Page) -> None:
    say(page, "/noodle form")
    page.wait("document.querySelector('dialog[open] input')")
    page.press("Enter")
    page.see("Please fill this in.")
    page.type("bad")
    page.press("Enter")
    page.see("This name is taken.")
    assert page.run("document.activeElement.getAttribute('aria-invalid')") == "true"
    page.run("document.activeElement.select()")
    page.type("Nora")
    page.press("Enter")
    page.see("hello Nora")
    assert page.run("document.querySelectorAll('dialog').length") == 0
    assert page.run("document.activeElement === document.querySelector('#composer textarea')")


def test_an_app_offers_choices_for_what_is_typed(page: Page, app: App, client: WebClient) -> None:
    @app.options("offer")
    def offer(ack: Any, payload: Json) -> None:
        ack(options=[option(f"{payload['value']}-{n}", f"{payload['value']} {n}") for n in range(3)])

    @app.action("offer")
    def chosen(ack: Any, body: Json) -> None:
        ack()
        client.chat_postMessage(channel="releases", text=f"took {body['actions'][0]['selected_option']['value']}")

    asked = {"type": "external_select", "action_id": "offer", "min_query_length": 2}
    client.chat_postMessage(channel="releases", text="x", blocks=[section("Which?", accessory=asked)])
    page.wait("document.querySelector('.b-accessory [type=search]')")
    page.run("document.querySelector('.b-accessory [type=search]').focus()")
    page.type("api")
    page.see("api 2")
    page.press("Tab")
    page.press(" ")
    page.see("took api-0")


def test_an_updated_form_keeps_what_was_typed(page: Page, slack: SandboxSlack) -> None:
    views = slack.workspace.views
    with slack.workspace.feed.lock:
        view = views.open(slack.workspace.user("ada").id, FORM)
    page.wait("document.querySelector('dialog[open] input')")
    page.type("half a na")
    fresh = {**FORM, "blocks": [section("Something new"), *FORM["blocks"]]}
    with slack.workspace.feed.lock:
        views.update(fresh, view_id=view["id"])
    page.see("Something new")
    page.type("me")
    assert page.run("document.activeElement.value") == "half a name"


def test_one_reacts_and_takes_it_back(visit: Visit) -> None:
    with visit("ada") as ada, visit("dev") as dev:
        say(ada, "look")
        dev.see("look")
        dev.run("document.querySelector('.message:last-child').focus()")
        dev.click("[aria-label='React with eyes']")
        ada.wait("document.querySelector('.reactions button')?.ariaLabel === 'eyes, 1: Dev Developer'")
        ada.click(".reactions button")
        dev.wait("document.querySelector('.reactions button')?.innerText === '👀 2'")
        dev.click(".reactions button.mine")
        ada.click(".reactions button.mine")
        ada.wait("!document.querySelector('.reactions')")


def test_a_thread_shows_its_replies_and_counts_them(visit: Visit, client: WebClient) -> None:
    root = client.chat_postMessage(channel="releases", text="the run")["ts"]
    with visit() as page:
        client.chat_postMessage(channel="releases", text="a detail", thread_ts=root)
        page.click_button("1 reply")
        page.wait("document.querySelector('#thread').innerText.includes('a detail')")
        page.type("thank you")
        page.press("Enter")
        page.wait("document.querySelector('#thread').innerText.includes('thank you')")
        page.see("2 replies")
        assert "thank you" not in page.run("document.querySelector('#timeline').innerText")


@pytest.mark.usefixtures("app")
def test_the_home_tab_is_drawn(page: Page) -> None:
    page.click_button("⌂ Home")
    page.see("Your home")
    page.call("Page.reload")
    page.see("Your home")


def test_another_person_sees_the_same_channel(page: Page) -> None:
    page.click_button("# general")
    page.wait("location.search.includes('general')")
    page.run("(s => { s.value = 'vic'; s.dispatchEvent(new Event('change')); })(document.querySelector('.who select'))")
    page.wait("location.search.includes('vic')")
    page.wait("document.querySelector('#head')?.innerText === '# general'")


def test_unread_messages_are_counted_until_they_are_read(page: Page, client: WebClient) -> None:
    client.chat_postMessage(channel="general", text="one")
    client.chat_postMessage(channel="general", text="two")
    page.wait("document.querySelector('.unread')?.innerText === '2'")
    assert page.run("document.title").startswith("(2) ")
    page.click("#side button.new")
    page.wait("document.querySelector('.fresh + .message')?.innerText.includes('one')")
    assert not page.run("!!document.querySelector('.unread')")


def test_what_comes_while_one_reads_is_seen(visit: Visit, client: WebClient) -> None:
    with visit() as page:
        client.chat_postMessage(channel="releases", text="seen")
        page.see("seen")
        slept = "new Promise(done => setTimeout(done, 50))"
        page.wait(
            f"{slept}.then(() => fetch('/sandbox/api/world?user=ada')).then(a => a.json())"
            ".then(w => w.channels.every(c => !c.unread))"
        )


@pytest.mark.usefixtures("app")
def test_a_refusal_is_said(page: Page) -> None:
    say(page, "/unheard of")
    page.see("No app here knows this command")
    assert page.run("document.querySelector('#composer textarea').value") == "/unheard of"


def test_the_page_finds_the_server_again(page: Page, slack: SandboxSlack) -> None:
    host, port = slack.url.removeprefix("http://").split(":")
    slack.stop()
    page.wait("!document.querySelector('#offline').hidden")
    say(page, "anybody there?")
    page.see("The sandbox does not answer. Is it running?")
    with slack.workspace.feed.lock:
        message = {"type": "message", "user": slack.workspace.user("dev").id, "text": "back again"}
        slack.workspace.timeline.post(slack.workspace.channel("releases").id, message)
    with SandboxSlack(slack.workspace, host=host, port=int(port), limits="off"):
        page.wait("document.querySelector('#offline').hidden")
        page.see("back again")
        assert page.run("document.querySelector('#composer textarea').value") == "anybody there?"


def test_the_page_follows_into_a_new_world(page: Page, slack: SandboxSlack, client: WebClient) -> None:
    client.chat_postMessage(channel="releases", text="of the old world")
    page.see("of the old world")
    with slack.workspace.feed.lock:
        slack.workspace.views.open(slack.workspace.user("ada").id, FORM)
    page.wait("document.querySelector('dialog[open]')")
    host, port = slack.url.removeprefix("http://").split(":")
    slack.stop()
    page.wait("!document.querySelector('#offline').hidden")
    with SandboxSlack(host=host, port=int(port), limits="off"):
        page.wait("document.querySelector('#offline').hidden")
        page.wait("!document.querySelector('dialog')")
        page.wait("!document.querySelector('#timeline').innerText.includes('of the old world')")
        say(page, "of the new one")
        page.see("of the new one")
