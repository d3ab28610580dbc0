"""The Web API: arguments, tokens, scopes, rates and faults around each method.

Source: docs.slack.dev/apis/web-api.
"""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.sandbox.slack.call import Call, Method
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.faults import Fault, Faults
from bot.sandbox.slack.feed import Json
from bot.sandbox.slack.methods import app, chat, conversations, files, marks, people, views
from bot.sandbox.slack.rates import Rates, limited
from bot.sandbox.slack.workspace import Workspace

METHODS: dict[str, Method] = {
    method.name: method for group in (app, chat, conversations, files, marks, people, views) for method in group.METHODS
}


@dataclass(frozen=True)
class Served:
    """One call that was made: its method, its arguments without the token, and the error or an empty text."""

    method: str
    args: Json
    error: str


class WebApi:
    """Serves `/api/<method>`.

    Args:
        workspace: what the methods work on.
        faults: what goes wrong on order.
        rates: how many calls pass.
        sever: cuts the connection of an ASGI scope.
    """

    def __init__(self, workspace: Workspace, faults: Faults, rates: Rates, sever: Callable[[Any], None]) -> None:
        self._workspace = workspace
        self._faults = faults
        self._rates = rates
        self._sever = sever
        self.calls: deque[Served] = deque(maxlen=2000)

    async def serve(self, request: Request) -> Response:
        """Answer one call."""
        name = request.path_params["method"]
        args: Json = {}
        fault = self._faults.take(name)
        try:
            args = await arguments(request)
            await self._strike(fault)
            body = self._run(name, args, _token(request, args))
        except _Broken as broken:
            return Response(status_code=broken.status)
        except SlackError as refusal:
            self._note(name, args, refusal.code)
            return JSONResponse(refusal.to_json(), refusal.status, headers=refusal.headers)
        self._note(name, args, "")
        if fault is not None and fault.kind == "break":
            self._sever(request.scope)
        scopes = ",".join(sorted(self._workspace.app.scopes))
        return JSONResponse({"ok": True, **body}, headers={"X-OAuth-Scopes": scopes})

    def _run(self, name: str, args: Json, token: str) -> Json:
        method = METHODS.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        with self._workspace.feed.lock:
            if name != "api.test":
                self._authorise(method, token)
            self._rates.check(name, method.tier, str(args.get("channel", "")))
            call = Call(self._workspace, args)
            call.grant(*method.scopes)
            return method.run(call)

    def _authorise(self, method: Method, token: str) -> None:
        if not token:
            raise SlackError("not_authed")
        bot, app_level = self._workspace.bot_token, self._workspace.app_token
        if token not in (bot, app_level):
            raise SlackError("invalid_auth")
        if token != (app_level if method.app_level else bot):
            raise SlackError("not_allowed_token_type")

    async def _strike(self, fault: Fault | None) -> None:
        match fault:
            case Fault("status", status):
                raise _Broken(int(status))
            case Fault("error", code):
                raise SlackError(str(code))
            case Fault("throttle", seconds):
                raise limited(float(seconds))
            case Fault("delay", seconds):
                await asyncio.sleep(float(seconds))

    def _note(self, name: str, args: Json, error: str) -> None:
        self.calls.append(Served(name, {k: v for k, v in args.items() if k != "token"}, error))
        self._workspace.feed.stir()


class _Broken(Exception):
    """An HTTP status without a body."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


async def arguments(request: Request) -> Json:
    """Return the arguments of a call from query, form or JSON; the body wins."""
    found: Json = dict(request.query_params)
    if request.method != "POST":
        return found
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind == "application/json":
        raw = await request.body()
        try:
            body = json.loads(raw) if raw else {}
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        return found | body
    if kind in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        async with request.form() as form:
            return found | {key: value for key, value in form.items() if isinstance(value, str)}
    return found


def _token(request: Request, args: Json) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else str(args.get("token", ""))
