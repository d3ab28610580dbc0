"""Leases: what only one workflow at a time may do, such as changing an environment.

A lease is never given back. It is free as soon as its holder has ended, however that came about, so a crash or a cancel
cannot leave it taken, and nobody can let go of it too early.
"""

from sqlalchemy.exc import IntegrityError

from core.engine import store
from core.engine.status import over
from core.engine.workflow import Flow, Json

_WAIT_SECONDS = 1.0


def hold(flow: Flow, name: str) -> None:
    """Have this workflow hold the lease from here to its end, waiting for whoever holds it now."""
    attempt = 0
    while not flow.record(f"lease {name} {attempt}", lambda: _take(flow, name))["held"]:
        flow.sleep(_WAIT_SECONDS)
        attempt += 1


def _take(flow: Flow, name: str) -> Json:
    with flow.db.begin() as session:
        holder = store.holder(session, name)
        if holder is not None and holder != flow.id and not over(holder):
            return {"held": False, "by": holder}
        try:
            with session.begin_nested():
                return {"held": store.hand_over(session, name, holder, flow.id)}
        except IntegrityError:
            return {"held": False}  # another workflow was the first to take it, at the same moment
