"""The local Slack: `build` makes the ASGI app, `SandboxSlack` runs it in a thread.

Paths: `/api/<method>` Web API · `/link/` Socket Mode · `/response/<team>/<token>` response urls · `/upload/v1/<file>`
file bytes · `/sandbox/api/…` person API · `/` the page, where `bot/sandbox/page` exists.
"""

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from bot.sandbox.slack.acts import Acts
from bot.sandbox.slack.api import Served, WebApi
from bot.sandbox.slack.delivery import ACK_SECONDS, RETRY_SECONDS, Delivery, Mail
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.events import wrapped
from bot.sandbox.slack.faults import Faults
from bot.sandbox.slack.feed import Json
from bot.sandbox.slack.guard import LoopbackOnly
from bot.sandbox.slack.httpmode import Posts
from bot.sandbox.slack.parcel import Line, Parcel, Undelivered
from bot.sandbox.slack.person import PersonApi
from bot.sandbox.slack.rates import Rates
from bot.sandbox.slack.responses import respond
from bot.sandbox.slack.socketmode import Sockets
from bot.sandbox.slack.stream import Streams
from bot.sandbox.slack.visitor import Visitor
from bot.sandbox.slack.workspace import Workspace

PAGE = Path(__file__).parent.parent / "page"
START_SECONDS = 10.0
Limits = Literal["real", "off"]


@dataclass(frozen=True)
class Site:
    """The ASGI app and the parts of it that a runner moves."""

    app: Starlette
    api: WebApi
    mail: Mail
    sockets: Sockets
    posts: Posts
    streams: Streams
    rates: Rates


def build(
    workspace: Workspace,
    faults: Faults | None = None,
    *,
    limits: Limits = "real",
    sever: Callable[[Any], None] = lambda _scope: None,
    deadline: float = ACK_SECONDS,
    retries: tuple[float, ...] = RETRY_SECONDS,
    page: Path = PAGE,
) -> Site:
    """Put the server together; whoever runs it calls `site.mail.start(loop)`.

    Args:
        workspace: the state to serve; set its `url` to where the server listens.
        faults: faults on order.
        limits: `real` enforces Slack's rate tiers, `off` none.
        sever: cuts the connection of an ASGI scope, for faults.
        deadline: seconds an app has to ack.
        retries: seconds before each repetition of an event that was not acked.
        page: folder of the browser page, mounted at `/` if it exists.
    """
    planned = faults or Faults()
    rates = Rates(workspace.seconds, enforced=limits == "real")
    sockets, posts = Sockets(workspace, planned, sever), Posts(workspace)

    def line() -> Line:
        return posts if posts.url else sockets

    mail = Mail(workspace, line, deadline=deadline, retries=retries)
    api, streams = WebApi(workspace, planned, rates, sever), Streams(workspace)
    person = PersonApi(workspace, Acts(workspace, mail), streams, sockets)
    routes: list[BaseRoute] = [
        Route("/api/{method}", api.serve, methods=["GET", "POST"]),
        WebSocketRoute("/link/", sockets.serve),
        Route("/response/{team}/{token}", _responding(workspace), methods=["POST"]),
        Route("/upload/v1/{file}", _uploading(workspace), methods=["POST"]),
        *person.routes(),
    ]
    if page.is_dir():
        routes.append(Mount("/", StaticFiles(directory=page, html=True)))
    app = Starlette(routes=routes, middleware=[Middleware(LoopbackOnly)])
    return Site(app, api, mail, sockets, posts, streams, rates)


def _responding(workspace: Workspace) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    async def handle(request: Request) -> Response:
        try:
            body = json.loads(await request.body())
        except ValueError:
            body = None
        if not isinstance(body, dict):
            return PlainTextResponse("invalid_payload", 400)
        try:
            with workspace.feed.lock:
                respond(workspace, request.path_params["token"], body)
        except SlackError as refusal:
            return PlainTextResponse(refusal.code, max(refusal.status, 400))
        return PlainTextResponse("ok")

    return handle


