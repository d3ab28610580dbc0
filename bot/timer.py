"""Timed calls: APScheduler says when, the database says who."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from apscheduler.schedulers.background import BackgroundScheduler

from core.health.service import HealthChecks

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Timed:
    """A call to make every so often. `everywhere` is made in each process, the others in one of them."""

    name: str
    seconds: int
    call: Callable[[], object]
    everywhere: bool = False


class Timer:
    """Makes timed calls. The schedule is code, so nothing of it is kept; each turn is claimed in the database."""

    def __init__(self, claims: HealthChecks, timed: tuple[Timed, ...]) -> None:
        self._claims = claims
        # A process that was asleep makes one late call, not all it missed, and never two of one kind at once.
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = BackgroundScheduler(job_defaults=defaults, timezone="UTC")
        for one in timed:
            jitter = min(one.seconds // 10, 10) or None
            self._scheduler.add_job(
                self._turn,
                "interval",
                args=(one,),
                seconds=one.seconds,
                jitter=jitter,
                name=one.name,
                next_run_time=datetime.now(UTC),  # the first turn is now
            )

    def start(self) -> None:
        """Begin."""
        self._scheduler.start()

    def stop(self) -> None:
        """Make no more calls; what is under way ends by itself."""
        self._scheduler.shutdown(wait=False)

    def _turn(self, one: Timed) -> None:
        try:
            if one.everywhere or self._claims.claim(one.name, one.seconds):
                one.call()
        except Exception:
            log.exception("the timed call %s failed", one.name)
