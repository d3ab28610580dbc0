"""Block Kit: the only place that makes its dictionaries, and the one that knows its limits.

Limits are Slack's (docs.slack.dev/reference/block-kit); a text that would break one is cut, never refused, because a
refused message is a message nobody sees.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from bot.views.message import Block, Message

TEXT = 4000
_SECTION = 3000
_FIELD = 2000
_HEADER = 150
_BUTTON = 75
_VALUE = 2000
_BLOCKS = 50
_ACTIONS = 25
_CONTEXT = 10
_FIELDS = 10
_CELLS = 10
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

Style = Literal["primary", "danger"]


def escape(text: str) -> str:
    """Return foreign text so that Slack shows it and does not obey it: no mentions, no links, no control characters."""
    plain = _CONTROL.sub("", text)
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(text: str, most: int) -> str:
    """Return the text, shortened to `most` characters where it is longer."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def message(text: str, blocks: Sequence[Block]) -> Message:
    """Return a message. `text` stands alone and is never empty; blocks beyond Slack's fifty are dropped and said so."""
    shown = list(blocks)
    if len(shown) > _BLOCKS:
        shown = [*shown[: _BLOCKS - 1], context("… and more than one message can show.")]
    return Message(text=cut(text.strip() or "Noodle", TEXT), blocks=tuple(shown))


def mrkdwn(text: str, most: int = _SECTION) -> dict[str, Any]:
    """Return a text object in Slack's markup. The text is ours or escaped."""
    return {"type": "mrkdwn", "text": cut(text.strip() or " ", most)}


def plain(text: str, most: int = _BUTTON) -> dict[str, Any]:
    """Return a text object without markup."""
    return {"type": "plain_text", "text": cut(_CONTROL.sub("", text).strip() or "-", most), "emoji": True}


def section(text: str, accessory: Block | None = None) -> Block:
    """Return a paragraph, with a button beside it where one is given."""
    block: Block = {"type": "section", "text": mrkdwn(text)}
    return block if accessory is None else block | {"accessory": accessory}


def fields(texts: Sequence[str]) -> Block:
    """Return short texts in two columns, ten at most."""
    return {"type": "section", "fields": [mrkdwn(text, _FIELD) for text in texts[:_FIELDS]]}


def header(text: str) -> Block:
    """Return a heading."""
    return {"type": "header", "text": plain(text, _HEADER)}


def context(*texts: str) -> Block:
    """Return small print."""
    return {"type": "context", "elements": [mrkdwn(text, _FIELD) for text in texts[:_CONTEXT]]}


def divider() -> Block:
    """Return a line across."""
    return {"type": "divider"}


def actions(elements: Sequence[Block]) -> Block:
    """Return a row of buttons; each gets an id of its own."""
    numbered = []
    for number, element in enumerate(elements[:_ACTIONS]):
        numbered.append(element | {"action_id": f"{element['action_id']}:{number}"})
    return {"type": "actions", "elements": numbered}


def button(label: str, line: str, *, style: Style | None = None, confirm: str = "") -> Block:
    """Return a button that gives a command line; `confirm` is asked first."""
    block: Block = {"type": "button", "text": plain(label), "value": cut(line, _VALUE), "action_id": "line"}
    if style is not None:
        block["style"] = style
    if confirm:
        block["confirm"] = {
            "title": plain("Are you sure?", 100),
            "text": {"type": "plain_text", "text": cut(confirm, 300)},
            "confirm": plain(label, 30),
            "deny": plain("No", 30),
        }
    return block


def link(label: str, url: str) -> Block:
    """Return a button that opens a page."""
    return {"type": "button", "text": plain(label), "url": url, "action_id": "link"}


def preformatted(text: str) -> Block:
    """Return output as it is, in a box of its own; nothing in it can be markup."""
    shown = _CONTROL.sub("", text).strip("\n") or " "
    element = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": cut(shown, _SECTION)}]}
    return {"type": "rich_text", "elements": [element]}


def moment(at: datetime) -> str:
    """Return a moment that Slack shows in each reader's own time zone."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{utc(at)}>"


def utc(at: datetime) -> str:
    """Return a moment for a terminal."""
    return at.strftime("%Y-%m-%d %H:%M UTC")


def bar(done: int, total: int) -> str:
    """Return a progress bar of ten cells."""
    filled = round(_CELLS * done / total) if total else 0
    return "█" * filled + "░" * (_CELLS - filled)
