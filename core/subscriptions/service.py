"""Subscribing channels to packages."""

from core.db import Database
from core.errors import Unknown
from core.subscriptions import store
from core.subscriptions.model import Subscription, listeners


class Subscriptions:
    """Which channels hear about which packages."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, channel: str, package: str, by: str) -> Subscription:
        """Have a channel hear about matching packages; asking twice changes nothing."""
        subscription = Subscription(channel=channel, package=package, by=by)
        with self._db.begin() as session:
            store.add(session, subscription)
        return subscription

    def remove(self, channel: str, package: str) -> None:
        """Have a channel hear no more. Raises Unknown when it did not."""
        with self._db.begin() as session:
            if not store.remove(session, channel, package):
                here = [s.package for s in store.every(session) if s.channel == channel]
                raise Unknown(
                    f"This channel is not subscribed to {package}.",
                    hint=f"It is subscribed to: {', '.join(here)}." if here else "It is subscribed to nothing.",
                    suggestions=here,
                )

    def channels(self, package: str) -> tuple[str, ...]:
        """Return the channels that hear about a package."""
        with self._db.read() as session:
            return listeners(package, store.every(session))

    def here(self, channel: str) -> list[Subscription]:
        """Return what a channel hears about."""
        with self._db.read() as session:
            return [s for s in store.every(session) if s.channel == channel]
