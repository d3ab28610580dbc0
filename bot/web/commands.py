"""Every command over REST: the same arguments, the same path, the value itself as the reply."""

import inspect
import secrets
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from bot.ask import Asking
from bot.command import Args, Command
from bot.commands import each
from bot.commands._target import wanted
from bot.views.form import Values, written
from bot.web.auth import asker, ensure_covered, token_of
from core.errors import NoodleError


def router(asking: Asking) -> APIRouter:
    """Return one endpoint per command: GET for what only reads, POST for what changes something."""
    api = APIRouter(prefix="/api/v1", tags=["commands"])
    for command in each(asking.commands):
        api.add_api_route(
            "/" + command.name.replace(" ", "/"),
            _endpoint(asking, command),
            methods=["POST" if command.changes else "GET"],
            summary=command.summary,
            description=f"The same as `/noodle {command.usage}`. Takes the permission `{command.allow}`.",
            response_model=None,
            status_code=202 if command.changes and command.show is None else 200,
            operation_id=command.name.replace(" ", "_"),
        )
    return api


def _endpoint(asking: Asking, command: Command) -> Callable[..., Any]:
    def call(request: Request, args: Args) -> dict[str, Any]:
        token = token_of(request.headers, asking.noodle)
        asked = asker(token, f"rest-{secrets.token_hex(8)}")
        line = written(command, _given(args))
        try:
            ensure_covered(token, wanted(command, args, asking.noodle), changes=command.changes)
            answer = asking.run(asking.authorise(command, args, asked, line))
        except NoodleError as wrong:
            asking.refused(line, asked, wrong)
            raise
        return answer.value.to_json()

    # FastAPI reads the signature: the arguments of this command, from the body or from the query.
    annotation = command.args if command.changes else Annotated[command.args, Query()]
    parameters = [
        inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Request),
        inspect.Parameter("args", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=annotation),
    ]
    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # how FastAPI is told
    return call


def _given(args: Args) -> Values:
    said = args.model_dump(mode="json", exclude_defaults=True)
    return {name: value if isinstance(value, bool) else str(value) for name, value in said.items()}
