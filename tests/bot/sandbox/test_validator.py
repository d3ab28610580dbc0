"""The validator takes whatever comes, and says what is wrong in Slack's words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.slack.blocks import message_problems, view_problems
from tests.bot.sandbox.kit import section


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
