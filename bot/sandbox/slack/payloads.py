"""The payloads of commands and interactions, as Slack makes them. Pure: everything comes in as arguments.

Source: docs.slack.dev/reference/interaction-payloads, docs.slack.dev/interactivity/implementing-slash-commands.
"""

from bot.sandbox.slack.feed import Json
from bot.sandbox.slack.workspace import Workspace
from bot.sandbox.slack.world import Channel, User


def _outer(workspace: Workspace, user: User, kind: str) -> Json:
    return {
        "type": kind,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": workspace.team_id},
        "api_app_id": workspace.app.id,
        "token": workspace.app.verification_token,
        "team": {"id": workspace.team_id, "domain": workspace.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def channel_name(channel: Channel) -> str:
    """Return the name Slack writes into payloads."""
    return "directmessage" if channel.is_im else channel.name


def _channel(channel: Channel) -> Json:
    return {"id": channel.id, "name": channel_name(channel)}


def command(workspace: Workspace, user: User, channel: Channel, words: tuple[str, str], response: str) -> Json:
    """Return a slash command; `words` are the command and the text after it."""
    return {
        "token": workspace.app.verification_token,
        "team_id": workspace.team_id,
        "team_domain": workspace.domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": words[0],
        "text": words[1],
        "api_app_id": workspace.app.id,
        "is_enterprise_install": "false",
        "response_url": response,
        "trigger_id": workspace.tickets.trigger(user.id),
    }


def message_action(
    workspace: Workspace,
    user: User,
    channel: Channel,
    message: Json,
    *,
    actions: list[Json],
    values: Json,
    response: str,
) -> Json:
    """Return block_actions from a message."""
    ephemeral = bool(message.get("ephemeral"))
    container: Json = {
        "type": "message",
        "message_ts": message["ts"],
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    if "thread_ts" in message:
        container["thread_ts"] = message["thread_ts"]
    payload = {
        **_outer(workspace, user, "block_actions"),
        "container": container,
        "trigger_id": workspace.tickets.trigger(user.id),
        "channel": _channel(channel),
        "state": {"values": values},
        "response_url": response,
        "actions": actions,
    }
    return payload if ephemeral else {**payload, "message": {k: v for k, v in message.items() if k != "ephemeral"}}


def view_action(workspace: Workspace, user: User, view: Json, actions: list[Json]) -> Json:
    """Return block_actions from a modal or the Home tab."""
    return {
        **_outer(workspace, user, "block_actions"),
        "container": {"type": "view", "view_id": view["id"]},
        "trigger_id": workspace.tickets.trigger(user.id, view["id"]),
        "view": view,
        "actions": actions,
    }


def submission(workspace: Workspace, user: User, view: Json, response_urls: list[Json]) -> Json:
    """Return view_submission."""
    return {
        **_outer(workspace, user, "view_submission"),
        "trigger_id": workspace.tickets.trigger(user.id, view["id"]),
        "view": view,
        "response_urls": response_urls,
    }


def closed(workspace: Workspace, user: User, view: Json, *, cleared: bool) -> Json:
    """Return view_closed."""
    return {**_outer(workspace, user, "view_closed"), "view": view, "is_cleared": cleared}


def suggestion(workspace: Workspace, user: User, where: Json, names: tuple[str, str], value: str) -> Json:
    """Return block_suggestion; `names` are block_id and action_id, `where` the view or message it stands in."""
    return {
        **_outer(workspace, user, "block_suggestion"),
        "block_id": names[0],
        "action_id": names[1],
        "value": value,
        **where,
    }


def global_shortcut(workspace: Workspace, user: User, callback_id: str, stamp: str) -> Json:
    """Return a global shortcut."""
    return {
        **_outer(workspace, user, "shortcut"),
        "callback_id": callback_id,
        "trigger_id": workspace.tickets.trigger(user.id),
        "action_ts": stamp,
    }


def message_shortcut(
    workspace: Workspace,
    user: User,
    callback_id: str,
    *,
    channel: Channel,
    message: Json,
    response: str,
) -> Json:
    """Return a message shortcut."""
    return {
        **_outer(workspace, user, "message_action"),
        "callback_id": callback_id,
        "trigger_id": workspace.tickets.trigger(user.id),
        "action_ts": workspace.stamp(),
        "message_ts": message["ts"],
        "channel": _channel(channel),
        "message": message,
        "response_url": response,
    }
