from datetime import UTC, datetime

import pytest

from bot.command import Command
from bot.commands import discover, each
from bot.views.access import decision_message, token_message, who
from bot.views.details import changelog, failing_tests, log_tail
from bot.views.health import health_line
from bot.views.help import help_list, help_one
from bot.views.home import home
from bot.views.render import renderer
from bot.views.status import overview_message
from bot.views.task import task_list
from core.access.model import Decision
from core.health.model import Health
from core.overview.model import Overview
from core.tasks.model import Task, TaskState
from core.tokens.model import Token

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
COMMANDS = each(discover())


def test_an_unknown_view_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        renderer("")("dance", {})


def test_a_message_of_the_outbox_is_shown_as_it_is() -> None:
    assert renderer("")("message", {"text": "hello", "blocks": []}).text == "hello"


def test_the_end_of_a_log_is_whole_lines() -> None:
    text = "".join(f"line {n} of the log\n" for n in range(1000))
    shown = log_tail({"title": "build api", "text": text}).blocks[1]["elements"][0]["elements"][0]["text"]
    assert shown.endswith("line 999 of the log")
    assert shown.startswith("line ")
    assert len(shown) <= 2500


def test_one_long_failure_does_not_hide_the_others() -> None:
    failures = [{"name": f"test_{n}", "message": "x" * 5000 if n == 0 else "no"} for n in range(20)]
    report = {"passed": 0, "failed": 20, "skipped": 0, "seconds": 1, "failures": failures}
    message = failing_tests({"title": "test api", "report": report})
    shown = message.blocks[1]["elements"][0]["elements"][0]["text"]
    assert "test_14" in shown
    assert "test_15" not in shown
    assert "and 5 more" in message.text


def test_two_hundred_changes_are_fifty_and_a_count() -> None:
    changes = [{"sha": "a", "subject": f"Change {n}", "author": "Ada"} for n in range(200)]
    message = changelog({"title": "release api 2.0.0", "version": "2.0.0", "changes": changes})
    assert "Change 49 " in message.text
    assert "and 150 more" in message.text


def test_only_who_is_of_slack_is_mentioned() -> None:
    assert who("slack:T1:U1") == "<@U1>"
    assert who("slack:T1:U1> <!channel") == "slack:T1:U1&gt; &lt;!channel"
    assert who("terminal:ada") == "terminal:ada"
    assert who("everyone") == "everyone"


def test_a_decision_says_the_answer_the_rule_and_who_can() -> None:
    message = decision_message("deploy api", Decision(allowed=False, rule="it needs developer", who_can=()))
    assert message.text == "No, `deploy api`: it needs developer. Who can: nobody yet."


def test_a_token_is_shown_with_lines_that_use_it() -> None:
    token = Token(id=1, owner="x", name="ci", scope="read", packages=("*",), created_at=NOON, created_by="x")
    message = token_message(token, "ndl_planted", "http://localhost:8080")
    assert "ndl_planted" in message.text
    assert "pip install --index-url http://__token__:$TOKEN@localhost:8080/simple/" in str(message.blocks)
    assert "twine" not in str(message.blocks)


def test_health_differs_in_more_than_colour() -> None:
    well = Health(name="git", ok=True, detail="2.43", since=NOON, checked_at=NOON)
    assert "is down" in health_line(well.model_copy(update={"ok": False}))
    assert "is down" not in health_line(well)


def test_help_names_what_one_may_do_and_counts_the_rest() -> None:
    message = help_list(COMMANDS, {"deploy", "task list"})
    assert "deploy &lt;package&gt;" in message.text
    assert "rollback" not in message.text
    assert f"{len(COMMANDS) - 2} more take a role" in str(message.blocks)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_help_explains_every_command_with_examples(command: Command) -> None:
    message = help_one(command)
    assert command.summary in message.text
    assert all(f"`/noodle {example}`" in str(message.blocks) for example in command.examples)


def test_nothing_yet_says_how_to_begin() -> None:
    message = overview_message(Overview(title="Everything"))
    assert "package create" in message.text
    assert "package create" in str(message.blocks)


def test_a_home_tab_says_what_waits_for_whom_it_is() -> None:
    task = Task(id=7, title="look", state=TaskState.CLAIMED, claimed_by_name="Ada", created_at=NOON)
    overview = Overview(title="Everything", tasks=(task,))
    assert "Waits for you" in str(home(overview, "Ada").view)
    assert "Waits for you" not in str(home(overview, "Bob").view)


def test_no_task_of_a_long_list_is_lost_within_a_paragraph() -> None:
    tasks = [Task(id=n, title=f"task {'x' * 80}", state=TaskState.OPEN, created_at=NOON) for n in range(1, 90)]
    said = str(task_list(tasks).blocks)
    assert all(f"*{n}* task" in said for n in range(1, 90))
