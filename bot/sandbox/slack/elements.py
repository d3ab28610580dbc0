"""Block elements and composition objects with Slack's limits, as a table. Pure.

Source: docs.slack.dev/reference/block-kit (block elements, composition objects), limits as of 2026.
"""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.slack.shapes import (
    Bool,
    Check,
    Many,
    Num,
    Obj,
    Problem,
    Problems,
    Shape,
    Str,
    Text,
    Typed,
    exactly_one,
    plain,
    unique,
)

ACTION_ID = Str(255)
_STYLE = Str(among=("primary", "danger"))

CONFIRM = Obj(
    {"title": plain(100), "text": Text(300), "confirm": plain(30), "deny": plain(30), "style": _STYLE},
    needs=("title", "text", "confirm", "deny"),
)
SLACK_FILE = Obj({"id": Str(), "url": Str(3000)}, check=exactly_one("id", "url"))
FILTER = Obj(
    {
        "include": Many(Str(among=("im", "mpim", "private", "public"))),
        "exclude_external_shared_channels": Bool(),
        "exclude_bot_users": Bool(),
    },
)


def option(text: Shape, *, url: bool = False) -> Obj:
    """Return the shape of an option; only those of an overflow menu have a `url`."""
    keys: dict[str, Shape] = {"text": text, "value": Str(150), "description": Text(75)}
    if url:
        keys["url"] = Str(3000)
    return Obj(keys, needs=("text", "value"))


PLAIN_OPTION = option(plain(75))
RICH_OPTION = option(Text(75))
OPTION_GROUP = Obj({"label": plain(75), "options": Many(PLAIN_OPTION, most=100)}, needs=("label", "options"))

_BASE: dict[str, Shape] = {"action_id": ACTION_ID, "confirm": CONFIRM, "focus_on_load": Bool()}
_ASKING: dict[str, Shape] = {**_BASE, "placeholder": plain(150)}
_DISPATCH = Obj(
    {"trigger_actions_on": Many(Str(among=("on_enter_pressed", "on_character_entered")), most=2)},
    needs=("trigger_actions_on",),
)


def _initial_is_an_option(key: str) -> Check:
    def check(at: str, value: Mapping[str, Any]) -> Problems:
        wanted = value.get(key)
        if wanted is None:
            return
        offered = list(value.get("options") or [])
        for group in value.get("option_groups") or []:
            offered += group.get("options") or [] if isinstance(group, dict) else []
        chosen = wanted if isinstance(wanted, list) else [wanted]
        if any(one not in offered for one in chosen):
            yield Problem(f"{at}/{key}", "must exactly match one of the options")

    return check


def _static(initial: str) -> Check:
    matches, one = _initial_is_an_option(initial), exactly_one("options", "option_groups")

    def check(at: str, value: Mapping[str, Any]) -> Problems:
        yield from one(at, value)
        yield from matches(at, value)

    return check


def _choice(initial: str) -> Check:
    matches = _initial_is_an_option(initial)

    def check(at: str, value: Mapping[str, Any]) -> Problems:
        yield from unique(value.get("options"), "value", f"{at}/options")
        yield from matches(at, value)

    return check


def _lengths(at: str, value: Mapping[str, Any]) -> Problems:
    least, most = value.get("min_length"), value.get("max_length")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        yield Problem(f"{at}/min_length", "must be at most max_length")


def _selects(kind: str, keys: dict[str, Shape], initial: str, item: Shape) -> dict[str, Obj]:
    """Return a select and its multi form, which differ in the initial choice and the count."""
    return {
        f"{kind}_select": Obj({**_ASKING, **keys, f"initial_{initial}": item}),
        f"multi_{kind}_select": Obj(
            {**_ASKING, **keys, f"initial_{initial}s": Many(item), "max_selected_items": Num(1)},
        ),
    }


_OPTIONS: dict[str, Shape] = {"options": Many(PLAIN_OPTION, most=100), "option_groups": Many(OPTION_GROUP, most=100)}
_CONVERSATIONS: dict[str, Shape] = {"default_to_current_conversation": Bool(), "filter": FILTER}
_ONE_ANSWER: dict[str, Shape] = {"response_url_enabled": Bool()}

