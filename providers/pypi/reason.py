r"""The words of a refusal in the HTTP status line, the only place where twine, flit and hatch show any.

ASGI has no reason phrase; uvicorn looks one up in a table by the status. `Status` is a number that carries its own,
and a table wrapped by `speaking` gives that one. Whoever starts uvicorn does, once, before it serves:

    from uvicorn.protocols.http import h11_impl, httptools_impl
    httptools_impl.STATUS_LINE = speaking(httptools_impl.STATUS_LINE, "HTTP/1.1 {status} {reason}\r\n")
    h11_impl.STATUS_PHRASES = speaking(h11_impl.STATUS_PHRASES, "{reason}")

Without that, and over HTTP/2, the words are in the body only.
"""

from typing import Self

_MOST = 400


class Status(int):
    """An HTTP status with words of its own. Made safe for a status line: one line of ASCII."""

    reason: str

    def __new__(cls, status: int, reason: str) -> Self:
        """Return the status; `reason` may be any text."""
        made = super().__new__(cls, status)
        one_line = " ".join(reason.replace("`", "'").replace("…", "...").split())
        made.reason = "".join(letter if " " <= letter <= "~" else "?" for letter in one_line)[:_MOST]
        return made


class _Speaking(dict[int, bytes]):
    def __init__(self, table: dict[int, bytes], form: str) -> None:
        super().__init__(table)
        self._form = form

    def __getitem__(self, status: int) -> bytes:
        if isinstance(status, Status) and status.reason:
            return self._form.format(status=int(status), reason=status.reason).encode("ascii")
        return super().__getitem__(status)


def speaking(table: dict[int, bytes], form: str) -> dict[int, bytes]:
    """Return a copy of a table of status lines that lets a `Status` speak for itself.

    Args:
        table: What the server looks a status up in.
        form: How an entry is written, with `{status}` and `{reason}`.
    """
    return _Speaking(table, form)
