"""What a form asks is what the app gets, for every kind of element."""

from typing import Any

import pytest
from chromium import Page
from slack_bolt import App

from bot.sandbox.slack.server import SandboxSlack
from tests.bot.sandbox.kit import Json, asks, form, option
from tests.bot.sandbox_page.hands import Visit, say

A, B = option("a", "A"), option("b", "B")
FILLED: list[tuple[str, Json, str, Any]] = [
    ("plain_text_input", {"initial_value": "hi"}, "value", "hi"),
    ("email_text_input", {"initial_value": "ada@x.test"}, "value", "ada@x.test"),
    ("url_text_input", {"initial_value": "https://x.test"}, "value", "https://x.test"),
    ("number_input", {"initial_value": "2.5", "is_decimal_allowed": True}, "value", "2.5"),
    ("static_select", {"options": [A, B], "initial_option": B}, "selected_option", B),
    ("external_select", {"initial_option": A}, "selected_option", A),
    ("users_select", {"initial_user": "U02DEV"}, "selected_user", "U02DEV"),
    ("channels_select", {"initial_channel": "C01GENERAL"}, "selected_channel", "C01GENERAL"),
    ("conversations_select", {"initial_conversation": "C01GENERAL"}, "selected_conversation", "C01GENERAL"),
    ("multi_static_select", {"options": [A, B], "initial_options": [A, B]}, "selected_options", [A, B]),
    ("multi_external_select", {"initial_options": [A]}, "selected_options", [A]),
    ("multi_users_select", {"initial_users": ["U01ADA", "U02DEV"]}, "selected_users", ["U01ADA", "U02DEV"]),
    ("multi_channels_select", {"initial_channels": ["C01GENERAL"]}, "selected_channels", ["C01GENERAL"]),
    ("checkboxes", {"options": [A, B], "initial_options": [B]}, "selected_options", [B]),
    ("radio_buttons", {"options": [A, B], "initial_option": A}, "selected_option", A),
    ("datepicker", {"initial_date": "2026-05-01"}, "selected_date", "2026-05-01"),
    ("timepicker", {"initial_time": "10:30"}, "selected_time", "10:30"),
    ("datetimepicker", {"initial_date_time": 1764000000}, "selected_date_time", 1764000000),
]
EVERYTHING = form(
    *(asks({"type": kind, "action_id": "v", **given}, block_id=kind) for kind, given, _, _ in FILLED),
    callback_id="everything",
)


@pytest.fixture
def submitted(app: App) -> list[Json]:
    """What the app got of the form."""
    got: list[Json] = []

    @app.view("everything")
    def filled(ack: Any, view: Json) -> None:
        ack()
        got.append(view["state"]["values"])

    return got


def test_a_form_gives_the_app_what_it_shows(page: Page, slack: SandboxSlack, submitted: list[Json]) -> None:
    with slack.workspace.feed.lock:
        slack.workspace.views.open(slack.workspace.user("ada").id, EVERYTHING)
    page.click("dialog [type=submit]")
    slack.wait(lambda: submitted)

    assert {kind: submitted[0][kind]["v"].get(key) for kind, _, key, _ in FILLED} == {
        kind: value for kind, _, _, value in FILLED
    }


def test_a_slash_says_what_the_commands_are_for(page: Page) -> None:
    page.type("/")
    page.wait("!document.querySelector('.hints').hidden")

    told = page.run("document.querySelector('.hints').innerText")
    assert "/noodle deploy api@1.4.2 to staging" in told
    assert "Ship from Slack" in told


def test_a_block_named_like_a_method_is_only_unknown(page: Page) -> None:
    kinds = "['constructor', 'toString', '__proto__', 'nope'].map((type) => ({ type }))"
    drawn = page.run(f"import('./blocks.js').then(({{ blocks }}) => blocks({kinds}, {{}}).map((one) => one.innerText))")

    assert drawn == [f"unsupported block: {kind}" for kind in ("constructor", "toString", "__proto__", "nope")]


def test_an_empty_channel_says_so_until_somebody_speaks(visit: Visit) -> None:
    with visit(channel="random") as page:
        words = "getComputedStyle(document.querySelector('#timeline'), '::before').content"
        page.wait(f"{words}.includes('Nothing was said here yet')")
        say(page, "first")
        page.see("first")
        assert page.run(words) == "none"
