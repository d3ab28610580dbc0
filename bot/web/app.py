"""The HTTP side of Noodle: REST, registry, Slack's events, state."""

from collections.abc import Mapping, Sequence

from fastapi import FastAPI
from starlette.routing import BaseRoute

from bot.ask import Asking
from bot.web import commands, problems, state


def build(asking: Asking, routes: Sequence[BaseRoute], probes: Mapping[str, state.Probe]) -> FastAPI:
    """Return the app. `routes` are the wire protocols of the providers and Slack's own endpoint."""
    app = FastAPI(
        title="Noodle",
        summary="The bot a software team ships with, from Slack.",
        description="Every command of the chat, as REST. Send a token as `Authorization: Bearer …`.",
    )
    problems.install(app)
    app.include_router(commands.router(asking))
    app.include_router(state.router(asking.noodle, probes))
    app.router.routes.extend(routes)
    return app
