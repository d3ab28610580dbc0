"""The manifest asks for exactly what the code needs: no scope, event or surface more, and none less."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.commands import discover

ROOT = Path(__file__).parents[1]
CODE = ROOT / "bot" / "slack"
MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text())

# What each method needs of a bot token: docs.slack.dev/reference/methods.
METHODS: dict[str, set[str]] = {
    "auth.test": set(),
    "apps.connections.open": set(),  # the app-level token's connections:write
    "chat.postMessage": {"chat:write", "chat:write.public"},
    "chat.update": {"chat:write"},
    "chat.postEphemeral": {"chat:write"},
    "conversations.open": {"im:write"},
    "conversations.history": {"channels:history", "groups:history", "im:history", "mpim:history"},
    "conversations.replies": {"channels:history", "groups:history", "im:history", "mpim:history"},
    "users.info": {"users:read"},
    "views.open": set(),
    "views.publish": set(),
}
# What each event needs: docs.slack.dev/reference/events.
EVENTS: dict[str, set[str]] = {
    "app_mention": {"app_mentions:read"},
    "message.im": {"im:history"},
    "reaction_added": {"reactions:read"},
    "reaction_removed": {"reactions:read"},
    "app_home_opened": set(),
}
SURFACES = {"commands"}  # the slash command and the shortcuts


def called() -> set[str]:
    """Return every Web API method that the code names on a client."""
    families = {method.partition(".")[0] for method in METHODS} | {"reactions", "files", "pins", "bookmarks", "team"}
    pattern = re.compile(rf"({'|'.join(sorted(families))})_[a-zA-Z_]+")
    found = set()
    for path in CODE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and pattern.fullmatch(node.attr) and _is_client(node.value):
                found.add(node.attr.replace("_", "."))
    return found


def _is_client(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name in {"web", "_web", "client"}


def parsed_events() -> set[str]:
    """Return the events that the parser takes."""
    text = (CODE / "parse.py").read_text()
    return {name for name in EVENTS if f'"{name.partition(".")[0]}"' in text}


def test_the_table_of_methods_is_what_the_code_calls() -> None:
    assert called() == set(METHODS)


def test_the_scopes_are_exactly_those_of_the_calls_events_and_surfaces() -> None:
    needed = set().union(*METHODS.values(), *EVENTS.values(), SURFACES)
    asked = MANIFEST["oauth_config"]["scopes"]["bot"]
    assert sorted(asked) == asked
    assert set(asked) == needed


def test_the_events_are_exactly_those_the_parser_takes() -> None:
    assert parsed_events() == set(EVENTS)
    assert set(MANIFEST["settings"]["event_subscriptions"]["bot_events"]) == set(EVENTS)


def test_every_shortcut_spells_a_command() -> None:
    commands = discover()
    for shortcut in MANIFEST["features"]["shortcuts"]:
        assert shortcut["callback_id"].replace("_", " ") in commands


def test_names_reach_us_as_ids_nobody_can_pass_for() -> None:
    assert all(command["should_escape"] for command in MANIFEST["features"]["slash_commands"])


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("display_information.name", 35),
        ("display_information.description", 140),
        ("features.bot_user.display_name", 80),
        ("features.slash_commands.*.command", 32),
        ("features.slash_commands.*.description", 2000),
        ("features.slash_commands.*.usage_hint", 1000),
        ("features.shortcuts.*.name", 24),
        ("features.shortcuts.*.callback_id", 255),
        ("features.shortcuts.*.description", 150),
    ],
)
def test_nothing_is_longer_than_slack_takes(path: str, most: int) -> None:
    values: list[Any] = [MANIFEST]
    for key in path.split("."):
        values = [one for value in values for one in (value if key == "*" else [value[key]])]
    assert values
    assert all(0 < len(str(value)) <= most for value in values)


def test_slack_takes_as_many_commands_shortcuts_and_events() -> None:
    assert len(MANIFEST["features"]["slash_commands"]) <= 50
    assert len(MANIFEST["features"]["shortcuts"]) <= 10
    assert {one["type"] for one in MANIFEST["features"]["shortcuts"]} <= {"global", "message"}


def test_people_can_write_to_the_bot_and_press_its_buttons() -> None:
    home = MANIFEST["features"]["app_home"]
    assert home["messages_tab_enabled"]
    assert not home["messages_tab_read_only_enabled"]
    assert home["home_tab_enabled"]
    assert MANIFEST["settings"]["interactivity"]["is_enabled"]
    assert MANIFEST["settings"]["socket_mode_enabled"]
