"""Modals, the home tab and names: `bot.chat.Chat` over Slack."""

import logging
import threading
import time

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.message import Modal
from bot.slack.client import error_of
from core.errors import Refused

log = logging.getLogger(__name__)

_REMEMBER = 600.0
_ASK_AGAIN = 30.0
"""Seconds until Slack is asked again for a name it did not say."""


class SlackChat:
    """What commands ask of Slack beyond messages."""

    def __init__(self, web: WebClient) -> None:
        self._web = web
        self._lock = threading.Lock()
        self._names: dict[str, tuple[float, str]] = {}

    def open_modal(self, trigger: str, modal: Modal) -> None:
        """Open a modal for the person whose trigger this is. Raises Refused when it is too late."""
        try:
            self._web.views_open(trigger_id=trigger, view=modal.view)
        except (SlackApiError, OSError) as wrong:
            raise _refused("open the form", wrong) from wrong

    def publish_home(self, person: str, modal: Modal) -> None:
        """Show a person's home tab. Raises Refused."""
        try:
            self._web.views_publish(user_id=_user(person), view=modal.view)
        except (SlackApiError, OSError) as wrong:
            raise _refused("show the home tab", wrong) from wrong

    def name_of(self, person: str) -> str:
        """Return what people call somebody; their id where Slack does not say. Remembered for ten minutes."""
        if not person.startswith("slack:"):
            return _user(person)
        with self._lock:
            known = self._names.get(person)
        if known is not None and time.monotonic() < known[0]:
            return known[1]
        name = self._asked(_user(person))
        good_for = _REMEMBER if name else _ASK_AGAIN
        name = name or _user(person)
        with self._lock:
            self._names[person] = (time.monotonic() + good_for, name)
        return name

    def _asked(self, user: str) -> str:
        try:
            found = self._web.users_info(user=user)["user"]
        except (SlackApiError, OSError) as wrong:
            log.warning("Slack does not say who %s is: %s", user, type(wrong).__name__)
            return ""
        profile = found.get("profile", {})
        return str(profile.get("display_name") or profile.get("real_name") or found.get("real_name") or found["name"])


def _user(person: str) -> str:
    return person.rpartition(":")[2]


def _refused(what: str, wrong: Exception) -> Refused:
    why = error_of(wrong) if isinstance(wrong, SlackApiError) else "it cannot be reached"
    return Refused(f"Slack did not {what}: {why}.", hint="Type the command with all it needs instead.")
