"""Looking after every integration, and saying so once when one goes down or comes back."""

from collections.abc import Mapping

from sqlalchemy.exc import IntegrityError

from core.asked import Place
from core.clock import Clock
from core.db import Database
from core.health import store
from core.health.model import Health, after
from core.notify.model import Mode, Notice
from core.notify.service import Outbox
from core.ports import Check, Checkable
from core.subscriptions.service import Subscriptions

VIEW = "health"


class HealthChecks:
    """The health of every configured integration."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        outbox: Outbox,
        subscriptions: Subscriptions,
        integrations: Mapping[str, Checkable],
    ) -> None:
        self._db = db
        self._clock = clock
        self._outbox = outbox
        self._subscriptions = subscriptions
        self._integrations = integrations

    def check_all(self) -> list[Health]:
        """Look at every integration now; a change is posted to the channels that follow `health:<name>`."""
        with self._db.begin() as session:
            store.remove_others(session, list(self._integrations))
        return [self._check(name, integration) for name, integration in self._integrations.items()]

    def latest(self) -> list[Health]:
        """Return how everything was when last looked at."""
        with self._db.read() as session:
            return store.every(session)

    def claim(self, name: str, seconds: int) -> bool:
        """Take this process's turn at a timed call that is due every `seconds`; one process in all gets it."""
        tick = int(self._clock.now().timestamp() // seconds)
        try:
            with self._db.begin() as session:
                return store.claim(session, name, tick)
        except IntegrityError:
            return False

    def _check(self, name: str, integration: Checkable) -> Health:
        check = _look(integration)
        with self._db.begin() as session:
            health, news = after(name, store.get(session, name), check, self._clock.now())
            store.save(session, health)
            if news:
                for channel in self._subscriptions.channels(f"health:{name}"):
                    place = Place(channel=channel)
                    self._outbox.add(Notice(mode=Mode.POST, place=place, view=VIEW, data=health.to_json()))
        return health


def _look(integration: Checkable) -> Check:
    try:
        return integration.check()
    except Exception as wrong:  # noqa: BLE001 - one integration's fault may not hide how the others are
        return Check(ok=False, detail=f"The check itself failed ({type(wrong).__name__}).", fix="See Noodle's log.")
