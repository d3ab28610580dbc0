"""conversations.*: list, info, history, replies, members, open, join, create, invite, leave.

Source: docs.slack.dev/reference/methods, conversations.
"""

import re

from bot.sandbox.slack.call import Call, Method
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.feed import Json
from bot.sandbox.slack.world import Channel

_NAME = re.compile(r"[\w-]{1,80}")
_KINDS = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}


def channel_json(call: Call, channel: Channel) -> Json:
    """Return a channel as the API shows it to the bot."""
    shared: Json = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.is_archived,
        "is_im": channel.is_im,
        "is_mpim": False,
        "is_org_shared": False,
        "is_shared": False,
        "context_team_id": call.workspace.team_id,
    }
    if channel.is_im:
        other = next((m for m in channel.members if m != call.workspace.app.bot_user), channel.members[0])
        return {**shared, "user": other, "is_user_deleted": False, "is_open": True}
    return {
        **shared,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_private": channel.is_private,
        "is_general": channel.name == "general",
        "is_member": call.workspace.app.bot_user in channel.members,
        "is_ext_shared": False,
        "creator": channel.creator,
        "topic": {"value": channel.topic, "creator": channel.creator if channel.topic else "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(channel.members),
    }


def _listed(call: Call, user: str | None) -> Json:
    kinds = call.items("types") or ["public_channel"]
    if any(kind not in _KINDS for kind in kinds):
        raise SlackError("invalid_types")
    for kind in kinds:
        call.grant(f"{_KINDS[kind]}:read")
    prefixes = {_KINDS[kind] for kind in kinds}
    bot = call.workspace.app.bot_user
    found = [
        channel_json(call, channel)
        for channel in call.workspace.channels.values()
        if channel.prefix in prefixes
        and (user is None or user in channel.members)
        and (bot in channel.members or channel.prefix == "channels")
        and not (channel.is_archived and call.flag("exclude_archived"))
    ]
    return call.page(found, "channels")


def listed(call: Call) -> Json:
    """conversations.list."""
    return _listed(call, None)


def of_user(call: Call) -> Json:
    """users.conversations."""
    user = call.text("user") or call.workspace.app.bot_user
    return _listed(call, call.workspace.user(user).id)


def info(call: Call) -> Json:
    """conversations.info."""
    return {"channel": channel_json(call, call.channel(scope="read"))}


def _window(call: Call, messages: list[Json]) -> list[Json]:
    oldest, latest = call.text("oldest") or "0", call.text("latest") or "9999999999.999999"
    for name, value in (("oldest", oldest), ("latest", latest)):
        if not re.fullmatch(r"\d+(\.\d+)?", value):
            raise SlackError(f"invalid_ts_{name}")
    low, high = _micro(oldest), _micro(latest)
    inclusive = call.flag("inclusive")
    return [m for m in messages if low < _micro(m["ts"]) < high or (inclusive and _micro(m["ts"]) in (low, high))]


def _micro(ts: str) -> int:
    seconds, _, rest = ts.partition(".")
    return int(seconds) * 1_000_000 + int(rest.ljust(6, "0")[:6])


def history(call: Call) -> Json:
    """conversations.history: newest first, no replies."""
    channel = call.channel(scope="history", member=True)
    timeline, metadata = call.workspace.timeline, call.flag("include_all_metadata")
    found = _window(call, timeline.history(channel.id))[::-1]
    page = call.page([timeline.shown(channel.id, m, metadata=metadata) for m in found], "messages", most=999)
    more = bool(page["response_metadata"]["next_cursor"])
    return {**page, "has_more": more, "pin_count": len(timeline.pins.get(channel.id, []))}


def replies(call: Call) -> Json:
    """conversations.replies: the parent, then the replies, oldest first."""
    channel = call.channel(scope="history", member=True)
    timeline, metadata = call.workspace.timeline, call.flag("include_all_metadata")
    thread = timeline.replies(channel.id, call.need("ts"))
    found = thread[:1] + _window(call, thread[1:])
    page = call.page([timeline.shown(channel.id, m, metadata=metadata) for m in found], "messages")
    return {**page, "has_more": bool(page["response_metadata"]["next_cursor"])}


def members(call: Call) -> Json:
    """conversations.members."""
    return call.page(list(call.channel(scope="read").members), "members")


def open_im(call: Call) -> Json:
    """conversations.open, for one person."""
    workspace = call.workspace
    if call.text("channel"):
        channel = call.channel()
        return {"channel": channel_json(call, channel), "no_op": True, "already_open": True}
    users = call.items("users")
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        raise SlackError("method_not_supported_for_channel_type")
    if users[0] not in workspace.users:
        raise SlackError("user_not_found")
    channel = workspace.direct((users[0], workspace.app.bot_user))
    shown = channel_json(call, channel) if call.flag("return_im") else {"id": channel.id}
    return {"channel": shown}


def join(call: Call) -> Json:
    """conversations.join."""
    channel = call.channel()
    if channel.is_im or channel.is_private:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    fresh = call.workspace.join(channel, call.workspace.app.bot_user)
    body: Json = {"channel": channel_json(call, channel)}
    return body if fresh else {**body, "warning": "already_in_channel"}


def leave(call: Call) -> Json:
    """conversations.leave."""
    channel = call.channel()
    bot = call.workspace.app.bot_user
    if bot not in channel.members:
        return {"not_in_channel": True}
    channel.members.remove(bot)
    return {}


def create(call: Call) -> Json:
    """conversations.create."""
    name = call.text("name")
    if not name:
        raise SlackError("invalid_name_required")
    if not _NAME.fullmatch(name) or name != name.lower():
        raise SlackError("invalid_name_specials")
    private = call.flag("is_private")
    call.grant("groups:write" if private else "channels:manage")
    channel = call.workspace.add_channel(name, is_private=private)
    call.workspace.join(channel, call.workspace.app.bot_user)
    return {"channel": channel_json(call, channel)}


def invite(call: Call) -> Json:
    """conversations.invite."""
    channel = call.channel(member=True)
    call.grant("groups:write" if channel.is_private else "channels:manage")
    users = call.items("users")
    if not users:
        raise SlackError("no_user")
    if any(user not in call.workspace.users for user in users):
        raise SlackError("user_not_found")
    if call.workspace.app.bot_user in users:
        raise SlackError("cant_invite_self")
    fresh = [call.workspace.join(channel, user, call.workspace.app.bot_user) for user in users]
    if not any(fresh):
        raise SlackError("already_in_channel")
    return {"channel": channel_json(call, channel)}


def set_topic(call: Call) -> Json:
    """conversations.setTopic."""
    channel = call.channel(member=True)
    call.grant("groups:write" if channel.is_private else "channels:manage")
    channel.topic = call.text("topic")[:250]
    return {"channel": channel_json(call, channel)}


METHODS = (
    Method("conversations.list", listed, 2),
    Method("conversations.info", info, 3),
    Method("conversations.history", history, 3),
    Method("conversations.replies", replies, 3),
    Method("conversations.members", members, 4),
    Method("conversations.open", open_im, 3, ("im:write",)),
    Method("conversations.join", join, 3, ("channels:join",)),
    Method("conversations.leave", leave, 3, ("channels:manage", "groups:write", "channels:join")),
    Method("conversations.create", create, 2),
    Method("conversations.invite", invite, 3),
    Method("conversations.setTopic", set_topic, 2),
    Method("users.conversations", of_user, 3),
)
