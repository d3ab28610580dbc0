"""From what Slack sends to what was asked. Pure: a body in, an `Inbound` out, or None where nothing is asked."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bot.slack.text import typed, without_mention
from core.asked import Place
from core.inbox.model import Inbound, Source

Body = Mapping[str, Any]
ReadForm = Callable[[dict[str, Any]], str | dict[str, str]]
"""Reads a submitted modal: the command line, or what is wrong by block."""


@dataclass(frozen=True)
class FormErrors:
    """A submitted modal that cannot be taken; what is wrong, by block."""

    errors: dict[str, str]


@dataclass(frozen=True)
class Parser:
    """Reads bodies for one bot user."""

    bot_user: str
    emoji: Collection[str]
    """The reactions that mean anything to us; the others are not even kept."""
    read_form: ReadForm
    seal: Callable[[str], str]

    def parse(self, body: Body) -> Inbound | FormErrors | None:
        """Return what is asked. Keys are the same for every delivery of the same request."""
        if "command" in body:
            return self._command(body)
        kind = body.get("type")
        if kind == "event_callback":
            return self._event(body)
        if kind == "block_actions":
            return self._action(body)
        if kind == "view_submission":
            return self._submission(body)
        if kind in {"shortcut", "message_action"}:
            return self._shortcut(body)
        return None

    def _command(self, body: Body) -> Inbound:
        return Inbound(
            key=f"command-{body['team_id']}-{body['trigger_id']}",
            source=Source.COMMAND,
            person=_person(body["team_id"], body["user_id"]),
            name=body.get("user_name", ""),
            place=Place(channel=body["channel_id"]),
            line=typed(body.get("text", "")),
            respond=self.seal(body.get("response_url", "")),
            trigger=body["trigger_id"],
        )

    def _event(self, body: Body) -> Inbound | None:
        event = body["event"]
        kind, team = event.get("type"), body.get("team_id", "")
        if kind == "app_mention":
            return self._message(team, event, Source.MENTION)
        if kind == "message" and event.get("channel_type") == "im":
            return self._message(team, event, Source.DIRECT)
        if kind in {"reaction_added", "reaction_removed"}:
            return self._reaction(body, event, team)
        if kind == "app_home_opened" and event.get("tab", "home") == "home":
            return Inbound(
                key=f"event-{body['event_id']}", source=Source.HOME, person=_person(team, event["user"]), line="status"
            )
        return None

    def _message(self, team: str, event: Body, source: Source) -> Inbound | None:
        # Edits, joins and what bots say (ourselves among them) ask nothing of us.
        if event.get("bot_id") or event.get("subtype") or event.get("user") in {None, self.bot_user}:
            return None
        return Inbound(
            # One message is told as more than one event (app_mention and message), each with an id of its own.
            key=f"message-{team}-{event['channel']}-{event['ts']}",
            source=source,
            person=_person(team, event["user"]),
            place=Place(channel=event["channel"], thread=event.get("thread_ts", "")),
            line=typed(without_mention(event.get("text", ""), self.bot_user)),
            message=event["ts"],
        )

    def _reaction(self, body: Body, event: Body, team: str) -> Inbound | None:
        item = event.get("item", {})
        emoji = str(event.get("reaction", "")).partition("::")[0]  # a skin tone changes nothing
        if item.get("type") != "message" or emoji not in self.emoji or event.get("user") == self.bot_user:
            return None
        return Inbound(
            key=f"event-{body['event_id']}",
            source=Source.REACTION,
            person=_person(team, event["user"]),
            place=Place(channel=item["channel"]),
            line=emoji,
            message=item["ts"],
            removed=event["type"] == "reaction_removed",
        )

    def _action(self, body: Body) -> Inbound | None:
        action = body["actions"][0]
        line = action.get("value") or (action.get("selected_option") or {}).get("value", "")
        if str(action.get("action_id", "")).startswith("link") or not line:
            return None
        message = body.get("message", {})
        return Inbound(
            key=f"action-{_team(body)}-{body['user']['id']}-{action.get('block_id')}-{action.get('action_ts')}",
            source=Source.BUTTON,
            person=_person(_team(body), body["user"]["id"]),
            name=body["user"].get("name", ""),
            place=_place(body, message),
            line=line,
            message=message.get("ts", ""),
            respond=self.seal(body.get("response_url", "")),
            trigger=body.get("trigger_id", ""),
        )

    def _submission(self, body: Body) -> Inbound | FormErrors | None:
        view = body["view"]
        read = self.read_form(view)
        if not isinstance(read, str):
            return FormErrors(read) if read else None
        where = json.loads(view.get("private_metadata") or "{}")
        return Inbound(
            key=f"view-{view['id']}-{view.get('hash', '')}",
            source=Source.MODAL,
            person=_person(_team(body), body["user"]["id"]),
            name=body["user"].get("name", ""),
            place=Place(channel=where["channel"], thread=where.get("thread", "")) if where.get("channel") else None,
            line=read,
        )

    def _shortcut(self, body: Body) -> Inbound:
        return Inbound(
            key=f"shortcut-{_team(body)}-{body.get('trigger_id')}",
            source=Source.SHORTCUT,
            person=_person(_team(body), body["user"]["id"]),
            name=body["user"].get("name", ""),
            place=_place(body, body.get("message", {})),
            line=str(body["callback_id"]).replace("_", " "),
            respond=self.seal(body.get("response_url", "")),
            trigger=body.get("trigger_id", ""),
        )


def _person(team: str, user: str) -> str:
    return f"slack:{team}:{user}"


def _team(body: Body) -> str:
    team = body.get("team") or {}
    return str(team.get("id") or body.get("user", {}).get("team_id", ""))


def _place(body: Body, message: Body) -> Place | None:
    channel = (body.get("channel") or {}).get("id") or body.get("container", {}).get("channel_id")
    # A message that has replies is the head of its thread and says so; what is pressed on it stands in the channel.
    thread = message.get("thread_ts", "")
    return Place(channel=channel, thread="" if thread == message.get("ts") else thread) if channel else None
