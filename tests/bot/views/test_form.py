"""A form says what a line would, and nothing else."""

import json
from collections.abc import Mapping
from enum import Enum
from typing import Any, Literal, get_args, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.command import Command, Line, Rest, marker
from bot.commands import discover, each
from bot.grammar import arguments, find, parse
from bot.views.form import form, read_form, written
from core.asked import Place

COMMANDS = discover()
WITH_FIELDS = [command for command in each(COMMANDS) if command.args.model_fields]
ODD = st.one_of(
    st.sampled_from(
        [
            "--yes",
            "—yes",
            "to",
            "in",
            "api@1.4.2",
            "@",
            'say "hi"',
            "“smart”",
            '"',
            "--reason=x",
            "a  b",
            "\u00a0",
            "patch",
        ]
    ),
    st.text(max_size=30),
)
NAMES = st.from_regex(r"[a-z][a-z0-9]{3,9}", fullmatch=True).filter(
    lambda name: name not in {"major", "minor", "patch"}
)


def submitted(command: Command, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the view Slack sends when a form is filled in: every question with its state."""
    view = form(command, dict.fromkeys(command.args.model_fields, ""), Place(channel="C1")).view
    states: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element, value = block["element"], values.get(block["block_id"])
        state: dict[str, Any] = {"type": element["type"]}
        if element["type"] == "checkboxes":
            state["selected_options"] = element["options"] if value else []
        elif element["type"] == "static_select":
            state["selected_option"] = next((one for one in element["options"] if one["value"] == value), None)
        else:
            state["value"] = value or None
        states[block["block_id"]] = {element["action_id"]: state}
    return view | {"state": {"values": states}}


def answers(command: Command, words: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Return answers to every question of a form, some of them left out."""

    def answer(name: str) -> st.SearchStrategy[Any]:
        info = command.args.model_fields[name]
        if info.annotation is bool:
            return st.booleans()
        if info.annotation is int:
            return st.integers(1, 90).map(str)
        if get_origin(info.annotation) is Literal:
            return st.sampled_from(get_args(info.annotation))
        if isinstance(info.annotation, type) and issubclass(info.annotation, Enum):
            return st.sampled_from([one.value for one in info.annotation])
        if isinstance(marker(info), Rest | Line):
            return st.lists(words, min_size=1, max_size=4).map(" ".join)
        return words

    fields = command.args.model_fields
    needed = {name: answer(name) for name, info in fields.items() if info.is_required()}
    rest = {name: answer(name) for name, info in fields.items() if not info.is_required()}
    return st.fixed_dictionaries(needed, optional=rest)


def said(command: Command, line: str) -> dict[str, str | bool]:
    again, words = find(line, COMMANDS)
    assert again is command
    found = parse(again, words)
    arguments(again, found)
    return found


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(WITH_FIELDS), st.data())
def test_what_is_filled_in_is_what_the_line_says(command: Command, data: st.DataObject) -> None:
    filled = data.draw(answers(command, NAMES))
    line = read_form(submitted(command, filled), COMMANDS)
    assert isinstance(line, str), line
    assert said(command, line) == {name: value for name, value in filled.items() if value is not False}


@settings(deadline=None, max_examples=500)
@given(st.sampled_from(WITH_FIELDS), st.data())
def test_odd_answers_give_the_same_line_or_an_error_at_a_question(command: Command, data: st.DataObject) -> None:
    filled = data.draw(answers(command, ODD))
    view = submitted(command, filled)
    read = read_form(view, COMMANDS)
    if isinstance(read, dict):
        assert read
        assert set(read) <= set(view["state"]["values"])
        assert all(0 < len(fault) <= 150 for fault in read.values())
        return
    expected = {
        name: value if value is True else plainly(value) for name, value in filled.items() if value is not False
    }
    assert said(command, read) == {name: value for name, value in expected.items() if value}


def plainly(value: str) -> str:
    """Return an answer with its spaces and quotes as a line can hold them."""
    for quote in '"“”„‘’':
        value = value.replace(quote, "'")
    return " ".join(value.split())


@pytest.mark.parametrize("value", ["--yes", "--yes now", "—yes", "it is --yes"])
def test_a_reason_is_never_a_flag(value: str) -> None:
    filled = {"package": "api", "environment": "staging", "reason": value}
    read = read_form(submitted(COMMANDS["deploy"], filled), COMMANDS)
    assert isinstance(read, dict) or said(COMMANDS["deploy"], read) == filled


def test_quotes_in_a_reason_become_single_ones() -> None:
    filled = {"package": "api", "environment": "staging", "reason": 'fixes the "login"'}
    line = read_form(submitted(COMMANDS["deploy"], filled), COMMANDS)
    assert line == "deploy api to staging --reason \"fixes the 'login'\""


def test_a_wrong_number_is_an_error_at_its_question() -> None:
    read = read_form(submitted(COMMANDS["task done"], {"number": "seven"}), COMMANDS)
    assert isinstance(read, dict)
    assert "integer" in read["number"]


def test_what_is_needed_and_missing_is_said() -> None:
    read = read_form(submitted(COMMANDS["deploy"], {"package": "api"}), COMMANDS)
    assert read == {"environment": "This is needed."}


def test_a_version_in_the_package_field_is_refused() -> None:
    read = read_form(submitted(COMMANDS["deploy"], {"package": "api@1", "environment": "staging"}), COMMANDS)
    assert isinstance(read, dict)
    assert "package" in read


def test_a_form_of_a_command_that_is_gone_says_nothing() -> None:
    view = submitted(COMMANDS["deploy"], {}) | {"private_metadata": json.dumps({"command": "dance"})}
    assert read_form(view, COMMANDS) == {}


def test_a_form_asks_for_what_is_missing_and_keeps_what_was_given() -> None:
    view = form(COMMANDS["deploy"], {"package": "api", "dry_run": True}, Place(channel="C1", thread="1.2")).view
    asked = {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}
    assert list(asked) == ["package", "version", "environment", "dry_run", "reason"]
    assert asked["package"]["element"]["initial_value"] == "api"
    assert asked["dry_run"]["element"]["initial_options"]
    assert asked["environment"]["optional"] is False
    assert json.loads(view["private_metadata"]) == {"command": "deploy", "channel": "C1", "thread": "1.2"}


def test_a_line_says_words_before_flags() -> None:
    values = {"reason": "it is slow", "package": "api", "version": "1.3.0", "environment": "production"}
    assert written(COMMANDS["rollback"], values) == 'rollback api@1.3.0 in production --reason "it is slow"'
