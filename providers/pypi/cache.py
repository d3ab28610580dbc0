"""Rendered pages in memory, each good for one revision of what it shows."""

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

_SMALL = 500
"""Bytes below which gzip gains nothing."""


@dataclass(frozen=True)
class Page:
    """A rendered page, ready to be sent."""

    body: bytes
    gzipped: bytes
    """Empty where it is not worth it."""
    etag: str


def page(body: bytes) -> Page:
    """Return a page with everything that is the same for every request. The tag is weak: gzip is another spelling."""
    gzipped = gzip.compress(body, compresslevel=6, mtime=0) if len(body) >= _SMALL else b""
    return Page(body, gzipped, f'W/"{hashlib.sha256(body).hexdigest()[:32]}"')


class PageCache:
    """Pages by key. What another revision gave is rendered anew; the least used go when memory is short."""

    def __init__(self, most_bytes: int = 64 * 1024 * 1024) -> None:
        self._most = most_bytes
        self._bytes = 0
        self._lock = threading.Lock()
        self._pages: OrderedDict[Hashable, tuple[Hashable, Page]] = OrderedDict()

    def get(self, key: Hashable, revision: Hashable, render: Callable[[], bytes]) -> Page:
        """Return the page of a key at a revision, rendering it when it is not there.

        The revision must have been read before `render` reads what it shows: then a page can be newer than its
        revision, which costs one rendering, and never older.
        """
        with self._lock:
            held = self._pages.get(key)
            if held is not None and held[0] == revision:
                self._pages.move_to_end(key)
                return held[1]
        made = page(render())
        with self._lock:
            self._drop(key)
            self._pages[key] = (revision, made)
            self._bytes += _weight(made)
            while self._bytes > self._most and len(self._pages) > 1:
                self._drop(next(iter(self._pages)))
        return made

    def _drop(self, key: Hashable) -> None:
        held = self._pages.pop(key, None)
        if held is not None:
            self._bytes -= _weight(held[1])


def _weight(made: Page) -> int:
    return len(made.body) + len(made.gzipped)
