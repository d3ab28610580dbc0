"""The table of subscriptions."""

from sqlmodel import Field, Session, SQLModel, select

from core.subscriptions.model import Subscription


class SubscriptionRow(SQLModel, table=True):
    """A channel that wants to hear about matching packages. Owned by the team: nothing dies when `by` leaves."""

    __tablename__ = "subscription"

    channel: str = Field(primary_key=True)
    package: str = Field(primary_key=True)
    by: str


def every(session: Session) -> list[Subscription]:
    """Return every subscription."""
    rows = session.exec(select(SubscriptionRow).order_by(SubscriptionRow.channel, SubscriptionRow.package))
    return [Subscription.model_validate(row) for row in rows]


def add(session: Session, subscription: Subscription) -> None:
    """Keep a subscription; keeping it twice changes nothing."""
    session.merge(SubscriptionRow(**subscription.model_dump()))
    session.flush()


def remove(session: Session, channel: str, package: str) -> bool:
    """Delete a subscription; return whether it stood."""
    row = session.get(SubscriptionRow, (channel, package))
    if row is None:
        return False
    session.delete(row)
    session.flush()
    return True
