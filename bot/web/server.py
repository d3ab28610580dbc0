"""Serving HTTP: uvicorn in a thread of its own."""

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from core.errors import Misconfigured

_START_SECONDS = 15
_DRAIN_SECONDS = 5


class Server:
    """Serves an app. Begun with `start`, which returns once it answers."""

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        """Serve on `host`; port 0 takes a free one."""
        self._app = app
        self._address = (host, port)
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def loopback_url(self) -> str:
        """How processes on this machine reach it."""
        host, port = self._address
        return f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104 - compared, not bound

    def start(self) -> None:
        """Listen and serve. Raises Misconfigured when the port is taken."""
        try:
            listener = listen(*self._address)
        except OSError as wrong:
            raise Misconfigured(
                f"Noodle cannot listen on {self._address[0]}:{self._address[1]}: {wrong.strerror}.",
                hint="Stop what listens there, or set NOODLE_PORT.",
            ) from wrong
        self._address = (self._address[0], listener.getsockname()[1])
        config = uvicorn.Config(
            self._app,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=_DRAIN_SECONDS,
        )
        ready = threading.Event()
        self._server = _Telling(config, ready)
        work, loop = self._server.serve(sockets=[listener]), config.get_loop_factory()
        self._thread = threading.Thread(target=_run, args=(work, loop), name="web", daemon=True)
        self._thread.start()
        if not ready.wait(_START_SECONDS):
            raise Misconfigured("The web server did not start.", hint="The log says why.")

    def stop(self) -> None:
        """Serve no more; what is being answered is finished first."""
        if self._server is None or self._thread is None:
            return
        self._server.should_exit = True
        self._thread.join()


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises OSError.

    It says that it is TCP: asyncio switches Nagle's delay off only then, and each answer would be 40 ms late.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener


def _run(work: Coroutine[Any, Any, None], loop: Callable[[], asyncio.AbstractEventLoop] | None) -> None:
    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(work)


class _Telling(uvicorn.Server):
    """A server that says when it is up. In a thread, uvicorn leaves signals alone."""

    def __init__(self, config: uvicorn.Config, ready: threading.Event) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready.set()
