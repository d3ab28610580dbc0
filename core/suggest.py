"""What somebody probably meant."""

import difflib
from collections.abc import Iterable

_MOST = 3
_LIKENESS = 0.6
_SHORTEST_PART = 3


def close(name: str, among: Iterable[str]) -> tuple[str, ...]:
    """Return at most three of the names in `among` that are like `name`, likeliest first.

    Case, `-`, `_` and `.` make no difference. A name that begins like, or contains, what was asked for counts as
    like it, so that `noodle` finds `noodle-demo`.
    """
    asked = _plain(name)
    if not asked:
        return ()
    names = sorted(set(among))
    scored = ((_score(asked, _plain(other)), other) for other in names)
    best = sorted(((score, other) for score, other in scored if score >= _LIKENESS), key=lambda one: (-one[0], one[1]))
    return tuple(other for _, other in best[:_MOST])


def _score(asked: str, other: str) -> float:
    if not other:
        return 0.0
    likeness = difflib.SequenceMatcher(None, asked, other).ratio()
    shorter, longer = sorted((asked, other), key=len)
    if longer.startswith(shorter):
        return max(likeness, 0.9)
    if len(shorter) >= _SHORTEST_PART and shorter in longer:
        return max(likeness, 0.7)
    return likeness


def _plain(name: str) -> str:
    return name.lower().translate(str.maketrans("", "", "-_. "))
