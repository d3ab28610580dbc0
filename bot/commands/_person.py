"""Whom a line names: a mention, a full id, or everyone."""

import re

from core.access.model import EVERYONE
from core.asked import Asked
from core.errors import BadCommand

_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")
_ID = re.compile(r"(slack|terminal|token):\S+")


def person(text: str, asked: Asked) -> str:
    """Return the id of whom the text names; a mention is of the asker's own workspace. Raises BadCommand."""
    if text.lower() == EVERYONE:
        return EVERYONE
    if _ID.fullmatch(text):
        return text
    mention = _MENTION.fullmatch(text)
    if mention and asked.person.startswith("slack:"):
        return f"{asked.person.rpartition(':')[0]}:{mention[1]}"
    raise BadCommand(
        f"I do not know whom `{text}` means.",
        hint="Mention the person with @, or write a full id such as slack:T0123:U0456, or `everyone`.",
        example="grant developer to @ada",
    )
