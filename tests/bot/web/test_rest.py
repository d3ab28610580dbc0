"""REST: the same commands, the same rights, refusals as problem JSON."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from quick_builder import providers
from sqlalchemy import inspect, text

from bot import settings
from bot.bootstrap import Program, build
from bot.commands import each
from core.access.model import Role


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    home: Path = tmp_path_factory.mktemp("rest")
    made = build(
        settings.read({}, home=home), {"PATH": "/usr/bin:/bin"}, providers=providers(), with_slack=False, port=0
    )
    made.start()
    for role in Role:
        made.noodle.access.grant(f"slack:T1:{role.upper()}", role, "*", "*", "test")
    yield made
    made.stop()


def client(program: Program, role: str, scope: str = "full") -> httpx.Client:
    owner = f"slack:T1:{role.upper()}"
    _, secret = program.noodle.tokens.create(owner, "test", scope=scope, by=owner)  # type: ignore[arg-type]  # on purpose
    return httpx.Client(base_url=program.server.loopback_url, headers={"Authorization": f"Bearer {secret}"})


def test_every_command_is_an_endpoint_and_described(program: Program) -> None:
    paths = httpx.get(f"{program.server.loopback_url}/openapi.json").json()["paths"]

    for command in each(program.asking.commands):
        path = paths["/api/v1/" + command.name.replace(" ", "/")]
        assert set(path) == {"post" if command.changes else "get"}


@pytest.mark.parametrize("path", ["/api/v1/status", "/simple/", "/simple/hello/", "/api/v1/audit"])
def test_a_stranger_is_told_to_show_a_token(program: Program, path: str) -> None:
    answer = httpx.get(program.server.loopback_url + path)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Basic")


def test_a_refusal_is_problem_json_with_a_way_on(program: Program) -> None:
    with client(program, "admin") as admin:
        unknown = admin.post("/api/v1/build", json={"package": "nothing"})
        unreadable = admin.post("/api/v1/deploy", json={"package": "nothing"})

    assert unknown.status_code == 404
    assert unknown.headers["content-type"] == "application/problem+json"
    assert unknown.json()["hint"]
    assert unreadable.status_code == 422
    assert "environment" in unreadable.json()["detail"]


def test_a_token_does_no_more_than_its_owner_may(program: Program) -> None:
    with client(program, "viewer") as viewer:
        refused = viewer.post("/api/v1/package/create", json={"package": "x", "repo": "/x"})

    assert refused.status_code == 403
    assert "package:create needs developer" in refused.json()["detail"]


def test_a_token_does_no_more_than_its_scope(program: Program) -> None:
    with client(program, "admin", "read") as reader:
        seen = reader.get("/api/v1/roles")
        refused = reader.post("/api/v1/package/create", json={"package": "x", "repo": "/x"})

    assert seen.status_code == 200
    assert refused.status_code == 403
    assert "--scope full" in refused.json()["hint"]


def test_what_is_done_over_rest_stands_in_the_audit_trail(program: Program) -> None:
    with client(program, "developer") as developer:
        made = developer.post("/api/v1/package/create", json={"package": "over-rest", "repo": "/x"})
        again = developer.post("/api/v1/package/create", json={"package": "over-rest", "repo": "/x"})

    assert (made.status_code, again.status_code) == (200, 409)
    entries = program.noodle.audit.latest(person="slack:T1:DEVELOPER", limit=2)
    assert [(entry.action, entry.outcome, entry.source) for entry in entries] == [
        ("package create", "refused", "rest"),
        ("package create", "done", "rest"),
    ]


def test_the_log_of_a_run_takes_its_hash(program: Program) -> None:
    with client(program, "admin") as admin:
        admin.post("/api/v1/package/create", json={"package": "logged", "repo": "/nowhere"})
        number = admin.post("/api/v1/build", json={"package": "logged"}).json()["number"]
    url = program.server.loopback_url

    assert httpx.get(f"{url}/runs/{number}/log/{'0' * 64}").status_code == 404
    assert httpx.get(f"{url}/runs/99999/log/{'0' * 64}").status_code == 404


def test_liveness_and_readiness_answer_without_a_token(program: Program) -> None:
    url = program.server.loopback_url

    assert httpx.get(f"{url}/healthz").json() == {"status": "ok"}
    assert httpx.get(f"{url}/readyz").json()["database"]["ok"]


def test_no_token_stands_in_any_column_in_clear(program: Program) -> None:
    with client(program, "admin") as admin:
        secret = admin.headers["authorization"].removeprefix("Bearer ")
        shown = admin.post("/api/v1/token/create", json={"name": "mine"}).json()["secret"]
    with program.noodle.db.read() as session:
        connection = session.connection()
        tables = inspect(connection).get_table_names()
        # a row's own text is cut in the middle
        rows = [tuple(row) for table in tables for row in connection.execute(text(f'SELECT * FROM "{table}"'))]  # noqa: S608 - our own names
    everything = str(rows)

    assert "token create" in everything
    assert shown.startswith("ndl_")
    assert secret not in everything
    assert shown not in everything
