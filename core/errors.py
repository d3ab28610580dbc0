"""Every refusal Noodle can give. A refusal says what, why, and what to do next.

`code` is stable and machine-readable, `status` is the HTTP status, `hint` says what to do next,
`example` is a command line that would work, `suggestions` are names that were probably meant.
"""

from collections.abc import Sequence
from typing import Any, ClassVar


class NoodleError(Exception):
    """A refusal or failure that a person may read as it is."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400

    def __init__(self, message: str, *, hint: str = "", example: str = "", suggestions: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.example = example
        self.suggestions = tuple(suggestions)

    def to_json(self) -> dict[str, Any]:
        """Return the refusal as plain JSON; `refusal` turns it back."""
        return {
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "example": self.example,
            "suggestions": list(self.suggestions),
        }


class BadCommand(NoodleError):
    """The line cannot be read: a word, a flag or a value is missing or wrong."""

    code = "bad_command"
    status = 422


class Unknown(NoodleError):
    """A name that does not exist. Never answered by a default."""

    code = "unknown"
    status = 404


class NotAuthenticated(NoodleError):
    """Nobody we know is asking."""

    code = "not_authenticated"
    status = 401


class NotAllowed(NoodleError):
    """The asker has no role that allows this; the message names the rule and who can."""

    code = "not_allowed"
    status = 403


class Conflict(NoodleError):
    """The request is well formed but the present state forbids it."""

    code = "conflict"
    status = 409


class AlreadyExists(Conflict):
    """A name, version or file that is taken."""

    code = "already_exists"


class NotReady(Conflict):
    """Something that must happen first has not happened yet."""

    code = "not_ready"


class BadUpload(NoodleError):
    """An uploaded or built file is not what it says it is."""

    code = "bad_upload"
    status = 400


class TooLarge(NoodleError):
    """More bytes than the limit."""

    code = "too_large"
    status = 413


class StorageFull(NoodleError):
    """The disk, bucket or quota is full. Nothing was kept."""

    code = "storage_full"
    status = 507


class RunFailed(NoodleError):
    """A step of a run did its work and the work came out badly: tests fail, a build breaks."""

    code = "run_failed"
    status = 422


class TimedOut(RunFailed):
    """A step was stopped at its time limit."""

    code = "timed_out"


class ProviderDown(NoodleError):
    """An outside system did not answer, or answered that it cannot now. Worth another try."""

    code = "provider_down"
    status = 503


class Refused(NoodleError):
    """An outside system understood and said no."""

    code = "refused"
    status = 502


class Misconfigured(NoodleError):
    """Noodle itself is set up wrongly; the hint names the setting."""

    code = "misconfigured"
    status = 500


class Unexpected(NoodleError):
    """A fault of ours. The message carries an id that stands in the log beside the cause."""

    code = "unexpected"
    status = 500


def catalogue() -> dict[str, type[NoodleError]]:
    """Return every kind of refusal by its code."""
    found: dict[str, type[NoodleError]] = {}
    waiting: list[type[NoodleError]] = [NoodleError]
    while waiting:
        kind = waiting.pop()
        found[kind.code] = kind
        waiting.extend(kind.__subclasses__())
    return found


def refusal(data: dict[str, Any]) -> NoodleError:
    """Return the error that `to_json` described; an unknown code becomes a plain NoodleError."""
    kind = catalogue().get(str(data.get("code")), NoodleError)
    return kind(
        str(data.get("message", "")),
        hint=str(data.get("hint", "")),
        example=str(data.get("example", "")),
        suggestions=tuple(data.get("suggestions", ())),
    )
