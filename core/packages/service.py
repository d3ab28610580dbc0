"""Creating and finding packages."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.exc import IntegrityError

from core.clock import Clock
from core.db import Database
from core.errors import AlreadyExists, BadCommand, Unknown
from core.packages import store
from core.packages.model import Package, Status, checked_name, normalize
from core.suggest import close


class Packages:
    """Every package there is. Names are compared as PEP 503 has it: Noodle_Demo is noodle-demo."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def create(
        self, name: str, *, repo: str, by: str, channel: str = "", summary: str = "", ecosystem: str = "pypi"
    ) -> Package:
        """Keep a new package. Raises BadCommand for an illegal name, AlreadyExists for one that is taken."""
        legal = checked_name(name)
        if not repo.strip():
            raise BadCommand(
                f"{legal} needs a repo to be built from.",
                hint="Give the address of its git repository.",
                example=f"package create {legal} --repo https://github.com/team/{normalize(legal)}",
            )
        package = Package(
            name=legal,
            normalized=normalize(legal),
            ecosystem=ecosystem,
            repo=repo.strip(),
            channel=channel,
            summary=summary,
            created_at=self._clock.now(),
            created_by=by,
        )
        try:
            with self._db.begin() as session:
                taken = store.get(session, package.normalized)
                if taken is not None:
                    raise _taken(legal, taken.name)
                with session.begin_nested():
                    store.add(session, package)
        except IntegrityError:  # made by somebody else at the same moment
            raise _taken(legal, legal) from None
        return package

    def get(self, name: str) -> Package:
        """Return the package of that name, however it is written. Raises Unknown with what was probably meant."""
        found = self.find(name)
        if found is None:
            raise self._unknown(name)
        return found

    def find(self, name: str) -> Package | None:
        """Return the package of that name, or None."""
        with self._db.read() as session:
            return store.get(session, normalize(name))

    def list(self) -> Sequence[Package]:
        """Return every package, by name."""
        with self._db.read() as session:
            return store.every(session)

    def in_channel(self, channel: str) -> Sequence[Package]:
        """Return the packages whose channel it is; commands there may leave the name out when it is one."""
        with self._db.read() as session:
            return store.in_channel(session, channel)

    def update(
        self,
        name: str,
        *,
        repo: str | None = None,
        channel: str | None = None,
        summary: str | None = None,
        status: Status | None = None,
        status_reason: str | None = None,
    ) -> Package:
        """Change what is given and leave the rest; return the package as it is then. Raises Unknown."""
        given: dict[str, Any] = {
            "repo": repo,
            "channel": channel,
            "summary": summary,
            "status": status,
            "status_reason": status_reason,
        }
        changes = {field: value for field, value in given.items() if value is not None}
        with self._db.begin() as session:
            store.touch(session, normalize(name))  # takes the row, so that two changes do not lose one another
            before = self.get(name)
            after = Package.model_validate(before.model_dump() | changes)
            if after != before:
                store.save(session, after)
        return after

    def touch(self, package: Package) -> None:
        """Count a change of what the registry shows of a package, inside the transaction that makes it.

        Whoever changes releases calls this first: it also makes writers of one package take turns.
        """
        with self._db.begin() as session:
            store.touch(session, package.normalized)

    def revision(self, normalized: str) -> int | None:
        """Return a number that grows with every change of a package; None when it does not exist. Cheap."""
        with self._db.read() as session:
            return store.revision(session, normalized)

    def revision_of_all(self) -> tuple[int, int]:
        """Return what changes whenever any package does."""
        with self._db.read() as session:
            return store.revision_of_all(session)

    def _unknown(self, name: str) -> Unknown:
        names = [package.name for package in self.list()]
        if not names:
            return Unknown(
                f"There is no package `{name}`; there is none at all yet.",
                hint="Make the first one.",
                example=f"package create {_example_name(name)} --repo https://github.com/team/{_example_name(name)}",
            )
        meant = close(name, names)
        example = f"status {meant[0]}" if meant else f"package create {_example_name(name)} --repo <url>"
        return Unknown(
            f"There is no package `{name}`.",
            hint=f"Did you mean {' or '.join(meant)}?" if meant else "`package list` shows every package.",
            example=example,
            suggestions=meant,
        )


def _taken(asked: str, name: str) -> AlreadyExists:
    same = "" if asked == name else f", which is the same name as {asked}"
    return AlreadyExists(
        f"There is a package {name} already{same}.",
        hint="Upper and lower case, `-`, `_` and `.` make no difference.",
        example=f"status {name}",
    )


def _example_name(name: str) -> str:
    try:
        return checked_name(name)
    except BadCommand:
        return "noodle-demo"
