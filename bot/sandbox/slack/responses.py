"""Response urls and command answers: what an app says after an interaction. The caller holds the lock.

Source: docs.slack.dev/interactivity/handling-user-interaction, section "Message responses".
"""

from bot.sandbox.slack.authoring import authored, check_blocks, named_blocks
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.feed import Json
from bot.sandbox.slack.tickets import ResponseUrl
from bot.sandbox.slack.workspace import Workspace


def address(workspace: Workspace, response: ResponseUrl) -> str:
    """Return the url of `response`."""
    return f"{workspace.url}/response/{workspace.team_id}/{response.token}"


def respond(workspace: Workspace, token: str, body: Json) -> None:
    """Do what an app posts to a response url."""
    answer(workspace, workspace.tickets.spend(token), body)


def answer(workspace: Workspace, response: ResponseUrl, body: Json) -> None:
    """Post, replace or delete, where the interaction was; visible to that person only unless `in_channel`."""
    timeline = workspace.timeline
    if body.get("delete_original"):
        if response.ts is None:
            raise SlackError("message_not_found", status=404)
        remove = timeline.delete_ephemeral if response.ephemeral else timeline.delete
        remove(response.channel, response.ts)
        return
    content = _content(body)
    if body.get("replace_original") and response.ts is not None:
        fields = {"blocks": None, "attachments": None, **content}
        if response.ephemeral:
            timeline.update_ephemeral(response.channel, response.ts, fields)
        else:
            timeline.update(response.channel, response.ts, fields)
        return
    message = authored(workspace, content)
    thread = body.get("thread_ts") or response.thread
    if thread:
        message["thread_ts"] = thread
    if body.get("response_type", "ephemeral") == "in_channel":
        timeline.post(response.channel, message)
    else:
        timeline.post_ephemeral(response.channel, response.user, message)


def _content(body: Json) -> Json:
    text, blocks = body.get("text") or "", body.get("blocks")
    if not text and not blocks and not body.get("attachments"):
        raise SlackError("no_text", status=400)
    content: Json = {"text": text}
    if blocks:
        check_blocks(blocks)
        content["blocks"] = named_blocks(blocks)
    for key in ("metadata", "attachments"):
        if body.get(key):
            content[key] = body[key]
    return content
