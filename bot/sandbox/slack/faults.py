"""Faults on order, for tests: the next call fails, the next handshake is refused, the next ack is lost. Thread-safe."""

import threading
from collections import deque
from dataclasses import dataclass
from typing import Literal

Kind = Literal["status", "error", "delay", "break", "throttle"]


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one call; `value` is a status, an error code or seconds."""

    kind: Kind
    value: int | float | str = 0


class Faults:
    """The faults that wait to happen. A method of `*` means whichever comes next."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: dict[str, deque[Fault]] = {}
        self._refusals: deque[int] = deque()
        self._acks_to_swallow = 0

    def fail_next(self, method: str = "*", *, status: int = 500, times: int = 1) -> None:
        """Answer the next calls with a bare HTTP status; nothing is done."""
        self._plan(method, Fault("status", status), times)

    def error_next(self, method: str, code: str, *, times: int = 1) -> None:
        """Answer the next calls with a Slack error; nothing is done."""
        self._plan(method, Fault("error", code), times)

    def delay_next(self, method: str, seconds: float, *, times: int = 1) -> None:
        """Do the next calls only after `seconds`."""
        self._plan(method, Fault("delay", seconds), times)

    def break_next(self, method: str = "chat.postMessage", *, times: int = 1) -> None:
        """Do the next calls, then cut the connection instead of answering."""
        self._plan(method, Fault("break"), times)

    def throttle_next(self, method: str, seconds: float, *, times: int = 1) -> None:
        """Answer the next calls with 429 and Retry-After."""
        self._plan(method, Fault("throttle", seconds), times)

    def refuse_handshakes(self, times: int = 1, *, status: int = 404) -> None:
        """Refuse the next Socket Mode handshakes; their tickets are spent."""
        with self._lock:
            self._refusals.extend([status] * times)

    def swallow_acks(self, times: int = 1) -> None:
        """Lose the next acks, and the connections they come on."""
        with self._lock:
            self._acks_to_swallow += times

    def take(self, method: str) -> Fault | None:
        """Return the fault the next call of `method` runs into, if any."""
        with self._lock:
            for key in (method, "*"):
                waiting = self._calls.get(key)
                if waiting:
                    return waiting.popleft()
            return None

    def take_refusal(self) -> int | None:
        """Return the status that refuses the next handshake, if any."""
        with self._lock:
            return self._refusals.popleft() if self._refusals else None

    def take_ack(self) -> bool:
        """Say whether the ack that just came is lost."""
        with self._lock:
            if self._acks_to_swallow:
                self._acks_to_swallow -= 1
                return True
            return False

    def _plan(self, method: str, fault: Fault, times: int) -> None:
        with self._lock:
            self._calls.setdefault(method, deque()).extend([fault] * times)
