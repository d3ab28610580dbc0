"""What Slack makes of what people type, made plain again. Pure."""

import html
import re

_LINK = re.compile(r"<(?:mailto:|tel:)?((?:https?://)?[^@#!|>][^|>]*)(?:\|([^>]*))?>")
_NAMED = re.compile(r"<([@#][A-Z0-9]+)\|[^>]*>")
_SPACES = re.compile(r"[\u00a0\u2007\u200b\u202f\ufeff\s]+")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'"})


def typed(text: str) -> str:
    """Return the text as it was typed: links without their decoration, mentions as bare ids, plain quotes and spaces.

    What Slack turned into a link only because it looks like one (`setup.py`) is the word again; a link that was given
    an own text is its address. See docs.slack.dev/messaging/formatting-message-text.
    """
    bare = _NAMED.sub(r"<\1>", text)
    bare = _LINK.sub(_unlinked, bare)
    return _SPACES.sub(" ", html.unescape(bare).translate(_QUOTES)).strip()


def without_mention(text: str, user: str) -> str:
    """Return the text without the mention of the bot itself."""
    return re.sub(rf"<@{re.escape(user)}(?:\|[^>]*)?>", " ", text).strip(" ,:")


def _unlinked(found: re.Match[str]) -> str:
    url, shown = found[1], found[2]
    return shown if shown and url.removeprefix("https://").removeprefix("http://") == shown else url
