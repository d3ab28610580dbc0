"""What the app writes: who it is from, which blocks pass, and the ids Slack adds to them."""

import copy
import secrets
from typing import Any

from bot.sandbox.slack.blocks import message_problems, view_problems
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.feed import Json
from bot.sandbox.slack.shapes import Problem
from bot.sandbox.slack.workspace import Workspace


def authored(workspace: Workspace, content: Json) -> Json:
    """Return `content` as a message from the app's bot."""
    app = workspace.app
    return {
        "type": "message",
        "user": app.bot_user,
        "bot_id": app.bot_id,
        "app_id": app.id,
        "team": workspace.team_id,
        "bot_profile": {
            "id": app.bot_id,
            "app_id": app.id,
            "name": app.name,
            "team_id": workspace.team_id,
            "deleted": False,
        },
        **content,
    }


def check_blocks(blocks: list[Json]) -> None:
    """Refuse blocks that Slack would refuse, naming where."""
    problems = message_problems(blocks)
    if problems:
        raise _refusal("invalid_blocks", problems)


def check_view(view: Any, *kinds: str) -> Json:
    """Return a view that Slack would take, else refuse; `kinds` are `modal`, `home`."""
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", response_metadata={"messages": ["[ERROR] missing required field: view"]})
    problems = view_problems(view)
    if not problems and view["type"] not in kinds:
        problems = [Problem("/view/type", f"must be {' or '.join(kinds)}")]
    if problems:
        raise _refusal("invalid_arguments", problems)
    return {**view, "blocks": named_blocks(view["blocks"])}


def named_blocks(blocks: list[Json]) -> list[Json]:
    """Return blocks with the block and action ids that Slack makes up where there is none."""
    named = copy.deepcopy(blocks)
    for block in named:
        block.setdefault("block_id", secrets.token_urlsafe(4))
        for element in elements(block):
            element.setdefault("action_id", secrets.token_urlsafe(4))
    return named


def elements(block: Json) -> list[Json]:
    """Return the interactive elements of a block, those of inner blocks too."""
    if block.get("type") in {"actions", "context_actions"}:
        return list(block["elements"])
    if block.get("type") == "input":
        return [block["element"]]
    accessory = block.get("accessory")
    if accessory is not None:
        return [accessory] if accessory["type"] != "image" else []
    inner = [*block.get("child_blocks", ()), *(block.get("elements", ()) if block.get("type") == "carousel" else ())]
    buttons = list(block.get("actions", ())) if block.get("type") == "card" else []
    return buttons + [element for child in inner for element in elements(child)]


def _refusal(code: str, problems: list[Problem]) -> SlackError:
    return SlackError(
        code,
        errors=[str(problem) for problem in problems],
        response_metadata={"messages": [f"[ERROR] {problem}" for problem in problems]},
    )
