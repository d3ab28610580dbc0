"""Keeps other websites out: only this machine's own pages may speak with the person API and the page."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
# what the app itself calls carries a token or a secret address; everything else is for a person's browser
_OPEN = ("/api/", "/link/", "/response/", "/upload/")


class LoopbackOnly:
    """Refuses a foreign Host (DNS rebinding) or a foreign Origin (another site's script) with 403."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through or refuse it."""
        guarded = scope["type"] == "http" and not scope["path"].startswith(_OPEN)
        if guarded and not _at_home(Headers(scope=scope)):
            await PlainTextResponse("only this machine's own pages may ask", 403)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _at_home(headers: Headers) -> bool:
    host, origin = headers.get("host", ""), headers.get("origin")
    if urlsplit(f"//{host}").hostname not in LOOPBACK:
        return False
    return origin is None or origin == f"http://{host}"
