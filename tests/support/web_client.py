"""Calls a web app without a server: what a client would send, and what it would be answered."""

import asyncio
from typing import Any

import httpx
from fastapi import FastAPI


class WebClient:
    """A client with a token."""

    def __init__(self, app: FastAPI, secret: str) -> None:
        self.secret = secret
        self._app = app

    def get(self, path: str, **given: Any) -> httpx.Response:
        """Read."""
        return self.request("GET", path, **given)

    def post(self, path: str, **given: Any) -> httpx.Response:
        """Change something."""
        return self.request("POST", path, **given)

    def request(self, method: str, path: str, **given: Any) -> httpx.Response:
        """Call the app; a fault of its own is an answer, as it is over a wire."""
        headers = {"Authorization": f"Bearer {self.secret}"} | given.pop("headers", {})
        return asyncio.run(self._request(method, path, headers=headers, **given))

    async def _request(self, method: str, path: str, **given: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://noodle.test") as client:
            return await client.request(method, path, **given)
