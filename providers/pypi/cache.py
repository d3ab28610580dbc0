"""What installers ask for again and again, in memory, each good for one revision of what it shows."""

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

_SMALL = 500
"""Bytes below which gzip gains nothing."""


@dataclass(frozen=True)
class Page:
    """A rendered page, ready to be sent."""

    body: bytes
    gzipped: bytes
    """Empty where it is not worth it."""
    etag: str

    @property
    def weight(self) -> int:
        """How many bytes it takes."""
        return len(self.body) + len(self.gzipped)


def page(body: bytes) -> Page:
    """Return a page with everything that is the same for every request. The tag is weak: gzip is another spelling."""
    gzipped = gzip.compress(body, compresslevel=6, mtime=0) if len(body) >= _SMALL else b""
    return Page(body, gzipped, f'W/"{hashlib.sha256(body).hexdigest()[:32]}"')


T = TypeVar("T")


class RevisionCache(Generic[T]):
    """Things by key. What another revision gave is made anew; the least used go when memory is short."""

    def __init__(self, weigh: Callable[[T], int], most: int) -> None:
        """Keep things of together at most `most`, as `weigh` says."""
        self._weigh = weigh
        self._most = most
        self._weight = 0
        self._lock = threading.Lock()
        self._held: OrderedDict[Hashable, tuple[Hashable, T]] = OrderedDict()

    def get(self, key: Hashable, revision: Hashable, make: Callable[[], T]) -> T:
        """Return the thing of a key at a revision, making it when it is not there.

        The revision must have been read before `make` reads what it is made from: then a thing can be newer than its
        revision, which costs making it once more, and never older.
        """
        with self._lock:
            held = self._held.get(key)
            if held is not None and held[0] == revision:
                self._held.move_to_end(key)
                return held[1]
        made = make()
        with self._lock:
            self._drop(key)
            self._held[key] = (revision, made)
            self._weight += self._weigh(made)
            while self._weight > self._most and len(self._held) > 1:
                self._drop(next(iter(self._held)))
        return made

    def _drop(self, key: Hashable) -> None:
        held = self._held.pop(key, None)
        if held is not None:
            self._weight -= self._weigh(held[1])
