"""One Web API call: who calls, with which arguments, against which workspace."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.feed import Json
from bot.sandbox.slack.workspace import Workspace
from bot.sandbox.slack.world import Channel

_TRUE = {"1", "true", "True", "yes"}
PAGE = 100


@dataclass(frozen=True)
class Call:
    """The arguments of a call, from JSON, form or query alike, read with Slack's own refusals."""

    workspace: Workspace
    args: Mapping[str, Any]

    def text(self, name: str) -> str:
        """Return an argument as text, empty when absent."""
        value = self.args.get(name)
        return "" if value is None else value if isinstance(value, str) else str(value)

    def need(self, name: str) -> str:
        """Return a required argument or refuse as Slack does."""
        value = self.text(name)
        if not value:
            raise SlackError(
                "invalid_arguments",
                response_metadata={"messages": [f"[ERROR] missing required field: {name}"]},
            )
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a truth argument: true, 1 or "true"."""
        value = self.args.get(name)
        if value is None or value == "":
            return default
        return value if isinstance(value, bool) else str(value) in _TRUE

    def number(self, name: str, default: int) -> int:
        """Return an integer argument."""
        try:
            return int(self.args.get(name) or default)
        except (TypeError, ValueError):
            raise SlackError("invalid_arguments") from None

    def data(self, name: str, refusal: str = "invalid_arguments") -> Any:
        """Return a structured argument, given as JSON or as text of JSON; None when absent."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise SlackError(refusal) from None

    def items(self, name: str) -> list[str]:
        """Return a list argument, given as JSON list or with commas."""
        value = self.args.get(name)
        if isinstance(value, list):
            return [str(item) for item in value]
        return [item.strip() for item in self.text(name).split(",") if item.strip()]

    def grant(self, *scopes: str) -> None:
        """Refuse with `missing_scope` unless one of `scopes` was granted."""
        granted = self.workspace.app.scopes
        if scopes and not granted.intersection(scopes):
            raise SlackError("missing_scope", needed=",".join(scopes), provided=",".join(sorted(granted)))

    def channel(self, name: str = "channel", *, scope: str = "", member: bool = False) -> Channel:
        """Return the channel an argument names.

        Args:
            name: the argument.
            scope: what is done, such as `history`; `channels:history` or `im:history` is then needed.
            member: whether the bot must be in it, else `not_in_channel`.
        """
        channel = self.workspace.channel(self.need(name))
        bot = self.workspace.app.bot_user
        if (channel.is_im or channel.is_private) and bot not in channel.members:
            raise SlackError("channel_not_found")
        if scope:
            self.grant(f"{channel.prefix}:{scope}")
        if member and bot not in channel.members:
            raise SlackError("not_in_channel")
        return channel

    def page(self, items: list[Any], key: str, *, limit: int = PAGE, most: int = 1000) -> Json:
        """Return one page of `items` under `key`, with Slack's cursor."""
        size = max(1, min(self.number("limit", limit), most))
        cursor = self.text("cursor")
        if cursor and not cursor.startswith("next:"):
            raise SlackError("invalid_cursor")
        start = int(cursor[5:]) if cursor[5:].isdigit() else 0
        end = start + size
        following = f"next:{end}" if end < len(items) else ""
        return {key: items[start:end], "response_metadata": {"next_cursor": following}}


Run = Callable[[Call], Json]


@dataclass(frozen=True)
class Method:
    """A Web API method.

    Args:
        name: such as `chat.postMessage`.
        run: does it; returns the body without `ok`.
        tier: 1 to 4 as Slack's rate tiers, 0 for methods with a rule of their own.
        scopes: one of these must be granted.
        app_level: whether it wants an app-level token (`xapp-`).
    """

    name: str
    run: Run
    tier: int
    scopes: tuple[str, ...] = ()
    app_level: bool = False
