"""Every refusal and every fault over HTTP is problem JSON (RFC 9457) that says what to do next."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from web_client import WebClient

from bot.bootstrap import Program
from bot.commands import each

Client = Callable[..., WebClient]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "build", {"package": "nothing"}, 404),
        ("POST", "deploy", {"package": "hello-noodle", "environment": "prodution"}, 404),
        ("POST", "confirm", {"number": 99}, 404),
        ("GET", "nothing", None, 404),
        ("GET", "build", None, 405),
        ("POST", "environment/create", {"environment": "staging"}, 409),
        ("POST", "deploy", {"package": "hello-noodle", "environment": "staging"}, 409),
        ("POST", "deploy", {"package": "hello-noodle"}, 422),
        ("POST", "deploy", {"package": "hello-noodle", "environment": "staging", "nonsense": 1}, 422),
        ("POST", "build", ["hello-noodle"], 422),
        ("GET", "audit?limit=many", None, 422),
        ("GET", "audit?limit=1000", None, 422),
    ],
)
def test_a_refusal_is_a_problem_with_its_status_and_a_way_on(
    client: Client, method: str, path: str, body: Any, status: int
) -> None:
    answer = client().request(method, f"/api/v1/{path}", json=body)

    problem = answer.json()
    assert answer.status_code == problem["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["title"]
    assert problem["detail"].endswith(".")
    assert problem["hint"] or problem["example"]


def test_a_body_that_is_no_json_is_refused(client: Client) -> None:
    answer = client().post("/api/v1/build", content=b"{", headers={"content-type": "application/json"})

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_name_that_was_probably_meant_is_in_the_problem(client: Client) -> None:
    answer = client().post("/api/v1/build", json={"package": "helo-noodle"})

    assert answer.json()["suggestions"] == ["hello-noodle"]


def test_a_fault_of_ours_is_told_by_an_id_that_is_in_the_log_and_nothing_else(
    program: Program, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    one = client()
    with program.noodle.db.begin() as session:
        session.connection().exec_driver_sql("DROP TABLE run")

    with caplog.at_level(logging.ERROR):
        answer = one.post("/api/v1/build", json={"package": "hello-noodle"})

    assert answer.status_code == 500
    fault = answer.json()["detail"].partition("(")[2].partition(")")[0]
    assert f"fault {fault}" in caplog.text
    assert "no such table" not in answer.text
    assert one.secret not in caplog.text


def test_what_the_api_says_of_itself_is_whole(client: Client, program: Program) -> None:
    said = client().get("/openapi.json").json()

    operations = [one for path in said["paths"].values() for one in path.values()]
    names = [one["operationId"] for one in operations]
    assert said["openapi"].startswith("3.1")
    assert len(names) == len(set(names))
    assert {command.name.replace(" ", "_") for command in each(program.asking.commands)} <= set(names)
    assert all(one["summary"] for one in operations)
    for reference in _references(said):
        assert _found(said, reference) is not None


def test_every_argument_of_every_command_is_described(client: Client, program: Program) -> None:
    said = client().get("/openapi.json").json()

    for command in each(program.asking.commands):
        path = said["paths"]["/api/v1/" + command.name.replace(" ", "/")]
        if command.changes:
            body = path["post"]["requestBody"]["content"]["application/json"]["schema"]
            fields = _found(said, body["$ref"]).get("properties", {})
        else:
            fields = {one["name"]: one for one in path["get"].get("parameters", [])}
        assert set(fields) == set(command.args.model_fields)
        for name, field in fields.items():
            assert field.get("description") == command.args.model_fields[name].description


def _references(said: Any) -> set[str]:
    if isinstance(said, dict):
        own = {said["$ref"]} if "$ref" in said else set()
        return own.union(*(_references(one) for one in said.values()))
    return set().union(*(_references(one) for one in said)) if isinstance(said, list) else set()


def _found(said: Any, reference: str) -> Any:
    for part in reference.removeprefix("#/").split("/"):
        said = said[part]
    return json.loads(json.dumps(said))
