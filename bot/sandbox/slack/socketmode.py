"""Socket Mode: one-use tickets, hello, envelopes, acks and disconnects. Runs on the server's loop.

Source: docs.slack.dev/apis/events-api/using-socket-mode.
"""

import asyncio
import json
import uuid
from collections.abc import Callable
from typing import Any

from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from bot.sandbox.slack.faults import Faults
from bot.sandbox.slack.feed import Change
from bot.sandbox.slack.parcel import Parcel, Undelivered
from bot.sandbox.slack.workspace import Workspace

MOST_LINKS = 10
CONNECTION_SECONDS = 3600


class Sockets:
    """All open connections of the app; each parcel goes to one of them in turn.

    Args:
        workspace: whose tickets open the door.
        faults: handshakes to refuse and acks to lose.
        sever: cuts the connection of an ASGI scope without a goodbye.
    """

    def __init__(self, workspace: Workspace, faults: Faults, sever: Callable[[Any], None]) -> None:
        self._workspace = workspace
        self._faults = faults
        self._sever = sever
        self._links: list[WebSocket] = []
        self._frozen: set[WebSocket] = set()
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._turn = 0

    @property
    def count(self) -> int:
        """How many connections are open."""
        return len(self._links)

    async def serve(self, socket: WebSocket) -> None:
        """Hold one connection from handshake to end."""
        refusal = self._refusal(socket.query_params.get("ticket", ""))
        if refusal is not None:
            await socket.send_denial_response(PlainTextResponse("", status_code=refusal))
            return
        await socket.accept()
        self._links.append(socket)
        await socket.send_json(self._hello())
        self._moved()
        try:
            while True:
                self._acked(socket, await socket.receive_text())
        except WebSocketDisconnect:
            pass
        finally:
            self._links = [link for link in self._links if link is not socket]
            self._frozen.discard(socket)
            self._moved()

    async def send(self, parcel: Parcel, deadline: float) -> Any:
        """Send an envelope over one connection and return the ack's payload."""
        if not self._links:
            raise Undelivered("connection_failed")
        self._turn += 1
        link = self._links[self._turn % len(self._links)]
        key = str(uuid.uuid4())
        envelope: dict[str, Any] = {
            "envelope_id": key,
            "type": parcel.kind,
            "payload": parcel.payload,
            "accepts_response_payload": parcel.answerable,
        }
        if parcel.kind == "events_api":
            envelope |= {"retry_attempt": parcel.attempt, "retry_reason": parcel.reason}
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[key] = future
        try:
            if link not in self._frozen:
                await link.send_json(envelope)
            return await asyncio.wait_for(future, deadline)
        except TimeoutError:
            raise Undelivered("timeout") from None
        except (WebSocketDisconnect, RuntimeError):
            raise Undelivered("connection_failed") from None
        finally:
            self._waiting.pop(key, None)

    async def drop(self, *, abrupt: bool = True) -> None:
        """Cut all connections, with a close frame unless `abrupt`."""
        for link in tuple(self._links):
            if abrupt:
                self._sever(link.scope)
            elif link.application_state is WebSocketState.CONNECTED:
                await link.close(1001)

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """Ask the app to connect anew, as Slack does now and then: `warning` or `refresh_requested`."""
        for link in tuple(self._links):
            await link.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}})

    async def freeze(self) -> None:
        """Leave the connections half open: nothing is sent, nothing is read, nobody is told."""
        self._frozen.update(self._links)

    def _refusal(self, ticket: str) -> int | None:
        with self._workspace.feed.lock:
            admitted = self._workspace.tickets.admit(ticket)
        planned = self._faults.take_refusal()
        if planned is not None:
            return planned
        if not admitted:
            return 404
        return 429 if len(self._links) >= MOST_LINKS else None

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": len(self._links),
            "connection_info": {"app_id": self._workspace.app.id},
            "debug_info": {
                "host": "sandbox",
                "build_number": 1,
                "approximate_connection_time": CONNECTION_SECONDS,
            },
        }

    def _acked(self, socket: WebSocket, text: str) -> None:
        try:
            message = json.loads(text)
        except ValueError:
            return
        key = message.get("envelope_id") if isinstance(message, dict) else None
        if not isinstance(key, str) or socket in self._frozen:
            return
        if self._faults.take_ack():
            self._sever(socket.scope)
            return
        future = self._waiting.get(key)
        if future is not None and not future.done():
            future.set_result(message.get("payload"))

    def _moved(self) -> None:
        self._workspace.feed.publish(Change("connection", data={"connections": self.count}))
