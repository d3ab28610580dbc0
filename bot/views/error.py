"""Refusals: what, why, what to do next, and a button where one helps."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from bot.grammar import Missing
from bot.message import Message
from bot.views.blocks import actions, button, code, context, escape, message, section
from bot.views.form import written
from core.errors import NoodleError

# A scoped name keeps the @ it begins with; in `api@1.4.2` the @ parts two words, in `--reason=x` the = does.
_PARTS = re.compile(r"(?<!\S)@[^\s@]+|--[^\s@=]+|[^\s@]+")
_ALIKE = 0.4
_BUTTONS = 5


def error_message(wrong: NoodleError, line: str = "") -> Message:
    """Show a refusal of `line`. Each suggestion is a button that gives the corrected line."""
    said = [f"🚫 {escape(wrong.message, 2000)}", escape(wrong.hint, 800)]
    blocks = [section("\n".join(part for part in said if part))]
    if wrong.example:
        blocks.append(context(f"For example: {code('/noodle ' + wrong.example)}"))
    fixed = [(suggestion, _fixed(wrong, line, suggestion)) for suggestion in wrong.suggestions[:_BUTTONS]]
    blocks += actions([button(suggestion, good) for suggestion, good in fixed if good])
    text = [wrong.message, wrong.hint, f"For example: {wrong.example}" if wrong.example else ""]
    if wrong.suggestions:
        text.append(f"Did you mean: {', '.join(wrong.suggestions)}?")
    return message(escape("\n".join(part for part in text if part)), blocks)


def corrected(line: str, suggestion: str) -> str:
    """Return the line with what is most like the suggestion replaced by it; "" when nothing is like it."""
    best, alike = (0, 0), _ALIKE
    for start, end in _stretches(line, len(suggestion.split())):
        ratio = SequenceMatcher(None, line[start:end].lower(), suggestion.lower()).ratio()
        if ratio > alike:
            best, alike = (start, end), ratio
    start, end = best
    return "" if line[start:end] in {"", suggestion} else line[:start] + suggestion + line[end:]


def _stretches(line: str, most: int) -> Iterator[tuple[int, int]]:
    """Yield where each run of at most `most` words begins and ends, the longest first."""
    parts = list(_PARTS.finditer(line))
    for count in range(most, 0, -1):
        yield from ((one.start(), last.end()) for one, last in zip(parts, parts[count - 1 :], strict=False))


def _fixed(wrong: NoodleError, line: str, suggestion: str) -> str:
    if not isinstance(wrong, Missing):
        return corrected(line, suggestion)
    # Nothing of the line is wrong; what is suggested is what it lacks.
    lacking = [name for name, info in wrong.command.args.model_fields.items() if info.is_required()]
    name = next((one for one in lacking if one not in wrong.given), "")
    return written(wrong.command, {**wrong.given, name: suggestion}) if name else ""
