import pytest
from sqlalchemy.exc import IntegrityError

from core.db import Database
from core.engine import store

NAME = "environment:staging"


def test_a_lease_nobody_had_goes_to_the_first_of_two_who_saw_it_free(db: Database) -> None:
    with db.begin() as session:
        assert store.holder(session, NAME) is None
        assert store.hand_over(session, NAME, None, "deploy-1")

    # The second saw it free as well, before the first had committed.
    with pytest.raises(IntegrityError), db.begin() as session:
        store.hand_over(session, NAME, None, "deploy-2")

    with db.read() as session:
        assert store.holder(session, NAME) == "deploy-1"


def test_a_lease_passes_on_only_from_the_holder_that_was_seen(db: Database) -> None:
    with db.begin() as session:
        store.hand_over(session, NAME, None, "deploy-1")
        assert store.hand_over(session, NAME, "deploy-1", "deploy-2")
        assert not store.hand_over(session, NAME, "deploy-1", "deploy-3")

    with db.read() as session:
        assert store.holder(session, NAME) == "deploy-2"
