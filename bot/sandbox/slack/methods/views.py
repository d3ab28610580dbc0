"""views.*: open, push, update, publish.

Source: docs.slack.dev/reference/methods, views.
"""

from bot.sandbox.slack.authoring import check_view
from bot.sandbox.slack.call import Call, Method
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.feed import Json


def open_view(call: Call) -> Json:
    """views.open: the trigger is spent even when the view is then refused for its size, not for its blocks."""
    view = check_view(call.data("view"), "modal")
    trigger = call.workspace.tickets.exchange(call.need("trigger_id"))
    return {"view": call.workspace.views.open(trigger.user, view)}


def push(call: Call) -> Json:
    """views.push: only with a trigger from inside a modal."""
    view = check_view(call.data("view"), "modal")
    trigger = call.workspace.tickets.exchange(call.need("trigger_id"))
    return {"view": call.workspace.views.push(trigger.user, view)}


def update(call: Call) -> Json:
    """views.update."""
    view = check_view(call.data("view"), "modal", "home")
    if not call.text("view_id") and not call.text("external_id"):
        raise SlackError("invalid_arguments")
    changed = call.workspace.views.update(
        view,
        view_id=call.text("view_id"),
        external_id=call.text("external_id"),
        hash_=call.text("hash"),
    )
    return {"view": changed}


def publish(call: Call) -> Json:
    """views.publish."""
    if not call.workspace.app.home_enabled:
        raise SlackError("not_enabled")
    view = check_view(call.data("view"), "home")
    user = call.need("user_id")
    if user not in call.workspace.users:
        raise SlackError("invalid_arguments", response_metadata={"messages": ["[ERROR] invalid user_id"]})
    return {"view": call.workspace.views.publish(user, view, call.text("hash"))}


METHODS = (
    Method("views.open", open_view, 4),
    Method("views.push", push, 4),
    Method("views.update", update, 4),
    Method("views.publish", publish, 4),
)
