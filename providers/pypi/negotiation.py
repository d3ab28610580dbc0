"""Which of the forms of a page a client wants (PEP 691). Pure."""

import functools

HTML = "text/html"
HTML_V1 = "application/vnd.pypi.simple.v1+html"
JSON_V1 = "application/vnd.pypi.simple.v1+json"

_FORMS = {
    HTML: HTML,
    HTML_V1: HTML_V1,
    "application/vnd.pypi.simple.latest+html": HTML_V1,
    JSON_V1: JSON_V1,
    "application/vnd.pypi.simple.latest+json": JSON_V1,
    # A client that takes anything may be one that reads HTML with a regular expression, as hatch does.
    "*/*": HTML,
    "text/*": HTML,
    "application/*": JSON_V1,
}
_BETTER = (JSON_V1, HTML_V1, HTML)
"""Among what a client likes equally, by name."""


@functools.lru_cache(maxsize=256)
def wanted(accept: str) -> str | None:
    """Return the media type to answer with, or None when the client takes none of ours. "" takes anything."""
    best: tuple[float, int, int] | None = None
    chosen = None
    for part in (accept or "*/*").split(","):
        kind, *parameters = (piece.strip() for piece in part.split(";"))
        form = _FORMS.get(kind.lower())
        quality = _quality(parameters)
        if form is None or quality <= 0:
            continue
        rank = (quality, 0 if "*" in kind else 1, -_BETTER.index(form))
        if best is None or rank > best:
            best, chosen = rank, form
    return chosen


def takes_gzip(accept_encoding: str) -> bool:
    """Whether a client takes gzip."""
    for part in accept_encoding.split(","):
        coding, *parameters = (piece.strip() for piece in part.split(";"))
        if coding.lower() in {"gzip", "*"}:
            return _quality(parameters) > 0
    return False


def matches(if_none_match: str, etag: str) -> bool:
    """Whether a client holds this very page: weak comparison of RFC 9110, 13.1.2."""
    held = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return "*" in held or etag.removeprefix("W/") in held


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
