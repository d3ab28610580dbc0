"""`whoami`: who Noodle takes you for, and what you may do."""

from bot.command import Args, Command
from bot.views.access import whoami_message
from core.access.model import EVERYONE, Grant
from core.app import Noodle
from core.asked import Asked
from core.value import Value


class WhoamiArgs(Args):
    """Nothing to say."""


class Whoami(Value):
    """Who asks, and the grants that hold for them."""

    person: str
    name: str
    grants: tuple[Grant, ...]


def run(args: WhoamiArgs, asked: Asked, noodle: Noodle) -> Whoami:
    """Return who asks."""
    grants = tuple(grant for grant in noodle.access.grants() if grant.person in {asked.person, EVERYONE})
    return Whoami(person=asked.person, name=asked.name, grants=grants)


COMMAND = Command(
    name="whoami",
    summary="Who Noodle takes you for, and your roles",
    args=WhoamiArgs,
    examples=("whoami",),
    allow="help:read",
    run=run,
    show=lambda answer: whoami_message(answer.person, answer.name, answer.grants),
    changes=False,
)
