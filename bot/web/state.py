"""Whether Noodle lives and is ready, and the logs of runs."""

import hmac
from collections.abc import Callable, Mapping

from fastapi import APIRouter
from sqlalchemy import text
from starlette.responses import FileResponse, JSONResponse, Response

from core.app import Noodle
from core.errors import Unknown
from core.ports import Check

Probe = Callable[[], Check]


def router(noodle: Noodle, probes: Mapping[str, Probe]) -> APIRouter:
    """Return `/healthz` (the process answers), `/readyz` (all it needs answers) and the logs of runs."""
    api = APIRouter(tags=["state"])

    @api.get("/healthz")
    def healthz() -> dict[str, str]:
        """Say that the process answers."""
        return {"status": "ok"}

    @api.get("/readyz", response_model=None)
    def readyz() -> Response:
        """Say whether everything this process needs answers; 503 and the reason when not."""
        found = {name: probe() for name, probe in probes.items()}
        found["database"] = _database(noodle)
        ready = all(check.ok for check in found.values())
        body = {name: {"ok": check.ok, "detail": check.detail} for name, check in found.items()}
        return JSONResponse(body, status_code=200 if ready else 503)

    @api.get("/runs/{number}/log/{sha256}", response_model=None)
    def run_log(number: int, sha256: str) -> Response:
        """Return the log of a run. Its SHA-256 is the key: whoever was sent the link may read it."""
        run = noodle.runs.get(number)
        if not run.log or not hmac.compare_digest(run.log.encode(), sha256.encode()):
            raise Unknown(f"There is no such log of run #{number}.", hint="Open it from the run's latest message.")
        headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, immutable"}
        return FileResponse(noodle.blobs.path(sha256), media_type="text/plain; charset=utf-8", headers=headers)

    return api


def _database(noodle: Noodle) -> Check:
    try:
        with noodle.db.read() as session:
            session.connection().execute(text("SELECT 1"))
    except Exception as wrong:  # noqa: BLE001 - whatever the driver raises, the answer is that it does not answer
        return Check(ok=False, detail=f"the database does not answer ({type(wrong).__name__})")
    return Check(ok=True, detail="the database answers")
