"""Refusals: what, why, what to do next, and a button where one helps."""

import re
from difflib import SequenceMatcher

from bot.views.blocks import actions, button, context, cut, escape, message, section
from bot.views.message import Message
from core.errors import NoodleError

_PARTS = re.compile(r"[^\s@]+")
_ALIKE = 0.4


def error_message(wrong: NoodleError, line: str = "") -> Message:
    """Show a refusal of `line`. Each suggestion is a button that gives the corrected line."""
    said = f"🚫 {escape(wrong.message)}"
    if wrong.hint:
        said += f"\n{escape(wrong.hint)}"
    blocks = [section(said)]
    if wrong.example:
        blocks.append(context(f"For example: `/noodle {escape(wrong.example)}`"))
    lines = [(suggestion, corrected(line, suggestion)) for suggestion in wrong.suggestions[:5]]
    buttons = [button(suggestion, fixed) for suggestion, fixed in lines if fixed]
    if buttons:
        blocks.append(actions(buttons))
    text = [wrong.message, wrong.hint, f"For example: {wrong.example}" if wrong.example else ""]
    if wrong.suggestions:
        text.append(f"Did you mean: {', '.join(wrong.suggestions)}?")
    return message(escape(cut("\n".join(part for part in text if part), 3000)), blocks)


def corrected(line: str, suggestion: str) -> str:
    """Return the line with the word that is most like the suggestion replaced by it; "" when none is like it."""
    best, alike = None, _ALIKE
    for part in _PARTS.finditer(line):
        ratio = SequenceMatcher(None, part[0].lower(), suggestion.lower()).ratio()
        if ratio > alike:
            best, alike = part, ratio
    if best is None or best[0] == suggestion:
        return ""
    return line[: best.start()] + suggestion + line[best.end() :]
