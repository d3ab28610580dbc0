"""Slack's requests over HTTP: looked at cheaply, their signature checked, then handed to Bolt.

The first look answers what would make Bolt fail before it has checked anything. The signature is checked here because
Bolt writes the whole body of a forged request into the log.
See docs.slack.dev/authentication/verifying-requests-from-slack.
"""

import re
import time
from collections.abc import Mapping, Sequence

from pydantic import SecretStr
from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk.signature import SignatureVerifier
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

PATH = "/slack/events"
_MOST = 1024 * 1024
_WINDOW = 300
_DIGITS = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
_TYPES = ("application/json", "application/x-www-form-urlencoded")


def route(app: App, signing_secret: SecretStr) -> Route:
    """Return the route that Slack posts to."""
    verifier = SignatureVerifier(signing_secret.get_secret_value())

    async def endpoint(request: Request) -> Response:
        refused = first_look(request.headers, time.time())
        if refused:
            return Response(refused[1], status_code=refused[0], media_type="text/plain")
        body = await _body(request)
        if body is None:
            return Response("too large", status_code=413, media_type="text/plain")
        headers: dict[str, str | Sequence[str]] = {name: [value] for name, value in request.headers.items()}
        try:
            if not verifier.is_valid_request(body, dict(request.headers)):
                return Response("not signed by Slack", status_code=401, media_type="text/plain")
            asked = BoltRequest(body=body.decode(), query=request.url.query, headers=headers)
        except (ValueError, TypeError, AttributeError):  # not UTF-8, not the JSON it says it is, or no object
            return Response("cannot be read", status_code=400, media_type="text/plain")
        return _response(await run_in_threadpool(app.dispatch, asked))

    return Route(PATH, endpoint, methods=["POST"])


def first_look(headers: Mapping[str, str], now: float) -> tuple[int, str] | None:
    """Return the status and reason to refuse a request with, or None to let Bolt see it."""
    stamp, signature = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
    if not _DIGITS.fullmatch(stamp) or not _SIGNATURE.fullmatch(signature):
        return 401, "not signed by Slack"
    if abs(now - int(stamp)) > _WINDOW:
        return 401, "too old"
    if headers.get("content-type", "").partition(";")[0].strip().lower() not in _TYPES:
        return 415, "neither JSON nor a form"
    length = headers.get("content-length", "0")
    return (413, "too large") if not _DIGITS.fullmatch(length) or int(length) > _MOST else None


async def _body(request: Request) -> bytes | None:
    """Return the body, or None as soon as it is larger than anything Slack sends."""
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MOST:
                return None
    except ClientDisconnect:
        return b""
    return body


def _response(answer: BoltResponse) -> Response:
    headers = {name: values[0] for name, values in answer.headers.items() if name.lower() != "content-length"}
    return Response(answer.body, status_code=answer.status, headers=headers)
