"""`roles`: who has which role."""

from bot.command import Args, Command
from bot.views.access import roles_list
from core.access.model import Grant
from core.app import Noodle
from core.asked import Asked
from core.value import Value


class RolesArgs(Args):
    """Nothing to say."""


class Roles(Value):
    """Every grant, oldest first."""

    grants: tuple[Grant, ...]


def run(args: RolesArgs, asked: Asked, noodle: Noodle) -> Roles:
    """Return every grant."""
    return Roles(grants=tuple(noodle.access.grants()))


COMMAND = Command(
    name="roles",
    summary="Who has which role",
    args=RolesArgs,
    examples=("roles",),
    allow="status:read",
    run=run,
    show=lambda answer: roles_list(answer.grants),
    changes=False,
)
