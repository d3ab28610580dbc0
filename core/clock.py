"""Time as a port, so that a test can say what time it is."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return this moment in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return this moment in UTC."""
        return datetime.now(UTC)


class StoppedClock:
    """A clock that stands still until it is moved: for tests, and for rehearsing what would happen when."""

    def __init__(self, time: datetime = datetime(2026, 11, 24, 12, tzinfo=UTC)) -> None:
        self._time = time

    def now(self) -> datetime:
        """Return the time it was last moved to."""
        return self._time

    def move(self, **by: float) -> None:
        """Move on, by what timedelta takes: `minutes=5`."""
        self._time += timedelta(**by)
