"""Block Kit: the only place that makes its dictionaries, and the one that knows its limits.

Limits are Slack's (docs.slack.dev/reference/block-kit); a text that would break one is cut, never refused, because a
refused message is a message nobody sees. A command line is never cut: half a command is another command.
"""

import html
import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

from bot.message import Block, Message

TEXT = 4000
_SECTION = 3000
_FIELD = 2000
_HEADER = 150
_BUTTON = 75
_VALUE = 2000
_URL = 3000
_BLOCKS = 50
# Slack refuses a message of more than some 13,000 characters of JSON (msg_blocks_too_long, slackapi/bolt-js#2509).
_SIZE = 12_000
_ACTIONS = 25
_CONTEXT = 10
_FIELDS = 10
_OPTIONS = 100
_CELLS = 10
# Control characters, halves of surrogate pairs, and what turns the reading direction: it can show a text as another.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
_HALF = re.compile(r"(?:&[a-z]{0,3}|<[^<>]{0,300})$")
_DATE = re.compile(r"<!date\^\d+\^[^|>]*\|([^>]*)>")

Style = Literal["primary", "danger"]


def escape(text: str, most: int = _SECTION) -> str:
    """Return foreign text so that Slack shows it and does not obey it: no mentions, no links, no control characters."""
    return html.escape(cut(_UNSAFE.sub("", text), most), quote=False)


def code(text: str, most: int = 300) -> str:
    """Return foreign text in one line as it is written, in Slack's markup."""
    return f"`{escape(' '.join(text.split()).replace('`', chr(39)), most) or ' '}`"


def spoken(text: str) -> str:
    """Return a message's text for a terminal: what was escaped for Slack is plain again."""
    return html.unescape(_DATE.sub(r"\1", text))


def cut(text: str, most: int) -> str:
    """Return the text, shortened to `most` characters where it is longer."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def message(text: str, blocks: Sequence[Block]) -> Message:
    """Return a message. `text` stands alone and is never empty; blocks beyond what Slack takes are left out, and said.

    Buttons are the last to be left out.
    """
    return Message(text=_cut_markup(text.strip() or "Noodle", TEXT), blocks=tuple(_fitting(list(blocks))))


def mrkdwn(text: str, most: int = _SECTION) -> dict[str, Any]:
    """Return a text object in Slack's markup. The text is ours or escaped."""
    return {"type": "mrkdwn", "text": _cut_markup(text.strip() or "–", most)}


def plain(text: str, most: int = _BUTTON) -> dict[str, Any]:
    """Return a text object without markup."""
    return {"type": "plain_text", "text": cut(_UNSAFE.sub("", text).strip() or "–", most), "emoji": True}


def section(text: str, accessory: Block | None = None) -> Block:
    """Return a paragraph, with a button beside it where one is given."""
    block: Block = {"type": "section", "text": mrkdwn(text)}
    return block if accessory is None else block | {"accessory": accessory}


def sections(lines: Iterable[str]) -> list[Block]:
    """Return lines in as few paragraphs as hold them; no line is cut that fits into one."""
    blocks, held = [], ""
    for line in lines:
        if held and len(held) + 1 + len(line) > _SECTION:
            blocks.append(section(held))
            held = ""
        held = f"{held}\n{line}" if held else line
    return [*blocks, section(held)] if held else blocks


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


def actions(buttons: Sequence[Block]) -> list[Block]:
    """Return a row of buttons, each with an id of its own; none where there is no button that Slack would take."""
    fit = [one for one in buttons if _pressable(one)]
    numbered = [one | {"action_id": f"{one['action_id']}:{number}"} for number, one in enumerate(fit[:_ACTIONS])]
    return [{"type": "actions", "elements": numbered}] if numbered else []


