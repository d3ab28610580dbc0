"""A message: words for everyone, blocks for Slack."""

from typing import Any

from core.value import Value

Block = dict[str, Any]


class Message(Value):
    """What a person is shown. `text` stands alone (terminal, notification, screen reader); `blocks` say it in Slack."""

    text: str
    blocks: tuple[Block, ...] = ()


class Modal(Value):
    """A form or a page over the chat, as Slack's view object; see views/form.py."""

    view: dict[str, Any]
    text: str
