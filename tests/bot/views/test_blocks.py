import json

import pytest

from bot.views.blocks import (
    actions,
    bar,
    button,
    code,
    context,
    cut,
    escape,
    link,
    message,
    mrkdwn,
    section,
    sections,
    span,
    spoken,
)


def test_foreign_text_is_shown_and_not_obeyed() -> None:
    assert escape("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"


def test_what_turns_the_reading_direction_is_taken_out() -> None:
    assert escape("\u202eevil\u202c שלום") == "evil שלום"


def test_half_a_character_and_control_characters_are_taken_out() -> None:
    assert escape("a\ud800b\x00\x1b[31mc") == "ab[31mc"


def test_an_entity_is_never_torn_in_two() -> None:
    assert mrkdwn("ab&amp;cd", most=6)["text"] == "ab…"


def test_a_date_is_never_torn_in_two() -> None:
    assert mrkdwn("since <!date^1^{time}|then> and on", most=20)["text"] == "since…"


def test_an_escaped_text_is_plain_again_on_a_terminal() -> None:
    assert spoken("a &lt;b&gt; since <!date^1^{date_short_pretty} {time}|1970-01-01 00:00 UTC>") == (
        "a <b> since 1970-01-01 00:00 UTC"
    )


def test_code_stays_in_one_span_and_one_line() -> None:
    assert code("rm `x`\n<y>") == "`rm 'x' &lt;y&gt;`"


@pytest.mark.parametrize("line", ["", "deploy " + "x" * 2000, "deploy \x00"])
def test_a_command_that_does_not_fit_is_no_button_rather_than_another_command(line: str) -> None:
    assert actions([button("Go", line)]) == []


def test_each_button_has_an_id_of_its_own() -> None:
    row = actions([button("A", "a"), button("B", "b"), link("C", "https://c.example.com")])[0]
    assert [one["action_id"] for one in row["elements"]] == ["line:0", "line:1", "link:2"]


def test_lines_are_packed_whole_into_as_few_paragraphs_as_hold_them() -> None:
    lines = ["x" * 1000] * 7
    assert [len(block["text"]["text"]) for block in sections(lines)] == [2001, 2001, 2001, 1000]


def test_more_blocks_than_a_message_holds_are_left_out_and_the_buttons_stay() -> None:
    said = message("hello", [*(section(f"part {n}") for n in range(80)), *actions([button("Go", "go")])])
    assert len(said.blocks) == 50
    assert said.blocks[-1]["type"] == "actions"
    assert "more than one message can show" in said.blocks[-2]["elements"][0]["text"]
    assert said.blocks[0] == section("part 0")


def test_more_text_than_a_message_holds_is_left_out_and_the_buttons_stay() -> None:
    said = message("hello", [*(section("x" * 3000) for _ in range(9)), *actions([button("Go", "go")]), context("end")])
    assert len(json.dumps(said.blocks)) < 12_500
    assert [block["type"] for block in said.blocks] == ["section"] * 3 + ["context", "actions"]


def test_a_message_is_never_without_words() -> None:
    assert message(" ", []).text == "Noodle"


def test_a_long_text_is_cut_and_says_so() -> None:
    assert cut("abcdef", 4) == "abc…"
    assert cut("abcd", 4) == "abcd"


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.4, "0 s"), (59, "59 s"), (59.6, "1 min 0 s"), (75, "1 min 15 s"), (3725, "1 h 2 min")]
)
def test_a_span_is_said_in_its_two_largest_units(seconds: float, said: str) -> None:
    assert span(seconds) == said


@pytest.mark.parametrize(
    ("done", "total", "said"), [(0, 4, "░" * 10), (2, 4, "█" * 5 + "░" * 5), (9, 4, "█" * 10), (0, 0, "░" * 10)]
)
def test_a_bar_has_ten_cells_whatever_is_counted(done: int, total: int, said: str) -> None:
    assert bar(done, total) == said