def _uploading(workspace: Workspace) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    async def handle(request: Request) -> Response:
        known = workspace.files.get(request.path_params["file"])
        if known is None:
            return PlainTextResponse("file_not_found", 404)
        kind = request.headers.get("content-type", "")
        if kind.startswith("multipart/"):
            async with request.form() as form:
                parts = [part for part in form.values() if not isinstance(part, str)]
                known["content"] = await parts[0].read() if parts else b""
        else:
            known["content"] = await request.body()
        known["size"] = len(known["content"])
        return PlainTextResponse(f"OK - {known['size']}")

    return handle


class _Server(uvicorn.Server):
    """Says when it listens, and ends the endless streams before it waits for open requests."""

    def __init__(
        self,
        config: uvicorn.Config,
        ready: Callable[[], None],
        wind_down: Callable[[], Coroutine[Any, Any, None]],
    ) -> None:
        super().__init__(config)
        self._ready = ready
        self._wind_down = wind_down

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then everything else."""
        await self._wind_down()
        await super().shutdown(sockets)


def _listen(address: tuple[str, int]) -> socket.socket:
    # A socket that says it is TCP: asyncio switches Nagle's delay off only then, and each answer would be 40 ms late.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(address)
    listener.listen(128)
    return listener


class SandboxSlack:
    """A local Slack that runs in a thread; also a context manager and a test fixture.

    Args:
        workspace: the world; the default one when absent.
        host: where to listen; only loopback makes sense.
        port: 0 takes a free one.
        limits: `real` enforces Slack's rate tiers, `off` none.
        deadline: seconds an app has to ack.
        retries: seconds before each repetition of an event.
        request_url: the app's address for HTTP mode; empty for Socket Mode. May be set later.
    """

    def __init__(
        self,
        workspace: Workspace | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        limits: Limits = "real",
        deadline: float = ACK_SECONDS,
        retries: tuple[float, ...] = RETRY_SECONDS,
        request_url: str = "",
    ) -> None:
        self.workspace = workspace or Workspace.create()
        self.faults = Faults()
        self._site = build(
            self.workspace,
            self.faults,
            limits=limits,
            sever=self._sever,
            deadline=deadline,
            retries=retries,
        )
        self._site.posts.url = request_url
        self._address = (host, port)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where the server listens, such as `http://127.0.0.1:4000`."""
        return self.workspace.url

    @property
    def api_url(self) -> str:
        """The `base_url` for a Slack client, with the slash it must end with."""
        return f"{self.workspace.url}/api/"

    @property
    def calls(self) -> list[Served]:
        """Every Web API call so far, oldest first."""
        return list(self._site.api.calls)

    @property
    def deliveries(self) -> list[Delivery]:
        """Every event so far, with the outcome of each attempt."""
        return list(self._site.mail.deliveries)

    @property
    def connections(self) -> int:
        """How many Socket Mode connections are open."""
        return self._site.sockets.count

    @property
    def request_url(self) -> str:
        """The app's address in HTTP mode; empty means Socket Mode."""
        return self._site.posts.url

    @request_url.setter
    def request_url(self, url: str) -> None:
        self._site.posts.url = url

    def person(self, name: str) -> Visitor:
        """Return the hands of a person, by name."""
        return Visitor(self.workspace, self.workspace.user(name).id)

    def wait(self, ready: Callable[[], Any], timeout: float = 10.0) -> Any:
        """Return the first true answer of `ready`, asked again whenever something happens.

        Raises:
            TimeoutError: after `timeout` seconds.
        """
        found = self.workspace.feed.wait(ready, timeout)
        if not found:
            raise TimeoutError("it did not happen in time")
        return found

    def start(self) -> Self:
        """Listen and serve; returns once the server answers."""
        listener = _listen(self._address)
        host, port = listener.getsockname()[:2]
        self.workspace.url = f"http://{host}:{port}"
        config = uvicorn.Config(
            self._site.app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="websockets-sansio",
            timeout_graceful_shutdown=2,
        )
        ready = threading.Event()
        server = self._server = _Server(config, ready.set, self._wind_down)
        work = self._main(server, listener)
        self._thread = threading.Thread(target=asyncio.run, args=(work,), name="sandbox-slack", daemon=True)
        self._thread.start()
        if not ready.wait(START_SECONDS):
            raise TimeoutError("the sandbox did not start")
        return self

    def stop(self) -> None:
        """End every connection and stop serving."""
        if self._thread is None or self._server is None:
            return
        self._server.should_exit = True
        self._thread.join()
        self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def verify_request_url(self, url: str) -> bool:
        """Do the url_verification handshake with `url`, and use it from now on if the app answers well."""
        before, self._site.posts.url = self._site.posts.url, url
        payload = {
            "type": "url_verification",
            "token": self.workspace.app.verification_token,
            "challenge": "noodle-challenge",
        }
        try:
            body = self._do(self._site.posts.send(Parcel("events_api", payload), ACK_SECONDS))
        except Undelivered:
            body = None
        good = isinstance(body, dict) and "noodle-challenge" in (body.get("challenge"), body.get("text"))
        if not good:
            self._site.posts.url = before
        return good

    def emit(self, event: Json) -> str:
        """Send an event of any kind to the app; returns its event_id."""
        payload = wrapped(self.workspace, event)
        self._soon(lambda: self._site.mail.dispatch(payload))
        return str(payload["event_id"])

    def emit_raw(self, payload: Json) -> None:
        """Send an outer payload as it is, such as `app_rate_limited`."""
        self._soon(lambda: self._site.mail.dispatch(payload))

    def redeliver(self, event_id: str, times: int = 1) -> None:
        """Send an event again, as a retry, although it was acked."""
        self._soon(lambda: self._site.mail.redeliver(event_id, times))

    def drop_sockets(self, *, abrupt: bool = True) -> None:
        """Cut all Socket Mode connections, with a close frame unless `abrupt`."""
        self._do(self._site.sockets.drop(abrupt=abrupt))

    def refresh_sockets(self, reason: str = "refresh_requested") -> None:
        """Ask the app to connect anew: `warning` or `refresh_requested`."""
        self._do(self._site.sockets.refresh(reason))

    def freeze_sockets(self) -> None:
        """Leave the present connections half open: events vanish, acks too, and no one is told."""
        self._do(self._site.sockets.freeze())

    def throttle_next(self, method: str, seconds: float, *, times: int = 1) -> None:
        """Answer the next calls of `method` with 429 and Retry-After."""
        self.faults.throttle_next(method, seconds, times=times)

    def set_limits(self, limits: Limits) -> None:
        """Switch rate tiers on or off."""
        self._site.rates.enforced = limits == "real"

    async def _main(self, server: uvicorn.Server, listener: socket.socket) -> None:
        self._loop = asyncio.get_running_loop()
        self._site.mail.start(self._loop)
        await server.serve(sockets=[listener])

    async def _wind_down(self) -> None:
        self._site.streams.close()
        await self._site.mail.stop()

    def _sever(self, scope: Any) -> None:
        """Cut a connection below HTTP, so that the client sees a reset and no answer."""
        if self._server is None:
            return
        for connection in tuple(self._server.server_state.connections):
            # the kind of protocol that only sniffs ALPN has no client; the sandbox never uses it
            if getattr(connection, "client", None) == scope["client"] and connection.transport is not None:
                connection.transport.abort()

    def _soon(self, do: Callable[[], None]) -> None:
        if self._loop is None:
            raise RuntimeError("the sandbox is not running")
        self._loop.call_soon_threadsafe(do)

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        if self._loop is None:
            raise RuntimeError("the sandbox is not running")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(START_SECONDS)
