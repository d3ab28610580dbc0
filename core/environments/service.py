"""Keeping environments."""

from collections.abc import Collection

from core.db import Database
from core.environments import store
from core.environments.model import Environment, checked_name
from core.errors import AlreadyExists, Unknown
from core.suggest import close

_SHORT = {"prod": "production", "stage": "staging", "dev": "development"}
"""What people call environments; a short form stands for the long one only where that exists."""


class Environments:
    """Every environment there is."""

    def __init__(self, db: Database, targets: Collection[str]) -> None:
        self._db = db
        self._targets = targets

    def create(self, environment: Environment) -> Environment:
        """Keep a new environment. Raises AlreadyExists, and Unknown for a target no provider offers."""
        environment = environment.model_copy(update={"name": checked_name(environment.name)})
        if environment.target not in self._targets:
            raise Unknown(
                f"No provider deploys to `{environment.target}`.",
                hint=f"There is: {', '.join(sorted(self._targets))}.",
                suggestions=close(environment.target, self._targets),
            )
        with self._db.begin() as session:
            if store.get(session, environment.name) is not None:
                raise AlreadyExists(f"There is an environment {environment.name} already.", example="status")
            store.save(session, environment)
        return environment

    def get(self, name: str) -> Environment:
        """Return the environment of that name, whatever its case. Raises Unknown with what was probably meant."""
        with self._db.read() as session:
            every = {environment.name: environment for environment in store.every(session)}
        lower = name.lower()
        found = every.get(lower) or every.get(_SHORT.get(lower, lower))
        if found is not None:
            return found
        if not every:
            raise Unknown(
                f"There is no environment `{name}`; there is none at all yet.",
                hint="An admin makes one.",
                example="environment create staging",
            )
        raise Unknown(
            f"There is no environment `{name}`.",
            hint=f"There is: {', '.join(every)}.",
            suggestions=close(lower, every),
        )

    def list(self) -> list[Environment]:
        """Return every environment, in order."""
        with self._db.read() as session:
            return store.every(session)
