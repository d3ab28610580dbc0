"""What Slack's client makes of the words a person types. Pure."""

import re
from collections.abc import Mapping

_WORD = re.compile(
    r"(?<![\w<|])@([a-z0-9._\-]*[a-z0-9])|(?<![\w<&])#([a-z0-9_\-]+)|(https?://[^\s<>|]+[^\s<>|.,;:!?)])", re.IGNORECASE
)
_BROADCAST = {"here", "channel", "everyone"}


def escape(text: str) -> str:
    """Return `text` with Slack's three control characters escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def typed(text: str, users: Mapping[str, str], channels: Mapping[str, str]) -> str:
    """Return typed words as Slack stores them: names and links become `<@U…>`, `<#C…|name>`, `<https://…>`.

    Args:
        text: what was typed.
        users: user ids by lower-case name.
        channels: channel ids by name.
    """

    def mark(found: re.Match[str]) -> str:
        user, channel, link = found.groups()
        if link:
            return f"<{link}>"
        if channel:
            known = channels.get(channel.lower())
            return f"<#{known}|{channel.lower()}>" if known else found[0]
        if user.lower() in _BROADCAST:
            return f"<!{user.lower()}>"
        known = users.get(user.lower())
        return f"<@{known}>" if known else found[0]

    return _WORD.sub(mark, escape(text))


def named(text: str, users: Mapping[str, str], channels: Mapping[str, str]) -> str:
    """Return a slash command's words as an app with `should_escape` gets them: `<@U…|name>` and `<#C…|name>`."""

    def mark(found: re.Match[str]) -> str:
        user, channel, _ = found.groups()
        if user and user.lower() in users:
            return f"<@{users[user.lower()]}|{user.lower()}>"
        if channel and channel.lower() in channels:
            return f"<#{channels[channel.lower()]}|{channel.lower()}>"
        return found[0]

    return _WORD.sub(mark, escape(text))


def mentions(text: str) -> set[str]:
    """Return the user ids mentioned in stored text."""
    return set(re.findall(r"<@([A-Z0-9]+)(?:\|[^>]*)?>", text))
