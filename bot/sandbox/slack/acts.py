"""What a person does in Slack: says, clicks, submits. Each act changes the workspace and tells the app."""

from typing import Any

from bot.sandbox.slack import payloads
from bot.sandbox.slack.answers import ANSWER_KEYS, action, answer, find_element, missing, state, taken
from bot.sandbox.slack.authoring import check_view
from bot.sandbox.slack.delivery import Mail
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.feed import Change, Json
from bot.sandbox.slack.parcel import Undelivered
from bot.sandbox.slack.responses import address
from bot.sandbox.slack.responses import answer as respond
from bot.sandbox.slack.views import shown
from bot.sandbox.slack.workspace import Workspace
from bot.sandbox.slack.world import Channel, User

_TROUBLE = "We had some trouble connecting. Try again?"
_LATE = ("timeout", "http_timeout")
OPTIONS = 100


class Acts:
    """The deeds of people.

    Args:
        workspace: where they act.
        mail: brings interactions to the app.
    """

    def __init__(self, workspace: Workspace, mail: Mail) -> None:
        self._workspace = workspace
        self._mail = mail
        self._answers: dict[tuple[str, str, str], Json] = {}

    async def say(self, user: str, channel: str, text: str, thread: str = "") -> str:
        """Say something; `/noodle …` outside a thread is a command. Returns the ts, empty for a command."""
        workspace = self._workspace
        with workspace.feed.lock:
            who, where = workspace.user(user), self._readable(user, channel)
            word = text.split(maxsplit=1)[0] if text.strip() else ""
            if not word:
                raise SlackError("no_text")
            if word.startswith("/") and thread:
                raise SlackError("slash_commands_not_in_threads")
            if not word.startswith("/"):
                workspace.join(where, who.id)
                message = {
                    "type": "message",
                    "user": who.id,
                    "text": workspace.typed(text),
                    "team": workspace.team_id,
                    "client_msg_id": workspace.stamp(),
                }
                if thread:
                    message["thread_ts"] = thread
                return str(workspace.timeline.post(where.id, message)["ts"])
            if word == "/invite":
                self._invite(who, where, text)
                return ""
        await self._command(who, where, word, text[len(word) :].strip())
        return ""

    def react(self, user: str, channel: str, ts: str, name: str, *, remove: bool = False) -> None:
        """Add a reaction or take it back."""
        with self._workspace.feed.lock:
            who, where = self._workspace.user(user), self._readable(user, channel)
            change = self._workspace.timeline.unreact if remove else self._workspace.timeline.react
            change(where.id, ts, who.id, name.strip(":"))

    async def click(self, user: str, given: Json) -> None:
        """Press a button or choose in a select, in a message (`channel`, `ts`) or a view (`view_id`)."""
        with self._workspace.feed.lock:
            who = self._workspace.user(user)
            build = self._view_click if given.get("view_id") else self._message_click
            payload = build(who, given)
        await self._interact(who, payload)

    async def options(self, user: str, given: Json) -> Json:
        """Ask the app for the options of an external select; `value` is what was typed so far."""
        workspace = self._workspace
        names = (str(given.get("block_id", "")), str(given.get("action_id", "")))
        with workspace.feed.lock:
            who = workspace.user(user)
            if given.get("view_id"):
                view = shown(self._view(who, given))
                blocks, where = view["blocks"], {"view": view, "container": {"type": "view", "view_id": view["id"]}}
            else:
                channel, message = self._message(who, given)
                blocks = message.get("blocks", [])
                container = {"type": "message", "message_ts": message["ts"], "channel_id": channel.id}
                where = {"message": message, "channel": {"id": channel.id}, "container": container}
            find_element(blocks, *names)
            payload = payloads.suggestion(workspace, who, where, names, str(given.get("value", "")))
        body = await self._interact(who, payload, answerable=True)
        if not isinstance(body, dict) or not {"options", "option_groups"} & body.keys():
            raise SlackError("invalid_options_response")
        if len(body.get("options") or body.get("option_groups") or ()) > OPTIONS:
            raise SlackError("too_many_options")
        return {key: body[key] for key in ("options", "option_groups") if key in body}

    async def submit(self, user: str, view_id: str, values: Json) -> dict[str, str]:
        """Submit a modal; returns errors by block_id, empty when it went through."""
        workspace = self._workspace
        with workspace.feed.lock:
            who = workspace.user(user)
            view = self._view(who, {"view_id": view_id})
            for block_id, answers in taken(view["blocks"], values).items():
                view["answers"].setdefault(block_id, {}).update(answers)
            held = state(view["blocks"], view["answers"])
            errors = missing(view["blocks"], held)
            if errors:
                return errors
            view["state"] = {"values": held}
            payload = payloads.submission(workspace, who, shown(view), self._response_urls(who, view, held))
        body = await self._interact(who, payload, answerable=True)
        with workspace.feed.lock:
            return self._submitted(who, view_id, body if isinstance(body, dict) else {})

    async def close(self, user: str, view_id: str, *, clear: bool = False) -> None:
        """Close a modal, or all of them."""
        with self._workspace.feed.lock:
            who = self._workspace.user(user)
            self._view(who, {"view_id": view_id})
            gone = self._workspace.views.close(who.id, view_id, clear=clear)
            told = [
                payloads.closed(self._workspace, who, shown(view), cleared=clear)
                for view in gone
                if view["notify_on_close"]
            ]
        for payload in told:
            await self._interact(who, payload)

    def home(self, user: str, tab: str = "home") -> None:
        """Open the app's Home or Messages tab."""
        workspace = self._workspace
        with workspace.feed.lock:
            who = workspace.user(user)
            event: Json = {
                "type": "app_home_opened",
                "user": who.id,
                "channel": workspace.im(who.id).id,
                "tab": tab,
                "event_ts": workspace.stamp(),
            }
            view = workspace.views.home(who.id)
            if view is not None and tab == "home":
                event["view"] = shown(view)
            workspace.feed.publish(Change("home_opened", None, who.id, event))

    async def shortcut(self, user: str, callback_id: str, channel: str = "", ts: str = "") -> None:
        """Use a shortcut; a message shortcut names a message."""
        workspace = self._workspace
        with workspace.feed.lock:
            who = workspace.user(user)
            kind = "message" if ts else "global"
            known = [s for s in workspace.app.shortcuts if s["callback_id"] == callback_id and s["type"] == kind]
            if not known:
                raise SlackError("unknown_shortcut")
            if ts:
                where, message = self._message(who, {"channel": channel, "ts": ts})
                response = workspace.tickets.response(who.id, where.id, ts=ts, ephemeral=False)
                link = address(workspace, response)
                build = payloads.message_shortcut
                payload = build(workspace, who, callback_id, channel=where, message=message, response=link)
            else:
                payload = payloads.global_shortcut(workspace, who, callback_id, workspace.stamp())
        await self._interact(who, payload)

    def _readable(self, user: str, channel: str) -> Channel:
        who, where = self._workspace.user(user), self._workspace.channel(channel)
        if not self._workspace.visible(who.id, where):
            raise SlackError("channel_not_found")
        return where

    def _invite(self, who: User, where: Channel, text: str) -> None:
        for name in text.split()[1:]:
            self._workspace.join(where, self._workspace.user(name).id, who.id)

    async def _command(self, who: User, where: Channel, word: str, text: str) -> None:
        workspace = self._workspace
        with workspace.feed.lock:
            known = next((c for c in workspace.app.commands if c["command"] == word), None)
            if known is None:
                raise SlackError("unknown_command")
            response = workspace.tickets.response(who.id, where.id)
            words = workspace.named(text) if known.get("should_escape") else text
            payload = payloads.command(workspace, who, where, (word, words), address(workspace, response))
        try:
            body = await self._mail.ask("slash_commands", payload, answerable=True)
        except Undelivered as failure:
            code = "operation_timeout" if failure.reason in _LATE else "dispatch_failed"
            self._slackbot(who, where, f"{word} failed with the error “{code}”")
            return
        if isinstance(body, dict) and (body.get("text") or body.get("blocks") or body.get("attachments")):
            try:
                with workspace.feed.lock:
                    respond(workspace, response, body)
            except SlackError:
                self._slackbot(who, where, f"{word} failed with the error “invalid_command_response”")

    def _slackbot(self, who: User, where: Channel, text: str) -> None:
        message = {"type": "message", "user": "USLACKBOT", "text": text, "team": self._workspace.team_id}
        with self._workspace.feed.lock:
            self._workspace.timeline.post_ephemeral(where.id, who.id, message)
            self._workspace.fail(who.id, text)

    def _message(self, who: User, given: Json) -> tuple[Channel, Json]:
        channel = self._readable(who.id, str(given.get("channel", "")))
        stored = self._workspace.timeline.find_shown(channel.id, str(given.get("ts", "")), who.id)
        return channel, self._workspace.timeline.shown(channel.id, stored)

    def _view(self, who: User, given: Json) -> Json:
        owner, view = self._workspace.views.find(str(given["view_id"]))
        if owner != who.id:
            raise SlackError("not_found")
        return view

    def _message_click(self, who: User, given: Json) -> Json:
        workspace = self._workspace
        channel, message = self._message(who, given)
        blocks = message.get("blocks", [])
        answers = self._answers.setdefault((who.id, channel.id, message["ts"]), {})
        acted = self._act(blocks, answers, given)
        response = workspace.tickets.response(
            who.id,
            channel.id,
            ts=message["ts"],
            thread=message.get("thread_ts"),
            ephemeral=bool(message.get("ephemeral")),
        )
        values = state(blocks, answers)
        link = address(workspace, response)
        return payloads.message_action(workspace, who, channel, message, actions=[acted], values=values, response=link)

    def _view_click(self, who: User, given: Json) -> Json:
        view = self._view(who, given)
        acted = self._act(view["blocks"], view["answers"], given)
        view["state"] = {"values": state(view["blocks"], view["answers"])}
        return payloads.view_action(self._workspace, who, shown(view), [acted])

    def _act(self, blocks: list[Json], answers: Json, given: Json) -> Json:
        """Remember what was chosen, and what else the person has typed so far (`values`); return the action."""
        block_id, action_id = str(given.get("block_id", "")), str(given.get("action_id", ""))
        element = find_element(blocks, block_id, action_id)
        made = action(element, block_id, given, self._workspace.stamp())
        for typed_block, typed in taken(blocks, given.get("values") or {}).items():
            answers.setdefault(typed_block, {}).update(typed)
        if element["type"] in ANSWER_KEYS:
            answers.setdefault(block_id, {})[action_id] = answer(element, given)
        return made

    async def _interact(self, who: User, payload: Json, *, answerable: bool = False) -> Any:
        try:
            return await self._mail.ask("interactive", payload, answerable=answerable)
        except Undelivered as failure:
            code = "operation_timeout" if failure.reason in _LATE else "dispatch_failed"
            with self._workspace.feed.lock:
                self._workspace.fail(who.id, f"{_TROUBLE} ({code})")
            raise SlackError(code) from None

    def _response_urls(self, who: User, view: Json, held: Json) -> list[Json]:
        found: list[Json] = []
        for block in view["blocks"]:
            element = block.get("element", {})
            if not element.get("response_url_enabled"):
                continue
            given = held[block["block_id"]][element["action_id"]]
            channel = given.get("selected_conversation") or given.get("selected_channel")
            if channel:
                response = self._workspace.tickets.response(who.id, channel)
                link = address(self._workspace, response)
                names = {"block_id": block["block_id"], "action_id": element["action_id"]}
                found.append({**names, "channel_id": channel, "response_url": link})
        return found

    def _submitted(self, who: User, view_id: str, body: Json) -> dict[str, str]:
        """Do what the app's ack of a submission says."""
        word = body.get("response_action")
        try:
            if word == "errors":
                return self._form_errors(view_id, body.get("errors"))
            self._follow(who, view_id, word, body.get("view"))
        except SlackError as refusal:
            self._workspace.fail(who.id, f"{_TROUBLE} ({refusal.code})")
            raise
        return {}

    def _follow(self, who: User, view_id: str, word: Any, view: Any) -> None:
        views = self._workspace.views
        match word:
            case None | "clear":
                # the app may have replaced or closed it meanwhile by other means
                if any(one["id"] == view_id for one in views.stack(who.id)):
                    views.close(who.id, view_id, clear=word == "clear")
            case "update":
                views.update(check_view(view, "modal"), view_id=view_id)
            case "push":
                views.push(who.id, check_view(view, "modal"))
            case _:
                raise SlackError("invalid_response_action")

    def _form_errors(self, view_id: str, errors: Any) -> dict[str, str]:
        _, view = self._workspace.views.find(view_id)
        inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
        if not isinstance(errors, dict) or not errors or not inputs.issuperset(errors):
            raise SlackError("invalid_response_errors")
        return {str(block): str(text) for block, text in errors.items()}
