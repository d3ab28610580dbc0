"""The person API under /sandbox/api: what the browser page, the tests and the demo do as a person.

Answers are `{"ok": true, …}` or `{"ok": false, "error": code}` with status 400. Nobody logs in; the guard in
`server.py` lets only this machine's own pages in.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.sandbox.slack.acts import Acts
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.feed import Json
from bot.sandbox.slack.socketmode import Sockets
from bot.sandbox.slack.stream import Streams, on_page
from bot.sandbox.slack.workspace import Workspace
from bot.sandbox.slack.world import Channel

Handler = Callable[[Request], Awaitable[Response]]


class PersonApi:
    """The routes of the person API."""

    def __init__(self, workspace: Workspace, acts: Acts, streams: Streams, sockets: Sockets) -> None:
        self._workspace = workspace
        self._acts = acts
        self._streams = streams
        self._sockets = sockets

    def routes(self) -> list[Route]:
        """Return all routes."""
        reads: dict[str, Callable[[Request], Json]] = {
            "world": self.world,
            "messages": self.messages,
            "home": self.home,
            "views": self.views,
        }
        acts: dict[str, Callable[[Json], Awaitable[Json]]] = {
            "say": self.say,
            "react": self.react,
            "click": self.click,
            "submit": self.submit,
            "close": self.close,
            "home": self.open_home,
            "shortcut": self.shortcut,
            "options": self.options,
        }
        found = [Route(f"/sandbox/api/{name}", _reading(read), methods=["GET"]) for name, read in reads.items()]
        found += [Route(f"/sandbox/api/{name}", _acting(act), methods=["POST"]) for name, act in acts.items()]
        return [*found, Route("/sandbox/api/stream", self.stream, methods=["GET"])]

    def world(self, request: Request) -> Json:
        """GET world?user=U: the team, the app, the people, the channels and who one is."""
        workspace = self._workspace
        with workspace.feed.lock:
            me = workspace.user(request.query_params.get("user", ""))
            users = [
                {
                    "id": user.id,
                    "name": user.name,
                    "real_name": user.real_name,
                    "is_bot": user.is_bot,
                    "initials": user.initials,
                    "color": user.color,
                }
                for user in workspace.users.values()
            ]
            channels = [
                self._channel(me.id, channel) for channel in workspace.channels.values() if _listed(me.id, channel)
            ]
            app = {
                "name": workspace.app.name,
                "user_id": workspace.app.bot_user,
                "commands": [
                    {key: command.get(key, "") for key in ("command", "description", "usage_hint")}
                    for command in workspace.app.commands
                ],
                "shortcuts": workspace.app.shortcuts,
            }
            team = {"id": workspace.team_id, "name": workspace.team_name}
            return {"team": team, "app": app, "users": users, "channels": channels, "me": me.id}

    def messages(self, request: Request) -> Json:
        """GET messages?user=U&channel=C[&thread=TS]: a timeline, or a thread with its parent first."""
        workspace, query = self._workspace, request.query_params
        with workspace.feed.lock:
            user = workspace.user(query.get("user", ""))
            channel = workspace.channel(query.get("channel", ""))
            if not workspace.visible(user.id, channel):
                raise SlackError("channel_not_found")
            thread = query.get("thread", "")
            timeline = workspace.timeline
            found = timeline.replies(channel.id, thread) if thread else timeline.history(channel.id)
            private = timeline.ephemerals(channel.id, user.id)
            found = found + [m for m in private if m.get("thread_ts", "") == thread]
            if not thread:
                workspace.mark_read(user.id, channel.id)
            shown = [on_page(timeline.shown(channel.id, m)) for m in found]
            return {"messages": sorted(shown, key=lambda m: m["ts"])}

    def home(self, request: Request) -> Json:
        """GET home?user=U: the Home tab, null before the first publish."""
        with self._workspace.feed.lock:
            user = self._workspace.user(request.query_params.get("user", ""))
            return {"view": self._workspace.views.home(user.id)}

    def views(self, request: Request) -> Json:
        """GET views?user=U: the open modals, the lowest first."""
        with self._workspace.feed.lock:
            user = self._workspace.user(request.query_params.get("user", ""))
            return {"stack": self._workspace.views.stack(user.id)}

    async def say(self, given: Json) -> Json:
        """POST say {user, channel, text, thread?}."""
        words = [str(given.get(key) or "") for key in ("user", "channel", "text", "thread")]
        return {"ts": await self._acts.say(*words)}

    async def react(self, given: Json) -> Json:
        """POST react {user, channel, ts, name, remove?}."""
        words = [str(given.get(key) or "") for key in ("user", "channel", "ts", "name")]
        self._acts.react(*words, remove=bool(given.get("remove")))
        return {}

    async def click(self, given: Json) -> Json:
        """POST click {user, channel?, ts?, view_id?, block_id, action_id, value? or selected_option? …, values?}."""
        await self._acts.click(str(given.get("user", "")), given)
        return {}

    async def submit(self, given: Json) -> Json:
        """POST submit {user, view_id, values}: `ok` is false with `errors` when a field is refused."""
        user, view_id = str(given.get("user", "")), str(given.get("view_id", ""))
        errors = await self._acts.submit(user, view_id, given.get("values") or {})
        return {"ok": False, "errors": errors} if errors else {}

    async def close(self, given: Json) -> Json:
        """POST close {user, view_id, all?}."""
        user, view_id = str(given.get("user", "")), str(given.get("view_id", ""))
        await self._acts.close(user, view_id, clear=bool(given.get("all")))
        return {}

    async def open_home(self, given: Json) -> Json:
        """POST home {user, tab?}."""
        self._acts.home(str(given.get("user", "")), str(given.get("tab") or "home"))
        return {}

    async def shortcut(self, given: Json) -> Json:
        """POST shortcut {user, callback_id, channel?, ts?}."""
        words = [str(given.get(key) or "") for key in ("user", "callback_id", "channel", "ts")]
        await self._acts.shortcut(*words)
        return {}

    async def options(self, given: Json) -> Json:
        """POST options {user, channel+ts or view_id, block_id, action_id, value}."""
        return await self._acts.options(str(given.get("user", "")), given)

    async def stream(self, request: Request) -> Response:
        """GET stream?user=U: server-sent events; the first says how many connections the app holds."""
        try:
            user = self._workspace.user(request.query_params.get("user", ""))
        except SlackError as refusal:
            return JSONResponse(refusal.to_json(), 400)
        first = {"type": "connection", "connections": self._sockets.count}
        headers = {"Cache-Control": "no-store"}
        return StreamingResponse(self._streams.follow(user.id, first), media_type="text/event-stream", headers=headers)

    def _channel(self, me: str, channel: Channel) -> Json:
        shown: Json = {
            "id": channel.id,
            "name": channel.name,
            "topic": channel.topic,
            "is_im": channel.is_im,
            "unread": self._workspace.unread(me, channel.id),
        }
        if channel.is_im:
            other = next((member for member in channel.members if member != me), me)
            shown |= {"user": other, "name": self._workspace.users[other].name}
        return shown


def _listed(me: str, channel: Channel) -> bool:
    return not channel.is_archived and (me in channel.members or not (channel.is_im or channel.is_private))


def _reading(read: Callable[[Request], Json]) -> Handler:
    async def handle(request: Request) -> Response:
        try:
            return JSONResponse({"ok": True, **read(request)})
        except SlackError as refusal:
            return JSONResponse(refusal.to_json(), 400)

    return handle


def _acting(act: Callable[[Json], Awaitable[Json]]) -> Handler:
    async def handle(request: Request) -> Response:
        try:
            given: Any = await request.json()
        except ValueError:
            return JSONResponse({"ok": False, "error": "invalid_json"}, 400)
        if not isinstance(given, dict):
            return JSONResponse({"ok": False, "error": "json_not_object"}, 400)
        try:
            return JSONResponse({"ok": True, **await act(given)})
        except SlackError as refusal:
            return JSONResponse(refusal.to_json(), 400)

    return handle
