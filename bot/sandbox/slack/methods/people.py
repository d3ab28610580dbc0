"""users.*, usergroups.*, team.*, bots.*: who is who.

Source: docs.slack.dev/reference/methods, users.
"""

from bot.sandbox.slack.call import Call, Method
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.feed import Json
from bot.sandbox.slack.world import User


def user_json(call: Call, user: User) -> Json:
    """Return a user as the API shows them; the address only with `users:read.email`."""
    profile: Json = {
        "real_name": user.real_name,
        "display_name": user.name,
        "real_name_normalized": user.real_name,
        "display_name_normalized": user.name,
        "team": call.workspace.team_id,
    }
    if user.is_bot:
        profile |= {"bot_id": call.workspace.app.bot_id, "api_app_id": call.workspace.app.id}
    elif "users:read.email" in call.workspace.app.scopes:
        profile["email"] = user.email
    return {
        "id": user.id,
        "team_id": call.workspace.team_id,
        "name": user.name,
        "deleted": user.deleted,
        "color": user.color,
        "real_name": user.real_name,
        "tz": "Etc/UTC",
        "tz_label": "UTC",
        "tz_offset": 0,
        "profile": profile,
        "is_admin": user.is_admin,
        "is_owner": user.is_admin,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
    }


def info(call: Call) -> Json:
    """users.info: by id only, as in Slack."""
    user = call.workspace.users.get(call.need("user"))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": user_json(call, user)}


def listed(call: Call) -> Json:
    """users.list."""
    return call.page([user_json(call, user) for user in call.workspace.users.values()], "members")


def by_email(call: Call) -> Json:
    """users.lookupByEmail."""
    wanted = call.need("email").lower()
    for user in call.workspace.users.values():
        if user.email == wanted:
            return {"user": user_json(call, user)}
    raise SlackError("users_not_found")


def groups(call: Call) -> Json:
    """usergroups.list."""
    with_users = call.flag("include_users")
    found = [{k: v for k, v in group.items() if with_users or k != "users"} for group in call.workspace.usergroups]
    return {"usergroups": found}


def group_users(call: Call) -> Json:
    """usergroups.users.list."""
    wanted = call.need("usergroup")
    for group in call.workspace.usergroups:
        if group["id"] == wanted:
            return {"users": list(group.get("users", ()))}
    raise SlackError("no_such_subteam")


def team(call: Call) -> Json:
    """team.info."""
    workspace = call.workspace
    return {
        "team": {
            "id": workspace.team_id,
            "name": workspace.team_name,
            "domain": workspace.domain,
            "email_domain": "noodle.test",
            "icon": {"image_default": True},
        },
    }


def bot(call: Call) -> Json:
    """bots.info."""
    app = call.workspace.app
    if call.text("bot") not in ("", app.bot_id):
        raise SlackError("bot_not_found")
    return {
        "bot": {"id": app.bot_id, "app_id": app.id, "user_id": app.bot_user, "name": app.name, "deleted": False},
    }


METHODS = (
    Method("users.info", info, 4, ("users:read",)),
    Method("users.list", listed, 2, ("users:read",)),
    Method("users.lookupByEmail", by_email, 3, ("users:read.email",)),
    Method("usergroups.list", groups, 2, ("usergroups:read",)),
    Method("usergroups.users.list", group_users, 2, ("usergroups:read",)),
    Method("team.info", team, 3, ("team:read",)),
    Method("bots.info", bot, 3, ("users:read",)),
)