def button(label: str, line: str, *, style: Style | None = None, confirm: str = "") -> Block:
    """Return a button that gives a command line; `confirm` is asked first."""
    block: Block = {"type": "button", "text": plain(label), "value": line, "action_id": "line"}
    if style is not None:
        block["style"] = style
    if confirm:
        block["confirm"] = {
            "title": plain("Are you sure?", 100),
            "text": plain(confirm, 300),
            "confirm": plain(label, 30),
            "deny": plain("No", 30),
        }
        if style is not None:
            block["confirm"]["style"] = style
    return block


def link(label: str, url: str) -> Block:
    """Return a button that opens a page."""
    return {"type": "button", "text": plain(label), "url": url, "action_id": "link"}


def preformatted(text: str) -> Block:
    """Return output as it is, in a box of its own; nothing in it can be markup."""
    shown = cut(_UNSAFE.sub("", text).strip("\n"), _SECTION)
    element = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": shown or "(nothing)"}]}
    return {"type": "rich_text", "elements": [element]}


def moment(at: datetime) -> str:
    """Return a moment that Slack shows in each reader's own time zone."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{utc(at)}>"


def utc(at: datetime) -> str:
    """Return a moment for a terminal."""
    return at.strftime("%Y-%m-%d %H:%M UTC")


def span(seconds: float) -> str:
    """Return how long something took, in the two largest units that say it."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def bar(done: int, total: int) -> str:
    """Return a progress bar of ten cells."""
    filled = min(_CELLS, round(_CELLS * done / total)) if total > 0 else 0
    return "█" * filled + "░" * (_CELLS - filled)


def modal(title: str, submit: str, blocks: Sequence[Block], *, callback: str, metadata: str) -> dict[str, Any]:
    """Return the view of a modal."""
    return {
        "type": "modal",
        "callback_id": callback,
        "title": plain(title, 24),
        "submit": plain(submit, 24),
        "close": plain("Cancel", 24),
        "private_metadata": metadata,
        "blocks": list(blocks),
    }


def asked(name: str, label: str, hint: str, element: Block, *, optional: bool) -> Block:
    """Return a question of a modal. Its block and its element are both called `name`."""
    return {
        "type": "input",
        "block_id": name,
        "label": plain(label, 2000),
        "hint": plain(hint, 2000),
        "optional": optional,
        "element": element | {"action_id": name},
    }


def text_input(given: str = "") -> Block:
    """Return a line to write in."""
    element: Block = {"type": "plain_text_input"}
    return element | {"initial_value": cut(given, 3000)} if given else element


def select(choices: Sequence[str], given: str = "") -> Block:
    """Return a menu to choose one from."""
    options = [{"text": plain(one), "value": one} for one in choices[:_OPTIONS]]
    chosen = [option for option in options if option["value"] == given]
    element: Block = {"type": "static_select", "options": options}
    return element | {"initial_option": chosen[0]} if chosen else element


def checkbox(label: str, *, given: bool = False) -> Block:
    """Return a box to tick."""
    option = {"text": plain(label), "value": "yes"}
    element: Block = {"type": "checkboxes", "options": [option]}
    return element | {"initial_options": [option]} if given else element


def _pressable(one: Block) -> bool:
    if "url" in one:
        return 0 < len(one["url"]) <= _URL
    return 0 < len(one["value"]) <= _VALUE and not _UNSAFE.search(one["value"])


def _cut_markup(text: str, most: int) -> str:
    """Cut where neither an entity nor a mention or date is torn in two."""
    return text if len(text) <= most else _HALF.sub("", text[: most - 1]).rstrip() + "…"


def _fitting(blocks: list[Block]) -> list[Block]:
    more = context("… and more than one message can show.")
    at = None
    while blocks and not _fits(blocks if at is None else [*blocks, more]):
        at = max((n for n, block in enumerate(blocks) if block["type"] != "actions"), default=len(blocks) - 1)
        del blocks[at]
    return blocks if at is None else [*blocks[:at], more, *blocks[at:]]


def _fits(blocks: list[Block]) -> bool:
    return len(blocks) <= _BLOCKS and len(json.dumps(blocks, ensure_ascii=False)) <= _SIZE
