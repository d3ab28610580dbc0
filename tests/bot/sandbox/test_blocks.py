"""Each rule of Block Kit that Slack enforces, with one payload it takes and one it refuses."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.slack.blocks import message_problems, view_problems
from tests.bot.sandbox.kit import (
    Json,
    actions,
    asks,
    bars,
    button,
    card,
    confirm,
    data_table,
    form,
    home,
    image,
    line,
    modal,
    mrkdwn,
    option,
    pie,
    plain,
    plan,
    rich,
    section,
    select,
    table,
    task,
    typed,
    video,
)

# rule, blocks Slack takes, blocks it refuses, the pointer it names
MESSAGE_RULES: list[tuple[str, list[Json], list[Json], str]] = [
    ("a message has at most 50 blocks", [section()] * 50, [section()] * 51, "/blocks"),
    ("a type is known", [{"type": "divider"}], [{"type": "dividers"}], "/blocks/0/type"),
    ("keys are known", [section()], [section(colour="red")], "/blocks/0/colour"),
    ("block_id has at most 255", [section(block_id="b" * 255)], [section(block_id="b" * 256)], "/blocks/0/block_id"),
    (
        "block_id is unique",
        [section(block_id="a"), section(block_id="b")],
        [section(block_id="a"), section(block_id="a")],
        "/blocks/1/block_id",
    ),
    (
        "action_id has at most 255",
        [actions(button("a" * 255))],
        [actions(button("a" * 256))],
        "/blocks/0/elements/0/action_id",
    ),
    (
        "action_id is unique within actions",
        [actions(button("a"), button("b"))],
        [actions(button("a"), button("a"))],
        "/blocks/0/elements/1/action_id",
    ),
    ("a text is never empty", [section("x")], [section("")], "/blocks/0/text/text"),
    ("section text has at most 3000", [section("x" * 3000)], [section("x" * 3001)], "/blocks/0/text/text"),
    ("a section needs text or fields", [section()], [{"type": "section"}], "/blocks/0"),
    (
        "a section has at most 10 fields",
        [{"type": "section", "fields": [mrkdwn("f")] * 10}],
        [{"type": "section", "fields": [mrkdwn("f")] * 11}],
        "/blocks/0/fields",
    ),
    (
        "a field has at most 2000",
        [{"type": "section", "fields": [mrkdwn("f" * 2000)]}],
        [{"type": "section", "fields": [mrkdwn("f" * 2001)]}],
        "/blocks/0/fields/0/text",
    ),
    (
        "an accessory is an element for it",
        [section(accessory=button())],
        [section(accessory=typed())],
        "/blocks/0/accessory/type",
    ),
    (
        "a header has at most 150",
        [{"type": "header", "text": plain("h" * 150)}],
        [{"type": "header", "text": plain("h" * 151)}],
        "/blocks/0/text/text",
    ),
    (
        "a header is plain",
        [{"type": "header", "text": plain("h")}],
        [{"type": "header", "text": mrkdwn("h")}],
        "/blocks/0/text/type",
    ),
    (
        "emoji is for plain_text",
        [{"type": "header", "text": {**plain("h"), "emoji": True}}],
        [section(text="x") | {"text": {**mrkdwn("h"), "emoji": True}}],
        "/blocks/0/text/emoji",
    ),
    (
        "verbatim is for mrkdwn",
        [section() | {"text": {**mrkdwn("h"), "verbatim": True}}],
        [section() | {"text": {**plain("h"), "verbatim": True}}],
        "/blocks/0/text/verbatim",
    ),
    (
        "a context has at most 10",
        [{"type": "context", "elements": [mrkdwn("c")] * 10}],
        [{"type": "context", "elements": [mrkdwn("c")] * 11}],
        "/blocks/0/elements",
    ),
    (
        "a context has at least 1",
        [{"type": "context", "elements": [image()]}],
        [{"type": "context", "elements": []}],
        "/blocks/0/elements",
    ),
    (
        "a context holds text and images",
        [{"type": "context", "elements": [plain("c")]}],
        [{"type": "context", "elements": [button()]}],
        "/blocks/0/elements/0/type",
    ),
    (
        "actions have at most 25",
        [actions(*[button(str(n)) for n in range(25)])],
        [actions(*[button(str(n)) for n in range(26)])],
        "/blocks/0/elements",
    ),
    ("actions have at least 1", [actions(button())], [actions()], "/blocks/0/elements"),
    (
        "a multi-select is no action",
        [actions(select())],
        [actions({**select(), "type": "multi_static_select"})],
        "/blocks/0/elements/0/type",
    ),
    (
        "a button's text has at most 75",
        [actions(button(text=plain("b" * 75)))],
        [actions(button(text=plain("b" * 76)))],
        "/blocks/0/elements/0/text/text",
    ),
    (
        "a button's text is plain",
        [actions(button())],
        [actions(button(text=mrkdwn("b")))],
        "/blocks/0/elements/0/text/type",
    ),
    (
        "a button's url has at most 3000",
        [actions(button(url="u" * 3000))],
        [actions(button(url="u" * 3001))],
        "/blocks/0/elements/0/url",
    ),
    (
        "a button's value has at most 2000",
        [actions(button(value="v" * 2000))],
        [actions(button(value="v" * 2001))],
        "/blocks/0/elements/0/value",
    ),
    (
        "a button's style is known",
        [actions(button(style="danger"))],
        [actions(button(style="loud"))],
        "/blocks/0/elements/0/style",
    ),
    (
        "an accessibility label has at most 75",
        [actions(button(accessibility_label="a" * 75))],
        [actions(button(accessibility_label="a" * 76))],
        "/blocks/0/elements/0/accessibility_label",
    ),
    (
        "an overflow has at most 5",
        [actions({"type": "overflow", "options": [option(str(n)) for n in range(5)]})],
        [actions({"type": "overflow", "options": [option(str(n)) for n in range(6)]})],
        "/blocks/0/elements/0/options",
    ),
    (
        "an option has a url only in an overflow",
        [actions({"type": "overflow", "options": [option(url="https://x.test")]})],
        [actions({"type": "static_select", "options": [option(url="https://x.test")]})],
        "/blocks/0/elements/0/options/0/url",
    ),
    (
        "a select has at most 100 options",
        [actions(select(100))],
        [actions(select(101))],
        "/blocks/0/elements/0/options",
    ),
    (
        "a select has options or groups, not both",
        [actions({"type": "static_select", "option_groups": [{"label": plain("g"), "options": [option()]}]})],
        [actions(select(option_groups=[{"label": plain("g"), "options": [option()]}]))],
        "/blocks/0/elements/0",
    ),
    (
        "a select has at most 100 groups",
        [actions({"type": "static_select", "option_groups": [{"label": plain("g"), "options": [option()]}] * 100})],
        [actions({"type": "static_select", "option_groups": [{"label": plain("g"), "options": [option()]}] * 101})],
        "/blocks/0/elements/0/option_groups",
    ),
    (
        "an initial option is one of the options",
        [actions(select(initial_option=option("0")))],
        [actions(select(initial_option=option("7")))],
        "/blocks/0/elements/0/initial_option",
    ),
    (
        "an option's text has at most 75",
        [actions({"type": "static_select", "options": [option(text="o" * 75)]})],
        [actions({"type": "static_select", "options": [option(text="o" * 76)]})],
        "/blocks/0/elements/0/options/0/text/text",
    ),
    (
        "an option's value has at most 150",
        [actions({"type": "static_select", "options": [option("v" * 150)]})],
        [actions({"type": "static_select", "options": [option("v" * 151)]})],
        "/blocks/0/elements/0/options/0/value",
    ),
    (
        "an option's description has at most 75",
        [actions({"type": "static_select", "options": [option(description=plain("d" * 75))]})],
        [actions({"type": "static_select", "options": [option(description=plain("d" * 76))]})],
        "/blocks/0/elements/0/options/0/description/text",
    ),
    (
        "mrkdwn options are for checkboxes and radio buttons",
        [actions({"type": "checkboxes", "options": [{"text": mrkdwn("o"), "value": "v"}]})],
        [actions({"type": "static_select", "options": [{"text": mrkdwn("o"), "value": "v"}]})],
        "/blocks/0/elements/0/options/0/text/type",
    ),
    (
        "checkboxes have at most 10",
        [actions({"type": "checkboxes", "options": [option(str(n)) for n in range(10)]})],
        [actions({"type": "checkboxes", "options": [option(str(n)) for n in range(11)]})],
        "/blocks/0/elements/0/options",
    ),
    (
        "radio buttons have at most 10",
        [actions({"type": "radio_buttons", "options": [option(str(n)) for n in range(10)]})],
        [actions({"type": "radio_buttons", "options": [option(str(n)) for n in range(11)]})],
        "/blocks/0/elements/0/options",
    ),
    (
        "a placeholder has at most 150",
        [actions(select(placeholder=plain("p" * 150)))],
        [actions(select(placeholder=plain("p" * 151)))],
        "/blocks/0/elements/0/placeholder/text",
    ),
    (
        "min_query_length is not negative",
        [actions({"type": "external_select", "min_query_length": 0})],
        [actions({"type": "external_select", "min_query_length": -1})],
        "/blocks/0/elements/0/min_query_length",
    ),
    (
        "a confirm title has at most 100",
        [actions(button(confirm=confirm(title=100)))],
        [actions(button(confirm=confirm(title=101)))],
        "/blocks/0/elements/0/confirm/title/text",
    ),
    (
        "a confirm text has at most 300",
        [actions(button(confirm=confirm(text=300)))],
        [actions(button(confirm=confirm(text=301)))],
        "/blocks/0/elements/0/confirm/text/text",
    ),
    (
        "a confirm button has at most 30",
        [actions(button(confirm=confirm(yes=30)))],
        [actions(button(confirm=confirm(yes=31)))],
        "/blocks/0/elements/0/confirm/confirm/text",
    ),
    (
        "an image's url has at most 3000",
        [image(image_url="u" * 3000)],
        [image(image_url="u" * 3001)],
        "/blocks/0/image_url",
    ),
    (
        "an image's alt text has at most 2000",
        [image(alt_text="a" * 2000)],
        [image(alt_text="a" * 2001)],
        "/blocks/0/alt_text",
    ),
    (
        "an image's title has at most 2000",
        [image(title=plain("t" * 2000))],
        [image(title=plain("t" * 2001))],
        "/blocks/0/title/text",
    ),
    ("an image is a url or a file", [image()], [image(slack_file={"id": "F1"})], "/blocks/0"),
    (
        "markdown has at most 12,000 in a message",
        [{"type": "markdown", "text": "m" * 6000}] * 2,
        [{"type": "markdown", "text": "m" * 6001}] * 2,
        "/blocks",
    ),
    (
        "a video's title has at most 200",
        [video(title=plain("v" * 200))],
        [video(title=plain("v" * 201))],
        "/blocks/0/title/text",
    ),
    (
        "a video's author has at most 50",
        [video(author_name="v" * 50)],
        [video(author_name="v" * 51)],
        "/blocks/0/author_name",
    ),
    ("a table has at most 100 rows", [table(100)], [table(101)], "/blocks/0/rows"),
    ("a table has at most 20 columns", [table(1, 20)], [table(1, 21)], "/blocks/0/rows/0"),
    (
        "a cell is raw or rich",
        [table() | {"rows": [[rich(line())]]}],
        [table() | {"rows": [[mrkdwn("c")]]}],
        "/blocks/0/rows/0/0/type",
    ),
    ("a message has one table", [table()], [table(), table()], "/blocks"),
    ("a data table has at least 2 rows", [data_table(2)], [data_table(1)], "/blocks/0/rows"),
    (
        "a data table's page has at most 100",
        [data_table(page_size=100)],
        [data_table(page_size=101)],
        "/blocks/0/page_size",
    ),
    ("a data table needs a caption", [data_table()], [table(2, 1, "data_table")], "/blocks/0"),
    ("a chart's title has at most 50", [pie(title="t" * 50)], [pie(title="t" * 51)], "/blocks/0/title"),
    ("a pie has at most 12 segments", [pie(12)], [pie(13)], "/blocks/0/chart/segments"),
    ("a chart label has at most 20", [pie(label="l" * 20)], [pie(label="l" * 21)], "/blocks/0/chart/segments/0/label"),
    ("a chart has at most 12 series", [bars(12)], [bars(13)], "/blocks/0/chart/series"),
    ("a series has at most 20 points", [bars(1, 20)], [bars(1, 21)], "/blocks/0/chart/series/0/data"),
    ("a message has two charts", [pie(), pie()], [pie(), pie(), pie()], "/blocks"),
    ("a task's status is known", [task("error")], [task("failed")], "/blocks/0/status"),
    ("a task is pending only in a plan", [plan(1, "pending")], [task("pending")], "/blocks/0/status"),
    ("a plan has at most 50 tasks", [plan(50)], [plan(51)], "/blocks/0/tasks"),
    (
        "a card's title has at most 150",
        [card(title=mrkdwn("t" * 150))],
        [card(title=mrkdwn("t" * 151))],
        "/blocks/0/title/text",
    ),
    (
        "a card's subtitle has at most 150",
        [card(subtitle=mrkdwn("t" * 150))],
        [card(subtitle=mrkdwn("t" * 151))],
        "/blocks/0/subtitle/text",
    ),
    (
        "a card's body has at most 200",
        [card(body=mrkdwn("t" * 200))],
        [card(body=mrkdwn("t" * 201))],
        "/blocks/0/body/text",
    ),
    (
        "a card has at most 3 buttons",
        [card(actions=[button()] * 3)],
        [card(actions=[button()] * 4)],
        "/blocks/0/actions",
    ),
    (
        "a carousel has at most 10 cards",
        [{"type": "carousel", "elements": [card()] * 10}],
        [{"type": "carousel", "elements": [card()] * 11}],
        "/blocks/0/elements",
    ),
    (
        "a container has at most 10 blocks",
        [{"type": "container", "child_blocks": [section()] * 10}],
        [{"type": "container", "child_blocks": [section()] * 11}],
        "/blocks/0/child_blocks",
    ),
    (
        "context actions have at most 5",
        [{"type": "context_actions", "elements": [{"type": "icon_button", "icon": "trash", "text": plain("x")}] * 5}],
        [{"type": "context_actions", "elements": [{"type": "icon_button", "icon": "trash", "text": plain("x")}] * 6}],
        "/blocks/0/elements",
    ),
    ("rich text has known containers", [rich(line())], [rich(line(kind="rich_text_box"))], "/blocks/0/elements/0/type"),
    ("a rich text run is never empty", [rich(line("x"))], [rich(line(""))], "/blocks/0/elements/0/elements/0/text"),
    (
        "list items are sections",
        [rich({"type": "rich_text_list", "style": "bullet", "elements": [line()]})],
        [rich({"type": "rich_text_list", "style": "bullet", "elements": [line(kind="rich_text_quote")]})],
        "/blocks/0/elements/0/elements/0/type",
    ),
    (
        "preformatted text holds no names",
        [rich(line(kind="rich_text_preformatted"))],
        [rich({"type": "rich_text_preformatted", "elements": [{"type": "user", "user_id": "U1"}]})],
        "/blocks/0/elements/0/elements/0/type",
    ),
    ("an alert is not for messages", [section()], [{"type": "alert", "text": mrkdwn("a")}], "/blocks/0/type"),
    ("an input is for messages too", [asks(typed())], [asks(button())], "/blocks/0/element/type"),
]


@pytest.mark.parametrize(("good", "bad", "pointer"), [pytest.param(*row[1:], id=row[0]) for row in MESSAGE_RULES])
def test_a_message_keeps_the_rule(good: list[Json], bad: list[Json], pointer: str) -> None:
    assert message_problems(copy.deepcopy(good)) == []
    assert pointer in {problem.pointer for problem in message_problems(copy.deepcopy(bad))}


VIEW_RULES: list[tuple[str, Json, Json, str]] = [
    ("a view has at most 100 blocks", modal(*[section()] * 100), modal(*[section()] * 101), "/view/blocks"),
    ("a view is a modal or a home", home(), {"type": "page", "blocks": []}, "/view/type"),
    ("keys are known", modal(), modal(color="red"), "/view/color"),
    ("a modal needs a title", modal(), {"type": "modal", "blocks": []}, "/view"),
    ("a title has at most 24", modal(title=plain("t" * 24)), modal(title=plain("t" * 25)), "/view/title/text"),
    ("submit has at most 24", modal(submit=plain("t" * 24)), modal(submit=plain("t" * 25)), "/view/submit/text"),
    ("close has at most 24", modal(close=plain("t" * 24)), modal(close=plain("t" * 25)), "/view/close/text"),
    (
        "private_metadata has at most 3000",
        modal(private_metadata="p" * 3000),
        modal(private_metadata="p" * 3001),
        "/view/private_metadata",
    ),
    ("callback_id has at most 255", modal(callback_id="c" * 255), modal(callback_id="c" * 256), "/view/callback_id"),
    ("external_id has at most 255", modal(external_id="c" * 255), modal(external_id="c" * 256), "/view/external_id"),
    ("an input needs submit", form(asks(typed())), modal(asks(typed())), "/view/submit"),
    ("a home has no title", home(), home(title=plain("T")), "/view/title"),
    ("a home has no submit", home(), home(submit=plain("T")), "/view/submit"),
    ("a home has no close", home(), home(close=plain("T")), "/view/close"),
    ("a table is not for modals", home(table()), modal(table()), "/view/blocks/0/type"),
    (
        "an alert is for modals",
        modal({"type": "alert", "text": mrkdwn("a")}),
        home({"type": "alert", "text": mrkdwn("a")}),
        "/view/blocks/0/type",
    ),
    ("markdown is for messages", modal(section()), modal({"type": "markdown", "text": "m"}), "/view/blocks/0/type"),
    ("a plan is for messages", home(section()), home(plan()), "/view/blocks/0/type"),
    (
        "a label has at most 2000",
        form(asks(typed(), label=plain("l" * 2000))),
        form(asks(typed(), label=plain("l" * 2001))),
        "/view/blocks/0/label/text",
    ),
    (
        "a hint has at most 2000",
        form(asks(typed(), hint=plain("l" * 2000))),
        form(asks(typed(), hint=plain("l" * 2001))),
        "/view/blocks/0/hint/text",
    ),
    (
        "max_length is 1 to 3000",
        form(asks(typed(max_length=3000))),
        form(asks(typed(max_length=3001))),
        "/view/blocks/0/element/max_length",
    ),
    (
        "max_length is not 0",
        form(asks(typed(max_length=1))),
        form(asks(typed(max_length=0))),
        "/view/blocks/0/element/max_length",
    ),
    (
        "files are at most 10",
        form(asks({"type": "file_input", "max_files": 10})),
        form(asks({"type": "file_input", "max_files": 11})),
        "/view/blocks/0/element/max_files",
    ),
    (
        "an alert has at most 200",
        modal({"type": "alert", "text": mrkdwn("a" * 200)}),
        modal({"type": "alert", "text": mrkdwn("a" * 201)}),
        "/view/blocks/0/text/text",
    ),
    (
        "a number input says whether decimals are allowed",
        form(asks({"type": "number_input", "is_decimal_allowed": False})),
        form(asks({"type": "number_input"})),
        "/view/blocks/0/element",
    ),
]


@pytest.mark.parametrize(("good", "bad", "pointer"), [pytest.param(*row[1:], id=row[0]) for row in VIEW_RULES])
def test_a_view_keeps_the_rule(good: Json, bad: Json, pointer: str) -> None:
    assert view_problems(copy.deepcopy(good)) == []
    assert pointer in {problem.pointer for problem in view_problems(copy.deepcopy(bad))}


@pytest.mark.parametrize("junk", [None, 3, "x", [None], [3], [{"type": 3}], [{"type": "section", "text": "x"}], {}])
def test_junk_is_a_problem_and_no_crash(junk: Any) -> None:
    assert message_problems(junk)
    assert view_problems(junk)


def test_a_problem_reads_as_slack_writes_it() -> None:
    found = message_problems([section("")])
    assert [str(problem) for problem in found] == ["must be more than 0 characters [json-pointer:/blocks/0/text/text]"]


WORDS = ["type", "text", "elements", "blocks", "rows", "options", "fields", "section", "actions", "plain_text", "modal"]
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(WORDS) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5),
    max_leaves=25,
)


@given(ANY_JSON)
def test_no_payload_crashes_the_validator(payload: Any) -> None:
    assert all(problem.pointer.startswith("/blocks") for problem in message_problems(payload))
    assert all(problem.pointer.startswith("/view") for problem in view_problems(payload))
