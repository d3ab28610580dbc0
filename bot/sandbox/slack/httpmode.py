"""HTTP mode: signed POSTs to the app's request address. Runs on the server's loop.

Source: docs.slack.dev/authentication/verifying-requests-from-slack, docs.slack.dev/apis/events-api.
"""

import asyncio
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

import httpx

from bot.sandbox.slack.parcel import Parcel, Undelivered
from bot.sandbox.slack.workspace import Workspace


def signed(secret: str, body: bytes, seconds: int) -> dict[str, str]:
    """Return the two headers that prove a request is Slack's."""
    digest = hmac.new(secret.encode(), b"v0:%d:%b" % (seconds, body), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(seconds), "X-Slack-Signature": f"v0={digest}"}


class Posts:
    """Sends parcels to `url`, the app's request address for events, commands and interactions alike."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.url = ""

    async def send(self, parcel: Parcel, deadline: float) -> Any:
        """POST a parcel and return the answer's JSON, or its text as `{"text": …}`."""
        headers = {"User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
        if parcel.kind == "events_api":
            body, headers["Content-Type"] = json.dumps(parcel.payload).encode(), "application/json"
        else:
            form = {"payload": json.dumps(parcel.payload)} if parcel.kind == "interactive" else parcel.payload
            body, headers["Content-Type"] = urlencode(form).encode(), "application/x-www-form-urlencoded"
        headers |= signed(self._workspace.signing_secret, body, int(self._workspace.seconds()))
        if parcel.attempt:
            headers |= {"X-Slack-Retry-Num": str(parcel.attempt), "X-Slack-Retry-Reason": parcel.reason}
        answer = await self._post(body, headers, deadline)
        if not answer.is_success:
            reason = "too_many_redirects" if answer.is_redirect else "http_error"
            raise Undelivered(reason, final=answer.headers.get("x-slack-no-retry") == "1")
        return _body(answer)

    async def _post(self, body: bytes, headers: dict[str, str], deadline: float) -> httpx.Response:
        try:
            async with httpx.AsyncClient(trust_env=False, timeout=None) as client, asyncio.timeout(deadline):  # noqa: S113  the deadline is over the whole call
                return await client.post(self.url, content=body, headers=headers)
        except TimeoutError:
            raise Undelivered("http_timeout") from None
        except httpx.HTTPError:
            raise Undelivered("connection_failed") from None


def _body(answer: httpx.Response) -> Any:
    if not answer.content:
        return None
    if answer.headers.get("content-type", "").startswith("application/json"):
        try:
            return answer.json()
        except ValueError:
            raise Undelivered("http_error") from None
    return {"text": answer.text}
