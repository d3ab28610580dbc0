"""Refusals change nothing, so these share one team."""

import pytest
from team import Team

from core.audit.model import Outcome


@pytest.mark.parametrize(
    ("line", "said", "button"),
    [
        ("deploy hello-noodle to prodution", "There is no environment `prodution`", "production"),
        ("deploy helo-noodle to staging", "There is no package `helo-noodle`", "hello-noodle"),
        ("deploy hello-noodle@9.9.9 to staging", "has no version 9.9.9", ""),
        ("deploy hello-noodle@main to staging", "has no version main", ""),
        ("depoy hello-noodle to staging", "There is no command `depoy`", "deploy"),
        ("rollback hello-noodle in staging", "nothing to go back from", ""),
        ("publish hello-noodle@0.1.0", "cannot be published", ""),
        ("package create hello_noodle --repo /nowhere", "There is a package hello-noodle already", ""),
        ("environment create Staging", "There is an environment staging already", ""),
        ("confirm 999", "There is no run #999", ""),
        ("confirm 1", "not a deploy", ""),
    ],
)
def test_a_wrong_line_is_refused_in_private_with_what_was_probably_meant(
    shipped: Team, line: str, said: str, button: str
) -> None:
    runs = len(shipped.noodle.runs.latest(limit=100))

    refused = shipped.whispered("ada", f"/noodle {line}")

    assert said in refused["text"]
    labels = [one["text"]["text"] for block in refused["blocks"] for one in block.get("elements", []) if "value" in one]
    assert button in labels or not button
    assert len(shipped.noodle.runs.latest(limit=100)) == runs
    assert shipped.audit(limit=1)[0].outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    ("name", "line", "rule"),
    [
        ("vic", "build hello-noodle", "build:run needs developer"),
        ("dev", "release hello-noodle", "release:create needs releaser"),
        ("dev", "deploy hello-noodle to production", "deploy:protected needs releaser"),
        ("dev", "grant admin to everyone", "access:grant needs admin"),
    ],
)
def test_without_the_right_one_is_told_the_rule_and_who_can(shipped: Team, name: str, line: str, rule: str) -> None:
    refused = shipped.whispered(name, f"/noodle {line}")
    can = shipped.whispered(name, f"/noodle can {line}")

    assert rule in refused["text"]
    assert "Ask" in refused["text"]
    assert can["text"].startswith("No")
    assert rule in can["text"]
