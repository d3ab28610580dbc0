"""What the commands ask of the chat beyond messages: modals, the home tab, and who somebody is."""

from typing import Protocol

from bot.message import Modal


class Chat(Protocol):
    """The chat a request came from. Slack is the only one today; a terminal has none."""

    def open_modal(self, trigger: str, modal: Modal) -> None:
        """Open a modal for the person whose `trigger` this is. Raises Refused when it is too late for that."""
        ...

    def publish_home(self, person: str, modal: Modal) -> None:
        """Show a person's home tab."""
        ...

    def name_of(self, person: str) -> str:
        """Return the name people know somebody by; the id itself where the chat does not say."""
        ...
