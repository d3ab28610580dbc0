"""A token does what its scope and its packages say, and what is done with it can be told from the audit trail."""

import base64
from collections.abc import Callable

import pytest
from web_client import WebClient

from bot.bootstrap import Program
from core.access.model import Role
from core.audit.model import Outcome

Client = Callable[..., WebClient]


def test_a_token_for_one_package_gives_commands_about_no_other(program: Program, client: Client) -> None:
    program.noodle.packages.create("other", repo="/srv/other.git", by="test")
    limited = client(packages=["hello-noodle"])

    own = limited.post("/api/v1/build", json={"package": "Hello_Noodle"})
    seen = limited.get("/api/v1/package/show", params={"package": "hello-noodle"})
    other = limited.post("/api/v1/build", json={"package": "other"})
    looked = limited.get("/api/v1/package/show", params={"package": "other"})

    assert (own.status_code, seen.status_code) == (202, 200)
    assert (other.status_code, looked.status_code) == (403, 403)
    assert other.json()["detail"] == "The token `ci` is for hello-noodle only."


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("token/create", {"name": "wider", "scope": "full"}),
        ("grant", {"role": "admin", "person": "everyone"}),
        ("environment/create", {"environment": "mine"}),
    ],
)
def test_a_token_for_one_package_reaches_nothing_beyond_it(
    program: Program, client: Client, path: str, body: dict[str, str]
) -> None:
    answer = client(packages=["hello-noodle"]).post(f"/api/v1/{path}", json=body)

    assert answer.status_code == 403
    assert len(program.noodle.tokens.list("slack:T1:ADMIN")) == 1


def test_what_is_open_to_everyone_is_open_to_every_token(client: Client) -> None:
    assert client(packages=["hello-noodle"]).get("/api/v1/help").status_code == 200


@pytest.mark.parametrize("scope", ["read", "publish"])
def test_a_token_that_may_not_change_anything_is_refused_and_that_is_written_down(
    program: Program, client: Client, scope: str
) -> None:
    answer = client(scope=scope).post("/api/v1/build", json={"package": "hello-noodle", "ref": "main"})

    assert answer.status_code == 403
    (entry,) = program.noodle.audit.latest()
    assert (entry.outcome, entry.line) == (Outcome.DENIED, "build hello-noodle@main")
    assert program.noodle.runs.latest() == []


def test_the_audit_trail_has_the_line_that_would_say_the_same(program: Program, client: Client) -> None:
    client().post(
        "/api/v1/environment/create",
        json={"environment": "canary", "protected": True, "order": 3, "task": "look at it"},
    )

    (entry,) = program.noodle.audit.latest()
    assert entry.line == 'environment create canary --order 3 --protected --task "look at it"'
    assert (entry.name, entry.source, entry.subject) == ("ci of ADMIN", "rest", "canary")


def test_a_token_is_taken_as_a_password_too(client: Client) -> None:
    one = client(Role.VIEWER)
    basic = base64.b64encode(f"__token__:{one.secret}".encode()).decode()

    assert one.get("/api/v1/status", headers={"Authorization": f"Basic {basic}"}).status_code == 200


@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer ndl_wrong", "Basic !!!", "Basic 4pyT", "Digest x"])
def test_what_is_no_good_token_is_told_how_to_get_one(client: Client, shown: str) -> None:
    answer = client().get("/api/v1/status", headers={"Authorization": shown})

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert "token create" in answer.json()["hint"]


def test_a_revoked_token_is_no_good(program: Program, client: Client) -> None:
    one = client()
    (token,) = program.noodle.tokens.list("slack:T1:ADMIN")

    assert one.post("/api/v1/token/revoke", json={"number": token.id}).status_code == 200
    assert one.get("/api/v1/status").status_code == 401


def test_whoever_loses_their_role_loses_what_their_token_does(program: Program, client: Client) -> None:
    one = client(Role.DEVELOPER)
    program.noodle.access.revoke("slack:T1:DEVELOPER", Role.DEVELOPER, "*", "*")

    assert one.post("/api/v1/build", json={"package": "hello-noodle"}).status_code == 403
