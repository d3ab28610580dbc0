import pytest

from bot.commands import discover
from bot.grammar import Missing
from bot.views.error import corrected, error_message
from core.errors import BadCommand, Unknown

DEPLOY = discover()["deploy"]


@pytest.mark.parametrize(
    ("line", "suggestion", "expected"),
    [
        ("deploy api to stagng", "staging", "deploy api to staging"),
        ("deploy ap@1.4.2 to staging", "api", "deploy api@1.4.2 to staging"),
        ("deploy api@1.4.3 to staging", "1.4.2", "deploy api@1.4.2 to staging"),
        ("deploy API to STAGNG", "staging", "deploy API to staging"),
        ("deply api to staging", "deploy", "deploy api to staging"),
        ("pakage create web --repo x", "package create", "package create web --repo x"),
        ("task", "task list", "task list"),
        ("deploy api to staging --reson=slow", "--reason", "deploy api to staging --reason=slow"),
        ("build @team/ap@main", "@team/api", "build @team/api@main"),
    ],
)
def test_the_word_most_like_what_was_meant_is_replaced(line: str, suggestion: str, expected: str) -> None:
    assert corrected(line, suggestion) == expected


@pytest.mark.parametrize(("line", "suggestion"), [("", "api"), ("deploy xyz to q", "api"), ("status api", "api")])
def test_where_nothing_is_alike_nothing_is_replaced(line: str, suggestion: str) -> None:
    assert corrected(line, suggestion) == ""


def test_a_refusal_says_what_why_and_what_to_do_next() -> None:
    wrong = Unknown("There is no `ap`.", hint="There is: api.", example="status api", suggestions=("api",))
    message = error_message(wrong, "status ap")
    assert message.text.splitlines() == [
        "There is no `ap`.",
        "There is: api.",
        "For example: status api",
        "Did you mean: api?",
    ]
    assert message.blocks[-1]["elements"][0]["value"] == "status api"


def test_a_refusal_without_a_way_out_has_no_buttons() -> None:
    assert [block["type"] for block in error_message(BadCommand("No."), "dance").blocks] == ["section"]


def test_a_missing_package_is_filled_in_and_no_word_is_taken_for_it() -> None:
    wrong = Missing(DEPLOY, {"environment": "staging"}, ["package"])
    wrong.suggestions = ("deployer", "web")
    row = error_message(wrong, "deploy to staging").blocks[-1]["elements"]
    assert [one["value"] for one in row] == ["deploy deployer to staging", "deploy web to staging"]
