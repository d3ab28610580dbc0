"""Slack's way of saying no: a stable error code and sometimes more keys beside it."""

from typing import Any


class SlackError(Exception):
    """A refusal as the Web API gives it: `{"ok": false, "error": code, …more}`.

    Args:
        code: Slack's own error name, such as `channel_not_found`.
        status: HTTP status; Slack answers 200 for nearly every refusal.
        headers: more response headers, such as `Retry-After`.
        more: further keys of the JSON body.
    """

    def __init__(self, code: str, *, status: int = 200, headers: dict[str, str] | None = None, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.headers = headers or {}
        self.more = more

    def to_json(self) -> dict[str, Any]:
        """Return the body Slack would send."""
        return {"ok": False, "error": self.code, **self.more}
