import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from core.clock import StoppedClock
from core.db import Database
from core.releases.downloads import Downloads


@pytest.fixture
def downloads(db: Database, clock: StoppedClock) -> Downloads:
    return Downloads(db, clock)


def test_every_download_counts_once_whoever_counts_at_the_same_time(downloads: Downloads) -> None:
    def work() -> None:
        for _ in range(50):
            downloads.count("api", "a.whl")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert downloads.of("api") == {"a.whl": 200}


def test_days_and_processes_add_up(downloads: Downloads, db: Database, clock: StoppedClock) -> None:
    downloads.count("api", "a.whl")
    clock.move(days=1)
    downloads.count("api", "a.whl")
    Downloads(db, clock).count("api", "a.whl")

    assert downloads.of("api") == {"a.whl": 3}
    with db.read() as session:
        assert session.execute(text("SELECT count FROM download ORDER BY day")).scalars().all() == [1, 2]


def test_counts_are_written_at_most_once_a_second(downloads: Downloads, db: Database, clock: StoppedClock) -> None:
    def written() -> int:
        with db.read() as session:
            return int(session.execute(text("SELECT coalesce(sum(count), 0) FROM download")).scalar_one())

    downloads.count("api", "a.whl")
    downloads.count("api", "a.whl")
    assert written() == 1

    clock.move(seconds=1)
    downloads.count("api", "a.whl")
    assert written() == 3


def test_what_could_not_be_written_is_written_later(downloads: Downloads, db: Database) -> None:
    with db.begin() as session:
        session.execute(text("ALTER TABLE download RENAME TO away"))
    with pytest.raises(SQLAlchemyError):
        downloads.count("api", "a.whl")
    with db.begin() as session:
        session.execute(text("ALTER TABLE away RENAME TO download"))

    assert downloads.of("api") == {"a.whl": 1}
