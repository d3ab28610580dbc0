"""reactions.* and pins.*: marks on messages.

Source: docs.slack.dev/reference/methods, reactions and pins.
"""

from bot.sandbox.slack.call import Call, Method
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.feed import Json
from bot.sandbox.slack.world import Channel


def _item(call: Call) -> tuple[Channel, str]:
    if not call.text("timestamp"):
        raise SlackError("no_item_specified")
    return call.channel(member=True), call.text("timestamp")


def react(call: Call) -> Json:
    """reactions.add."""
    channel, ts = _item(call)
    call.workspace.timeline.react(channel.id, ts, call.workspace.app.bot_user, call.need("name").strip(":"))
    return {}


def unreact(call: Call) -> Json:
    """reactions.remove."""
    channel, ts = _item(call)
    call.workspace.timeline.unreact(channel.id, ts, call.workspace.app.bot_user, call.need("name").strip(":"))
    return {}


def reactions(call: Call) -> Json:
    """reactions.get."""
    channel, ts = _item(call)
    timeline = call.workspace.timeline
    shown = timeline.shown(channel.id, timeline.find(channel.id, ts))
    return {"type": "message", "channel": channel.id, "message": shown}


def pin(call: Call) -> Json:
    """pins.add."""
    channel, ts = _item(call)
    call.workspace.timeline.pin(channel.id, ts)
    return {}


def unpin(call: Call) -> Json:
    """pins.remove."""
    channel, ts = _item(call)
    call.workspace.timeline.unpin(channel.id, ts)
    return {}


def pins(call: Call) -> Json:
    """pins.list."""
    channel = call.channel(member=True)
    timeline = call.workspace.timeline
    found = [timeline.shown(channel.id, timeline.find(channel.id, ts)) for ts in timeline.pins.get(channel.id, [])]
    return {"items": [{"type": "message", "channel": channel.id, "message": message} for message in found]}


METHODS = (
    Method("reactions.add", react, 3, ("reactions:write",)),
    Method("reactions.remove", unreact, 2, ("reactions:write",)),
    Method("reactions.get", reactions, 3, ("reactions:read",)),
    Method("pins.add", pin, 2, ("pins:write",)),
    Method("pins.remove", unpin, 2, ("pins:write",)),
    Method("pins.list", pins, 2, ("pins:read",)),
)
