"""What a person chose or typed in blocks: defaults, checks and Slack's `state.values`. Pure."""

from typing import Any

from bot.sandbox.slack.authoring import elements
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.feed import Json

_TEXTS = ("plain_text_input", "email_text_input", "url_text_input", "number_input")
# element type → (key of the answer, key of the initial answer)
ANSWER_KEYS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(_TEXTS, ("value", "initial_value")),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", ""),
}
_SHOWN_WITH_ACTION = ("text", "value", "style", "placeholder", "accessibility_label")


def find_element(blocks: list[Json], block_id: str, action_id: str) -> Json:
    """Return the element a person acts on; raises `element_not_found`."""
    for block in blocks:
        for element in elements(block) if block.get("block_id") == block_id else ():
            if element.get("action_id") == action_id:
                return element
    raise SlackError("element_not_found")


def answer(element: Json, given: Json) -> Json:
    """Return `{type, <answer key>: …}` for what was chosen; an option may be named by its value alone."""
    kind = element["type"]
    key, _ = ANSWER_KEYS[kind]
    value = given.get(key, given.get("value"))
    if key == "selected_option":
        value = _option(element, value)
    elif key == "selected_options":
        value = [_option(element, one) for one in value or []]
    return {"type": kind, key: value}


def state(blocks: list[Json], answers: Json) -> Json:
    """Return Slack's `state.values` for all elements that hold an answer: the given ones, else the initial ones."""
    values: Json = {}
    for block in blocks:
        for element in elements(block):
            kind = element["type"]
            if kind not in ANSWER_KEYS:
                continue
            key, initial = ANSWER_KEYS[kind]
            block_id, action_id = block["block_id"], element["action_id"]
            given = answers.get(block_id, {}).get(action_id)
            empty: Any = [] if key.endswith("s") else None
            held = given if given is not None else {"type": kind, key: element.get(initial, empty)}
            values.setdefault(block_id, {})[action_id] = held
    return values


def taken(blocks: list[Json], values: Json) -> Json:
    """Return submitted `values` as answers; what names no element is refused."""
    found: Json = {}
    for block_id, actions in values.items():
        for action_id, given in actions.items():
            element = find_element(blocks, block_id, action_id)
            if element["type"] in ANSWER_KEYS:
                found.setdefault(block_id, {})[action_id] = answer(element, given)
    return found


def missing(blocks: list[Json], values: Json) -> dict[str, str]:
    """Return what Slack's own client complains about before anything is sent, by block_id."""
    errors: dict[str, str] = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        held = values[block["block_id"]][element["action_id"]]
        value = held.get(ANSWER_KEYS[element["type"]][0])
        if value in (None, "", []):
            if not block.get("optional"):
                errors[block["block_id"]] = "Please complete this required field."
        elif isinstance(value, str) and len(value) < element.get("min_length", 0):
            errors[block["block_id"]] = f"Please enter at least {element['min_length']} characters."
        elif isinstance(value, str) and len(value) > element.get("max_length", 3000):
            errors[block["block_id"]] = f"Please enter at most {element.get('max_length', 3000)} characters."
    return errors


def action(element: Json, block_id: str, given: Json, stamp: str) -> Json:
    """Return one entry of a block_actions payload's `actions`."""
    made: Json = {"type": element["type"], "action_id": element["action_id"], "block_id": block_id, "action_ts": stamp}
    made |= {key: element[key] for key in _SHOWN_WITH_ACTION if key in element}
    if element["type"] == "overflow":
        made["selected_option"] = _option(element, given.get("selected_option", given.get("value")))
    elif element["type"] in ANSWER_KEYS:
        made |= answer(element, given)
    elif element["type"] == "feedback_buttons":
        made |= _feedback(element, given.get("value"))
    return made


def _feedback(element: Json, value: Any) -> Json:
    for name in ("positive_button", "negative_button"):
        if element[name]["value"] == value:
            return {"text": element[name]["text"], "value": value}
    raise SlackError("option_not_found")


def _option(element: Json, given: Any) -> Json | None:
    if given is None:
        return None
    value = given.get("value") if isinstance(given, dict) else given
    if element["type"] in {"external_select", "multi_external_select"}:
        return given if isinstance(given, dict) else {"text": {"type": "plain_text", "text": given}, "value": given}
    offered = list(element.get("options") or ())
    for group in element.get("option_groups") or ():
        offered += group["options"]
    found: Json | None = next((one for one in offered if one["value"] == value), None)
    if found is None:
        raise SlackError("option_not_found")
    return found
