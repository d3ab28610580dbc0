"""Which channels hear about which packages."""

import fnmatch
from collections.abc import Iterable

from core.value import Value


class Subscription(Value):
    """A channel that wants to hear about the packages whose name matches."""

    channel: str
    package: str
    by: str = ""


def listeners(package: str, subscriptions: Iterable[Subscription]) -> tuple[str, ...]:
    """Return the channels that want to hear about a package, each once."""
    found = (s.channel for s in subscriptions if fnmatch.fnmatchcase(package, s.package))
    return tuple(dict.fromkeys(found))
