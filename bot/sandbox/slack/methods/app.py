"""api.test, auth.test, apps.connections.open and blocks.validate: the app and its connection.

Source: docs.slack.dev/reference/methods.
"""

from bot.sandbox.slack.authoring import check_blocks, check_view
from bot.sandbox.slack.call import Call, Method
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.feed import Json


def api_test(call: Call) -> Json:
    """api.test: needs no token."""
    if call.text("error"):
        raise SlackError(call.text("error"), args=dict(call.args))
    return {"args": {k: v for k, v in call.args.items() if k != "token"}}


def auth_test(call: Call) -> Json:
    """auth.test."""
    workspace = call.workspace
    return {
        "url": f"{workspace.url}/",
        "team": workspace.team_name,
        "user": workspace.users[workspace.app.bot_user].name,
        "team_id": workspace.team_id,
        "user_id": workspace.app.bot_user,
        "bot_id": workspace.app.bot_id,
        "is_enterprise_install": False,
    }


def connections_open(call: Call) -> Json:
    """apps.connections.open: an address that works once."""
    workspace = call.workspace
    address = workspace.url.replace("http", "ws", 1)
    return {"url": f"{address}/link/?ticket={workspace.tickets.socket()}&app_id={workspace.app.id}"}


def validate(call: Call) -> Json:
    """blocks.validate."""
    view, blocks = call.data("view"), call.data("blocks")
    message = call.data("message")
    if view is not None:
        check_view(view, "modal", "home")
    elif isinstance(message, dict):
        check_blocks(message.get("blocks", []))
    elif isinstance(blocks, list):
        check_blocks(blocks)
    else:
        raise SlackError("invalid_arguments")
    return {}


METHODS = (
    Method("api.test", api_test, 4),
    Method("auth.test", auth_test, 0),
    Method("apps.connections.open", connections_open, 3, app_level=True),
    Method("blocks.validate", validate, 3),
)
