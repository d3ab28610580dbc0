"""The things of a workspace: people, channels, the app and what it was granted."""

from dataclasses import dataclass, field
from typing import Any

COLORS = ("4a154b", "1264a3", "2bac76", "e8912d", "cd2553", "616061", "0b6e99", "9b59b6")

DEFAULT_MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Noodle"},
    "features": {
        "bot_user": {"display_name": "noodle"},
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "slash_commands": [
            {"command": "/noodle", "description": "Ship from Slack", "usage_hint": "deploy api@1.4.2 to staging"},
        ],
        "shortcuts": [],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "app_mentions:read",
                "channels:history",
                "channels:join",
                "channels:manage",
                "channels:read",
                "chat:write",
                "commands",
                "files:read",
                "files:write",
                "groups:history",
                "groups:read",
                "im:history",
                "im:read",
                "im:write",
                "pins:read",
                "pins:write",
                "reactions:read",
                "reactions:write",
                "team:read",
                "usergroups:read",
                "users:read",
                "users:read.email",
            ],
        },
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": [
                "app_home_opened",
                "app_mention",
                "member_joined_channel",
                "message.channels",
                "message.im",
                "reaction_added",
                "reaction_removed",
            ],
        },
        "socket_mode_enabled": True,
    },
}


@dataclass
class User:
    """A person or the bot."""

    id: str
    name: str
    real_name: str
    email: str
    color: str
    is_bot: bool = False
    is_admin: bool = False
    deleted: bool = False

    @property
    def initials(self) -> str:
        """Two letters for a picture."""
        return "".join(word[0] for word in self.real_name.split()[:2]).upper()


@dataclass
class Channel:
    """A channel, or an im when `is_im`."""

    id: str
    name: str
    created: int
    creator: str
    topic: str = ""
    is_im: bool = False
    is_private: bool = False
    is_archived: bool = False
    members: list[str] = field(default_factory=list)

    @property
    def prefix(self) -> str:
        """The first half of the scopes that concern this kind of channel."""
        if self.is_im:
            return "im"
        return "groups" if self.is_private else "channels"


@dataclass
class App:
    """The installed app: who it is, what it may do and what it wants to hear."""

    id: str
    bot_id: str
    bot_user: str
    manifest: dict[str, Any]
    verification_token: str

    @property
    def name(self) -> str:
        """The display name."""
        return str(self.manifest.get("display_information", {}).get("name", "Noodle"))

    @property
    def scopes(self) -> frozenset[str]:
        """The bot scopes that were granted."""
        return frozenset(self.manifest.get("oauth_config", {}).get("scopes", {}).get("bot", ()))

    @property
    def events(self) -> frozenset[str]:
        """The event subscriptions."""
        return frozenset(self.manifest.get("settings", {}).get("event_subscriptions", {}).get("bot_events", ()))

    @property
    def commands(self) -> list[dict[str, Any]]:
        """The slash commands."""
        return list(self.manifest.get("features", {}).get("slash_commands", ()))

    @property
    def shortcuts(self) -> list[dict[str, Any]]:
        """The global and message shortcuts."""
        return list(self.manifest.get("features", {}).get("shortcuts", ()))

    @property
    def home_enabled(self) -> bool:
        """Whether the Home tab is on."""
        return bool(self.manifest.get("features", {}).get("app_home", {}).get("home_tab_enabled", False))
