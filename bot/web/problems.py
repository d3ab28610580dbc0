"""Refusals over HTTP: problem JSON (RFC 9457)."""

import logging
import secrets

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from core.errors import BadCommand, NoodleError, NotAuthenticated, Unexpected

log = logging.getLogger(__name__)


def install(app: FastAPI) -> None:
    """Have the app answer every refusal, and every fault, as problem JSON."""
    app.add_exception_handler(NoodleError, _refusal)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _nowhere)
    app.add_exception_handler(Exception, _fault)


def problem(wrong: NoodleError) -> Response:
    """Return the response of a refusal."""
    body = {"type": "about:blank", "title": wrong.code, "status": wrong.status, "detail": wrong.message}
    body |= {"hint": wrong.hint, "example": wrong.example, "suggestions": list(wrong.suggestions)}
    headers = {"WWW-Authenticate": 'Basic realm="noodle"'} if isinstance(wrong, NotAuthenticated) else {}
    return JSONResponse(body, status_code=wrong.status, headers=headers, media_type="application/problem+json")


def _refusal(_request: Request, wrong: Exception) -> Response:
    return problem(wrong if isinstance(wrong, NoodleError) else Unexpected(str(wrong)))


def _invalid(_request: Request, wrong: Exception) -> Response:
    errors = wrong.errors() if isinstance(wrong, RequestValidationError) else []
    said = "; ".join(f"{'.'.join(str(part) for part in one['loc'][1:])}: {one['msg']}" for one in errors)
    return problem(BadCommand(f"The request cannot be read: {said}.", hint="/docs shows what each call takes."))


def _nowhere(_request: Request, wrong: Exception) -> Response:
    """Answer what no endpoint answers: no such path, no such method."""
    if not isinstance(wrong, HTTPException):
        return problem(Unexpected(str(wrong)))
    body = {"type": "about:blank", "title": wrong.detail, "status": wrong.status_code, "detail": f"{wrong.detail}."}
    body["hint"] = "/docs lists every call there is."
    headers = dict(wrong.headers or {})
    return JSONResponse(body, wrong.status_code, headers, media_type="application/problem+json")


def _fault(_request: Request, wrong: Exception) -> Response:
    fault = secrets.token_hex(4)
    log.error("fault %s", fault, exc_info=wrong)
    return problem(Unexpected(f"Something went wrong on our side ({fault}).", hint="It is in Noodle's log by that id."))