ELEMENTS: dict[str, Obj] = {
    "button": Obj(
        {
            "text": plain(75),
            "action_id": ACTION_ID,
            "url": Str(3000),
            "value": Str(2000),
            "style": _STYLE,
            "confirm": CONFIRM,
            "accessibility_label": Str(75),
        },
        needs=("text",),
    ),
    "overflow": Obj(
        {"action_id": ACTION_ID, "options": Many(option(plain(75), url=True), most=5), "confirm": CONFIRM},
        needs=("options",),
    ),
    "static_select": Obj({**_ASKING, **_OPTIONS, "initial_option": PLAIN_OPTION}, check=_static("initial_option")),
    "multi_static_select": Obj(
        {**_ASKING, **_OPTIONS, "initial_options": Many(PLAIN_OPTION, most=100), "max_selected_items": Num(1)},
        check=_static("initial_options"),
    ),
    **_selects("external", {"min_query_length": Num(0)}, "option", PLAIN_OPTION),
    **_selects("users", {}, "user", Str()),
    **_selects("conversations", {**_CONVERSATIONS, **_ONE_ANSWER}, "conversation", Str()),
    **_selects("channels", _ONE_ANSWER, "channel", Str()),
    "checkboxes": Obj(
        {**_BASE, "options": Many(RICH_OPTION, most=10), "initial_options": Many(RICH_OPTION, most=10)},
        needs=("options",),
        check=_choice("initial_options"),
    ),
    "radio_buttons": Obj(
        {**_BASE, "options": Many(RICH_OPTION, most=10), "initial_option": RICH_OPTION},
        needs=("options",),
        check=_choice("initial_option"),
    ),
    "datepicker": Obj({**_ASKING, "initial_date": Str(10)}),
    "timepicker": Obj({**_ASKING, "initial_time": Str(5), "timezone": Str()}),
    "datetimepicker": Obj({**_BASE, "initial_date_time": Num(0)}),
    "plain_text_input": Obj(
        {
            "action_id": ACTION_ID,
            "initial_value": Str(3000, least=0),
            "multiline": Bool(),
            "min_length": Num(0, 3000),
            "max_length": Num(1, 3000),
            "dispatch_action_config": _DISPATCH,
            "focus_on_load": Bool(),
            "placeholder": plain(150),
        },
        check=_lengths,
    ),
    "email_text_input": Obj(
        {
            "action_id": ACTION_ID,
            "initial_value": Str(),
            "dispatch_action_config": _DISPATCH,
            "focus_on_load": Bool(),
            "placeholder": plain(150),
        },
    ),
    "url_text_input": Obj(
        {
            "action_id": ACTION_ID,
            "initial_value": Str(),
            "dispatch_action_config": _DISPATCH,
            "focus_on_load": Bool(),
            "placeholder": plain(150),
        },
    ),
    "number_input": Obj(
        {
            "is_decimal_allowed": Bool(),
            "action_id": ACTION_ID,
            "initial_value": Str(),
            "min_value": Str(),
            "max_value": Str(),
            "dispatch_action_config": _DISPATCH,
            "focus_on_load": Bool(),
            "placeholder": plain(150),
        },
        needs=("is_decimal_allowed",),
    ),
    "rich_text_input": Obj(
        {
            "action_id": ACTION_ID,
            "initial_value": Obj(
                {"type": Str(among=("rich_text",)), "elements": Many(Obj({}, check=lambda *_: iter(())))}
            ),
            "dispatch_action_config": _DISPATCH,
            "focus_on_load": Bool(),
            "placeholder": plain(150),
        },
    ),
    "file_input": Obj({"action_id": ACTION_ID, "filetypes": Many(Str()), "max_files": Num(1, 10)}),
    "image": Obj(
        {"image_url": Str(3000), "slack_file": SLACK_FILE, "alt_text": Str(2000)},
        needs=("alt_text",),
        check=exactly_one("image_url", "slack_file"),
    ),
    "feedback_buttons": Obj(
        {
            "action_id": ACTION_ID,
            "positive_button": Obj(
                {"text": plain(75), "value": Str(2000), "accessibility_label": Str(75)},
                needs=("text", "value"),
            ),
            "negative_button": Obj(
                {"text": plain(75), "value": Str(2000), "accessibility_label": Str(75)},
                needs=("text", "value"),
            ),
        },
        needs=("positive_button", "negative_button"),
    ),
    "icon_button": Obj(
        {
            "icon": Str(),
            "text": plain(75),
            "action_id": ACTION_ID,
            "value": Str(2000),
            "confirm": CONFIRM,
            "accessibility_label": Str(75),
            "visible_to_user_ids": Many(Str()),
        },
        needs=("icon", "text"),
    ),
}

_PICKERS = tuple(
    f"{many}{kind}_select"
    for many in ("", "multi_")
    for kind in ("static", "external", "users", "conversations", "channels")
)
_CHOICES = ("checkboxes", "radio_buttons", "datepicker", "timepicker")
SECTION_ELEMENTS = ("button", "overflow", "image", *_PICKERS, *_CHOICES)
# a multi-select stands in a section or an input, never in an actions block
ACTIONS_ELEMENTS = (
    "button",
    "overflow",
    *(kind for kind in _PICKERS if not kind.startswith("multi_")),
    *_CHOICES,
    "datetimepicker",
    "rich_text_input",
)
INPUT_ELEMENTS = (
    "plain_text_input",
    "email_text_input",
    "url_text_input",
    "number_input",
    "rich_text_input",
    "file_input",
    *_PICKERS,
    *_CHOICES,
    "datetimepicker",
)


def element(*only: str) -> Typed:
    """Return the shape of one element of the named types."""
    return Typed(ELEMENTS, only)
