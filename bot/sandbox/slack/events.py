"""What the app is told about a change in the workspace, as Events API payloads."""

import secrets
from collections.abc import Callable
from typing import Any

from bot.sandbox.slack.feed import Change, Json
from bot.sandbox.slack.markup import mentions
from bot.sandbox.slack.workspace import Workspace
from bot.sandbox.slack.world import Channel

_THREAD_NUMBERS = ("reply_count", "reply_users", "reply_users_count", "latest_reply", "metadata", "reactions")


def payloads(workspace: Workspace, change: Change) -> list[Json]:
    """Return the payloads of `change`, each with its own event_id; a mention in a channel gives two."""
    found = _events(workspace, change)
    return [wrapped(workspace, event) for event in found]


def wrapped(workspace: Workspace, event: Json) -> Json:
    """Return an event in Slack's outer envelope."""
    app = workspace.app
    return {
        "token": app.verification_token,
        "team_id": workspace.team_id,
        "api_app_id": app.id,
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": int(workspace.seconds()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": workspace.team_id,
                "user_id": app.bot_user,
                "is_bot": True,
                "is_enterprise_install": False,
            },
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{secrets.token_urlsafe(12)}",
    }


def _events(workspace: Workspace, change: Change) -> list[Json]:
    if change.kind == "home_opened":
        return [change.data] if "app_home_opened" in workspace.app.events else []
    tell = _TELLERS.get(change.kind)
    if tell is None or change.channel is None or change.audience is not None:
        return []
    channel = workspace.channels[change.channel]
    return tell(workspace, channel, change.data) if workspace.app.bot_user in channel.members else []


def _hears(workspace: Workspace, channel: Channel) -> bool:
    return f"message.{channel.prefix}" in workspace.app.events


def _kind(channel: Channel) -> str:
    return {"im": "im", "groups": "group"}.get(channel.prefix, "channel")


def _plain(message: Json) -> Json:
    return {k: v for k, v in message.items() if k not in _THREAD_NUMBERS}


def _said(workspace: Workspace, channel: Channel, data: Json) -> list[Json]:
    message = data["message"]
    base = {**_plain(message), "channel": channel.id, "event_ts": message["ts"]}
    found: list[Json] = []
    if _hears(workspace, channel):
        found.append({**base, "channel_type": _kind(channel)})
    mentioned = workspace.app.bot_user in mentions(message["text"])
    by_itself = message.get("bot_id") == workspace.app.bot_id
    if mentioned and not by_itself and not channel.is_im and "app_mention" in workspace.app.events:
        found.append({**base, "type": "app_mention"})
    return found


def _changed(workspace: Workspace, channel: Channel, data: Json) -> list[Json]:
    if data.get("silent") or not _hears(workspace, channel):
        return []
    stamp = workspace.stamp()
    event = {
        "type": "message",
        "subtype": "message_changed",
        "message": _plain(data["message"]),
        "previous_message": _plain(data["previous"]),
        "channel": channel.id,
        "hidden": True,
    }
    return [{**event, "ts": stamp, "event_ts": stamp, "channel_type": _kind(channel)}]


def _deleted(workspace: Workspace, channel: Channel, data: Json) -> list[Json]:
    if not _hears(workspace, channel):
        return []
    stamp = workspace.stamp()
    event = {
        "type": "message",
        "subtype": "message_deleted",
        "deleted_ts": data["ts"],
        "previous_message": _plain(data["previous"]),
        "channel": channel.id,
        "hidden": True,
    }
    return [{**event, "ts": stamp, "event_ts": stamp, "channel_type": _kind(channel)}]


def _reacted(workspace: Workspace, channel: Channel, data: Json) -> list[Json]:
    kind = "reaction_added" if data["added"] else "reaction_removed"
    if kind not in workspace.app.events:
        return []
    event: dict[str, Any] = {
        "type": kind,
        "user": data["user"],
        "reaction": data["name"],
        "item": {"type": "message", "channel": channel.id, "ts": data["ts"]},
        "item_user": data["item_user"],
        "event_ts": workspace.stamp(),
    }
    return [event]


def _joined(workspace: Workspace, channel: Channel, data: Json) -> list[Json]:
    if "member_joined_channel" not in workspace.app.events:
        return []
    event = {
        "type": "member_joined_channel",
        "user": data["user"],
        "channel": channel.id,
        "channel_type": "G" if channel.is_private else "C",
        "team": workspace.team_id,
        "event_ts": data["event_ts"],
    }
    return [{**event, "inviter": data["inviter"]} if data["inviter"] else event]


_TELLERS: dict[str, Callable[[Workspace, Channel, Json], list[Json]]] = {
    "message": _said,
    "changed": _changed,
    "deleted": _deleted,
    "reaction": _reacted,
    "joined": _joined,
}
