"""Tables of the outbox and of the messages it has posted."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, func, update
from sqlmodel import Field, Session, SQLModel, col, select

from core.db import UtcDateTime
from core.notify.model import Handle, Mode, Notice, NoticeState, Queued


class OutboxRow(SQLModel, table=True):
    """One notice on its way out."""

    __tablename__ = "outbox"
    __table_args__ = (Index("outbox_waiting", "state", "channel", "id"), Index("outbox_key", "key", "channel", "state"))

    id: int | None = Field(default=None, primary_key=True)
    channel: str
    """The queue it stands in, which keeps its order: a channel, or a person."""
    key: str
    state: str
    notice: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    sealed: str = ""
    attempts: int = 0
    doubtful: bool = False
    error: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)
    not_before: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class HandleRow(SQLModel, table=True):
    """One message that stands in a channel under a key."""

    __tablename__ = "message_handle"
    __table_args__ = (Index("message_handle_ts", "channel", "ts"),)

    key: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    ts: str


class SenderRow(SQLModel, table=True):
    """Which process sends. One at a time: order within a channel is a promise."""

    __tablename__ = "sender"

    name: str = Field(primary_key=True)
    holder: str
    until: datetime = Field(sa_type=UtcDateTime)


def hold_sender(session: Session, holder: str, now: datetime, until: datetime) -> bool:
    """Take or keep the right to send until then; False while another holds it."""
    row = session.get(SenderRow, "slack", with_for_update=True, populate_existing=True)
    if row is not None and row.holder != holder and row.until > now:
        return False
    session.merge(SenderRow(name="slack", holder=holder, until=until))
    session.flush()
    return True


def add(session: Session, notice: Notice, sealed: str, at: datetime) -> None:
    """Put a notice into the outbox; a living message that still waits there is replaced by its newer self."""
    stored = notice.model_copy(update={"data": {}}) if notice.secret else notice
    data = stored.to_json()
    if notice.mode is Mode.SHOW:
        waiting = session.exec(
            select(OutboxRow)
            .where(OutboxRow.key == notice.key, OutboxRow.channel == notice.place.channel)
            .where(OutboxRow.state == NoticeState.WAITING)
            .with_for_update()
        ).first()
        if waiting is not None:
            waiting.notice, waiting.sealed = data, sealed
            session.add(waiting)
            return
    session.add(
        OutboxRow(
            channel=_queue(notice),
            key=notice.key if notice.mode is Mode.SHOW else "",
            state=NoticeState.WAITING,
            notice=data,
            sealed=sealed,
            created_at=at,
            not_before=at,
        )
    )
    session.flush()


def ready(session: Session, at: datetime, limit: int) -> list[Queued]:
    """Return the head of every channel's queue that may be sent now, oldest first."""
    heads = (
        select(func.min(OutboxRow.id))
        .where(col(OutboxRow.state).in_([NoticeState.WAITING, NoticeState.SENDING]))
        .group_by(col(OutboxRow.channel))
    )
    rows = session.exec(
        select(OutboxRow)
        .where(col(OutboxRow.id).in_(heads))
        .where(OutboxRow.state == NoticeState.WAITING, col(OutboxRow.not_before) <= at)
        .order_by(col(OutboxRow.id))
        .limit(limit)
    ).all()
    return [_queued(row) for row in rows]


def take(session: Session, notice_id: int) -> tuple[Queued, str] | None:
    """Mark a waiting notice as being sent and return it as it stands now; None when another sender has it."""
    changed = session.exec(
        update(OutboxRow)
        .where(col(OutboxRow.id) == notice_id, col(OutboxRow.state) == NoticeState.WAITING)
        .values(state=NoticeState.SENDING, attempts=OutboxRow.attempts + 1)
    )
    if changed.rowcount == 0:
        return None
    row = session.get(OutboxRow, notice_id, populate_existing=True)
    return None if row is None else (_queued(row), row.sealed)


def settle(session: Session, notice_id: int, state: NoticeState, at: datetime, error: str = "") -> None:
    """Record that a notice was sent or given up."""
    row = session.get(OutboxRow, notice_id)
    if row is None:
        return
    row.state, row.sent_at, row.error, row.sealed = state, at, error, ""
    session.add(row)


def postpone(session: Session, notice_id: int, until: datetime, error: str, *, doubtful: bool) -> None:
    """Put a notice back to wait until then."""
    row = session.get(OutboxRow, notice_id)
    if row is None:
        return
    row.state, row.not_before, row.error = NoticeState.WAITING, until, error
    row.doubtful = row.doubtful or doubtful
    session.add(row)


def recover(session: Session) -> int:
    """Put back what a dead sender was in the middle of; whether it arrived is in doubt."""
    done = session.exec(
        update(OutboxRow)
        .where(col(OutboxRow.state) == NoticeState.SENDING)
        .values(state=NoticeState.WAITING, doubtful=True)
    )
    return done.rowcount


def keep_handle(session: Session, handle: Handle) -> None:
    """Remember where a living message stands."""
    session.merge(HandleRow(**handle.model_dump()))


def handle(session: Session, key: str, channel: str) -> Handle | None:
    """Return where the living message stands in a channel, if it has been posted there."""
    row = session.get(HandleRow, (key, channel))
    return None if row is None else Handle.model_validate(row)


def handle_at(session: Session, channel: str, ts: str) -> Handle | None:
    """Return which living message a message in a channel is."""
    row = session.exec(select(HandleRow).where(HandleRow.channel == channel, HandleRow.ts == ts)).first()
    return None if row is None else Handle.model_validate(row)


def backlog(session: Session) -> tuple[int, datetime | None]:
    """Return how many notices wait and since when the oldest does."""
    return session.exec(
        select(func.count(), func.min(OutboxRow.created_at)).where(
            col(OutboxRow.state).in_([NoticeState.WAITING, NoticeState.SENDING])
        )
    ).one()


def _queue(notice: Notice) -> str:
    # What one person alone sees does not wait for what everybody in the channel is told.
    if notice.mode in {Mode.WHISPER, Mode.DIRECT} and notice.person:
        return notice.person
    return notice.place.channel


def _queued(row: OutboxRow) -> Queued:
    return Queued(
        id=row.id or 0,
        notice=Notice.from_json(row.notice),
        state=NoticeState(row.state),
        attempts=row.attempts,
        created_at=row.created_at,
        not_before=row.not_before,
        doubtful=row.doubtful,
    )
