import contextlib
from datetime import timedelta

import pytest
from sqlalchemy import text

from core.clock import StoppedClock
from core.db import Database
from core.errors import BadCommand, Unknown
from core.tokens.model import new_secret, well_formed
from core.tokens.service import Tokens

ME = "slack:T1:U1"


@pytest.fixture
def tokens(db: Database, clock: StoppedClock) -> Tokens:
    return Tokens(db, clock)


def test_a_secret_finds_its_token(tokens: Tokens) -> None:
    token, secret = tokens.create(ME, "laptop", scope="read", by=ME)

    found = tokens.find(secret)

    assert found is not None
    assert (found.id, found.owner, found.name) == (token.id, ME, "laptop")


def test_the_secret_is_nowhere_in_the_database(tokens: Tokens, db: Database) -> None:
    _, secret = tokens.create(ME, "laptop", scope="read", by=ME)

    with db.read() as session:
        rows = str(list(session.execute(text("SELECT * FROM token"))))

    assert secret not in rows
    assert secret.removeprefix("ndl_")[:20] not in rows


def test_secrets_are_long_distinct_and_known_by_their_looks() -> None:
    secrets = {new_secret() for _ in range(100)}

    assert len(secrets) == 100
    assert all(well_formed(secret) and len(secret) == 53 and secret.startswith("ndl_") for secret in secrets)


def test_a_typo_is_seen_without_asking_the_database(clock: StoppedClock) -> None:
    secret = new_secret()
    wrong = secret[:10] + ("a" if secret[10] != "a" else "b") + secret[11:]

    assert not well_formed(wrong)
    nowhere = Database("postgresql://nobody@127.0.0.1:9/none")
    assert Tokens(nowhere, clock).find(wrong) is None
    assert Tokens(nowhere, clock).find("") is None


def test_a_well_formed_secret_that_was_never_minted_finds_nothing(tokens: Tokens) -> None:
    assert tokens.find(new_secret()) is None


def test_a_revoked_token_is_good_for_nothing_at_once(tokens: Tokens) -> None:
    token, secret = tokens.create(ME, "laptop", scope="read", by=ME)
    assert tokens.find(secret) is not None

    tokens.revoke(token.id, by="slack:T1:U2")

    assert tokens.find(secret) is None
    assert tokens.list(ME)[0].revoked_by == "slack:T1:U2"


def test_a_token_revoked_elsewhere_is_good_for_nothing_within_five_seconds(
    tokens: Tokens, db: Database, clock: StoppedClock
) -> None:
    token, secret = tokens.create(ME, "laptop", scope="read", by=ME)
    assert tokens.find(secret) is not None

    Tokens(db, clock).revoke(token.id, by=ME)
    clock.move(seconds=5)

    assert tokens.find(secret) is None


def test_a_revocation_that_is_rolled_back_changes_nothing(tokens: Tokens, db: Database) -> None:
    token, secret = tokens.create(ME, "laptop", scope="read", by=ME)

    with contextlib.suppress(ZeroDivisionError), db.begin():
        tokens.revoke(token.id, by=ME)
        raise ZeroDivisionError

    assert tokens.find(secret) is not None


def test_a_token_expires_to_the_moment_even_while_it_is_remembered(tokens: Tokens, clock: StoppedClock) -> None:
    _, secret = tokens.create(ME, "ci", scope="read", by=ME, expires_at=clock.now() + timedelta(seconds=2))
    assert tokens.find(secret) is not None

    clock.move(seconds=2)

    assert tokens.find(secret) is None


def test_its_last_use_is_noted_once_a_minute(tokens: Tokens, clock: StoppedClock) -> None:
    _, secret = tokens.create(ME, "ci", scope="read", by=ME)
    first = clock.now()

    for _ in range(11):
        tokens.find(secret)
        clock.move(seconds=5)

    assert tokens.list(ME)[0].last_used_at == first
    clock.move(seconds=10)
    tokens.find(secret)
    assert tokens.list(ME)[0].last_used_at == clock.now()


def test_scope_and_patterns_bound_what_it_is_good_for(tokens: Tokens) -> None:
    reader, _ = tokens.create(ME, "r", scope="read", by=ME)
    publisher, _ = tokens.create(ME, "p", scope="publish", by=ME, packages=("Web_*",))

    assert reader.covers("registry:read", "api")
    assert not reader.covers("release:publish", "api")
    assert publisher.covers("release:publish", "web-api")
    assert not publisher.covers("release:publish", "api")
    assert not publisher.covers("access:grant", "web-api")


def test_what_cannot_be_minted_is_refused(tokens: Tokens, clock: StoppedClock) -> None:
    with pytest.raises(BadCommand, match="no token scope") as refused:
        tokens.create(ME, "x", scope="publsh", by=ME)  # type: ignore[arg-type] # what a person may type
    assert refused.value.suggestions == ("publish",)
    with pytest.raises(BadCommand, match="no package"):
        tokens.create(ME, "x", scope="read", by=ME, packages=())
    with pytest.raises(BadCommand, match="expired already"):
        tokens.create(ME, "x", scope="read", by=ME, expires_at=clock.now())


def test_an_unknown_token_cannot_be_revoked(tokens: Tokens) -> None:
    with pytest.raises(Unknown, match="no token 7"):
        tokens.revoke(7, by=ME)
