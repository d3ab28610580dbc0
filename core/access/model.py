"""Who may do what. Roles, permissions, grants, and the one pure rule that decides."""

import fnmatch
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from core.errors import NotAllowed
from core.value import Value

EVERYONE = "everyone"


class Role(StrEnum):
    """What a person is to a package in an environment; each may do all that the one before may."""

    VIEWER = "viewer"
    DEVELOPER = "developer"
    RELEASER = "releaser"
    ADMIN = "admin"

    def covers(self, other: "Role") -> bool:
        """Whether this role may do what the other may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


PERMISSIONS: dict[str, Role | None] = {
    "help:read": None,
    "status:read": Role.VIEWER,
    "package:read": Role.VIEWER,
    "registry:read": Role.VIEWER,
    "task:complete": Role.DEVELOPER,
    "task:add": Role.DEVELOPER,
    "package:create": Role.DEVELOPER,
    "build:run": Role.DEVELOPER,
    "test:run": Role.DEVELOPER,
    "deploy:run": Role.DEVELOPER,
    "subscription:edit": Role.DEVELOPER,
    "token:create": Role.DEVELOPER,
    "release:create": Role.RELEASER,
    "release:publish": Role.RELEASER,
    "deploy:protected": Role.RELEASER,
    "audit:read": Role.RELEASER,
    "environment:edit": Role.ADMIN,
    "access:grant": Role.ADMIN,
}
"""The least role for each permission; None is everyone who can reach Noodle at all."""


class Grant(Value):
    """A role given to somebody, for packages and environments that match."""

    id: int
    person: str
    """Whom: a person's id, or `everyone`."""
    role: Role
    package: str = "*"
    environment: str = "*"
    by: str = ""
    at: datetime | None = None

    @property
    def scope(self) -> str:
        """Say what the grant covers, for people."""
        package = "every package" if self.package == "*" else self.package
        environment = "" if self.environment == "*" else f" in {self.environment}"
        return package + environment


class Ask(Value):
    """What somebody wants to do, and to what. An empty package or environment means: to none in particular."""

    permission: str
    package: str = ""
    environment: str = ""


class Decision(Value):
    """Yes or no, by which rule, and who can."""

    allowed: bool
    rule: str
    who_can: tuple[str, ...] = ()
    """The ids of people who can, at most a handful; `everyone` where it is so."""


def decide(person: str, ask: Ask, grants: Sequence[Grant]) -> Decision:
    """Return whether `person` may do what is asked, given all grants there are. Denied unless a grant says otherwise.

    A permission that does not exist is denied to all.
    """
    if ask.permission not in PERMISSIONS:
        return Decision(allowed=False, rule=f"there is no permission called {ask.permission}")
    needed = PERMISSIONS[ask.permission]
    if needed is None:
        return Decision(allowed=True, rule=f"{ask.permission} is open to everyone", who_can=(EVERYONE,))
    fitting = [grant for grant in grants if grant.role.covers(needed) and _covers(grant, ask)]
    who_can = tuple(dict.fromkeys(grant.person for grant in fitting))
    for grant in fitting:
        if grant.person in {person, EVERYONE}:
            whom = "everyone is" if grant.person == EVERYONE else "you are"
            return Decision(
                allowed=True,
                rule=f"{ask.permission} needs {needed}, and {whom} {grant.role} for {grant.scope}",
                who_can=who_can,
            )
    return Decision(allowed=False, rule=f"{ask.permission} needs {needed}{_on(ask)}, and you are not", who_can=who_can)


def refusal(decision: Decision, names: Sequence[str], what: str) -> NotAllowed:
    """Return the refusal of a denied decision. `names` are those who can, as people know them."""
    if not names:
        hint = "Nobody has that role yet. Whoever runs Noodle gives the first one: noodle ask 'grant admin to @you'"
    else:
        hint = f"Ask {' or '.join(names)}."
    return NotAllowed(f"You may not {what}: {decision.rule}.", hint=hint)


def _covers(grant: Grant, ask: Ask) -> bool:
    # What concerns no package in particular (an environment, a grant) takes a grant for every package.
    package = fnmatch.fnmatchcase(ask.package, grant.package) if ask.package else grant.package == "*"
    environment = fnmatch.fnmatchcase(ask.environment, grant.environment) if ask.environment else True
    return package and environment


def _on(ask: Ask) -> str:
    package = f" for {ask.package}" if ask.package else ""
    environment = f" in {ask.environment}" if ask.environment else ""
    return package + environment
