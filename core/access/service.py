"""Giving, taking and asking for rights."""

from core.access import store
from core.access.model import EVERYONE, PERMISSIONS, Ask, Decision, Grant, Role, decide
from core.clock import Clock
from core.db import Database
from core.errors import Conflict, Unknown

OPERATOR = "terminal:"
"""Whoever can run `noodle` on the machine owns the database anyway: every right, and an audit row for each use."""


class Access:
    """The grants, and the questions they answer."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def may(self, person: str, ask: Ask) -> Decision:
        """Return whether `person` may, by which rule, and who can."""
        with self._db.read() as session:
            grants = store.grants(session)
        decision = decide(person, ask, grants)
        if person.startswith(OPERATOR) and not decision.allowed:
            return Decision(allowed=True, rule="whoever runs Noodle may do everything", who_can=decision.who_can)
        return decision

    def permissions(self, person: str) -> frozenset[str]:
        """Return the permissions somebody has for at least one package, somewhere."""
        if person.startswith(OPERATOR):
            return frozenset(PERMISSIONS)
        roles = [grant.role for grant in self.grants() if grant.person in {person, EVERYONE}]
        return frozenset(
            name for name, needed in PERMISSIONS.items() if needed is None or any(role.covers(needed) for role in roles)
        )

    def grant(self, person: str, role: Role, package: str, environment: str, by: str) -> Grant:
        """Give a role; giving it twice changes nothing."""
        with self._db.begin() as session:
            found = store.find(session, person, role, package, environment)
            return found or store.add(session, person, role, package, environment, by=by, at=self._clock.now())

    def revoke(self, person: str, role: Role, package: str, environment: str) -> None:
        """Take a role away. Raises Unknown for one that was not given, Conflict for the last admin."""
        with self._db.begin() as session:
            if not store.remove(session, person, role, package, environment):
                raise Unknown(
                    f"{person} does not have the role {role} for {package} in {environment}.",
                    hint="Roles are taken away exactly as they were given.",
                    example="roles",
                )
            admins = {g.person for g in store.grants(session) if g.role is Role.ADMIN and g.package == "*"}
            if role is Role.ADMIN and not admins - {EVERYONE}:
                raise Conflict("That would leave no admin.", hint="Make somebody else admin first.")

    def grants(self) -> list[Grant]:
        """Return every grant there is, oldest first."""
        with self._db.read() as session:
            return store.grants(session)
