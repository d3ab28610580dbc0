"""What a person does on the page, and a form to do it with."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from chromium import Page

from tests.bot.sandbox.kit import asks, form, plain, typed

Visit = Callable[..., AbstractContextManager[Page]]

FORM = form(
    asks(typed(), label=plain("Name"), block_id="name"),
    asks({**typed(), "action_id": "why"}, label=plain("Reason"), block_id="why", optional=True),
    callback_id="form",
)
COMPOSER = "document.querySelector('#composer textarea')"


def say(page: Page, text: str) -> None:
    """Type into the composer and send."""
    page.run(f"{COMPOSER}.focus()")
    page.type(text)
    page.press("Enter")


def focused(page: Page) -> str:
    """Return what the thing with the focus says or is called."""
    find = "(one => one.getAttribute('aria-label') || one.innerText || one.className)(document.activeElement)"
    return str(page.run(find))


def tab_to(page: Page, label: str, *, shift: bool = False) -> None:
    """Press Tab until something has the focus."""
    met = []
    for _ in range(40):
        page.press("Tab", shift=shift)
        met.append(focused(page))
        if met[-1] == label:
            return
    raise AssertionError(f"Tab does not lead to {label!r}, only to {met}")
