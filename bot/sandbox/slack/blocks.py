"""The strict Block Kit validator: every block, limit and surface rule, offline. Pure.

`message_problems(blocks)` and `view_problems(view)` return all problems, each with a JSON pointer as Slack names it.
Source: docs.slack.dev/reference/block-kit/blocks and /reference/views, limits as of 2026.
"""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.slack.elements import ACTIONS_ELEMENTS, INPUT_ELEMENTS, SECTION_ELEMENTS, SLACK_FILE, element
from bot.sandbox.slack.richtext import RICH_TEXT
from bot.sandbox.slack.shapes import (
    Bool,
    Many,
    Num,
    Obj,
    Problem,
    Problems,
    Shape,
    Str,
    Text,
    Typed,
    at_least_one,
    exactly_one,
    plain,
    unique,
)

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MARKDOWN_CHARACTERS = 12_000
DATA_TABLE_CHARACTERS = 20_000

_MODAL = ("actions", "alert", "card", "context", "divider", "header", "image", "input", "rich_text", "section", "video")
_HOME = (
    *(kind for kind in _MODAL if kind != "alert"),
    "carousel",
    "container",
    "data_table",
    "data_visualization",
    "table",
)
_MESSAGE = (*(kind for kind in _HOME), "markdown", "plan", "task_card", "context_actions", "file")
SURFACES = {"modal": _MODAL, "home": _HOME, "message": _MESSAGE}


def _unique_actions(at: str, block: Mapping[str, Any]) -> Problems:
    yield from unique(block.get("elements"), "action_id", f"{at}/elements")


def _even_rows(at: str, block: Mapping[str, Any]) -> Problems:
    rows = [row for row in block.get("rows") or () if isinstance(row, list)]
    if len({len(row) for row in rows}) > 1:
        yield Problem(f"{at}/rows", "all rows must have the same number of cells")


def _data_size(at: str, block: Mapping[str, Any]) -> Problems:
    yield from _even_rows(at, block)
    cells = [cell for row in block.get("rows") or () if isinstance(row, list) for cell in row if isinstance(cell, dict)]
    if sum(len(str(cell.get("text", ""))) for cell in cells) > DATA_TABLE_CHARACTERS:
        yield Problem(f"{at}/rows", f"must be less than {DATA_TABLE_CHARACTERS + 1} characters in total")


def _not_pending(at: str, block: Mapping[str, Any]) -> Problems:
    if block.get("status") == "pending":
        yield Problem(f"{at}/status", "pending is only allowed within a plan")


def _block(needs: tuple[str, ...] = (), check: Any = None, **keys: Shape) -> Obj:
    return Obj({**keys, "block_id": Str(255)}, needs=needs, check=check)


_RICH = Typed({"rich_text": Obj({**RICH_TEXT, "block_id": Str(255)}, needs=("elements",))})
_CELL = Typed(
    {
        "raw_text": Obj({"text": Str()}, needs=("text",)),
        "raw_number": Obj({"value": Num(fraction=True), "text": Str()}, needs=("value",)),
        "rich_text": Obj({**RICH_TEXT, "block_id": Str(255)}, needs=("elements",)),
    },
)
_COLUMN = Obj({"align": Str(among=("left", "center", "right")), "is_wrapped": Bool()})
_IMAGE: dict[str, Shape] = {"image_url": Str(3000), "slack_file": SLACK_FILE, "alt_text": Str(2000)}
_PICTURE = Typed({"image": Obj(_IMAGE, needs=("alt_text",), check=exactly_one("image_url", "slack_file"))})
_TASK: dict[str, Shape] = {
    "task_id": Str(),
    "title": Str(),
    "status": Str(among=("pending", "in_progress", "complete", "error")),
    "details": _RICH,
    "output": _RICH,
    "sources": Many(Obj({"type": Str(among=("url",)), "url": Str(3000), "text": Str()}, needs=("type", "url"))),
}
# Slack's own example of a plan leaves the type of its tasks out
_PLAN_TASK = _block(("task_id", "title"), None, type=Str(among=("task_card",)), **_TASK)
_CARD: dict[str, Shape] = {
    "title": Text(150),
    "subtitle": Text(150),
    "body": Text(200),
    "subtext": Text(150),
    "icon": _PICTURE,
    "slack_icon": Obj({"type": Str(), "name": Str()}),
    "hero_image": _PICTURE,
    "actions": Many(element("button"), most=3),
}
_POINT = Obj({"label": Str(20), "value": Num(fraction=True)}, needs=("label", "value"))
_CHARTS = Typed(
    {
        "pie": Obj({"segments": Many(_POINT, most=12)}, needs=("segments",)),
        **{
            kind: Obj(
                {
                    "series": Many(
                        Obj({"name": Str(20), "data": Many(_POINT, most=20)}, needs=("name", "data")), most=12
                    ),
                    "axis_config": Obj({"categories": Many(Str(20), most=20), "x_label": Str(50), "y_label": Str(50)}),
                },
                needs=("series",),
            )
            for kind in ("bar", "line", "area")
        },
    },
)

BLOCKS: dict[str, Obj] = {
    "section": _block(
        check=at_least_one("text", "fields"),
        text=Text(3000),
        fields=Many(Text(2000), most=10),
        accessory=element(*SECTION_ELEMENTS),
        expand=Bool(),
    ),
    "header": _block(("text",), text=plain(150), level=Num(1, 4)),
    "divider": _block(),
    "context": _block(
        ("elements",),
        elements=Many(
            Typed(
                {
                    "image": Obj(_IMAGE, needs=("alt_text",), check=exactly_one("image_url", "slack_file")),
                    "plain_text": Obj({"text": Str(3000), "emoji": Bool()}, needs=("text",)),
                    "mrkdwn": Obj({"text": Str(3000), "verbatim": Bool()}, needs=("text",)),
                },
            ),
            most=10,
        ),
    ),
    "actions": _block(("elements",), _unique_actions, elements=Many(element(*ACTIONS_ELEMENTS), most=25)),
    "input": _block(
        ("label", "element"),
        label=plain(2000),
        element=element(*INPUT_ELEMENTS),
        hint=plain(2000),
        optional=Bool(),
        dispatch_action=Bool(),
    ),
    "image": Obj(
        {**_IMAGE, "title": plain(2000), "block_id": Str(255)},
        needs=("alt_text",),
        check=exactly_one("image_url", "slack_file"),
    ),
    "video": _block(
        ("alt_text", "title", "thumbnail_url", "video_url"),
        alt_text=Str(2000),
        title=plain(200),
        thumbnail_url=Str(3000),
        video_url=Str(3000),
        title_url=Str(3000),
        author_name=Str(50),
        provider_name=Str(),
        provider_icon_url=Str(3000),
        description=plain(200),
    ),
    "rich_text": Obj({**RICH_TEXT, "block_id": Str(255)}, needs=("elements",)),
    "markdown": _block(("text",), text=Str(MARKDOWN_CHARACTERS)),
    "file": _block(
        ("external_id", "source"), external_id=Str(), source=Str(among=("remote",)), file_id=Str(), file=Obj({})
    ),
    "table": _block(
        ("rows",),
        _even_rows,
        rows=Many(Many(_CELL, most=20), most=100),
        column_settings=Many(_COLUMN, most=20),
    ),
    "data_table": _block(
        ("rows", "caption"),
        _data_size,
        rows=Many(Many(_CELL, most=20), least=2, most=101),
        caption=Str(),
        page_size=Num(1, 100),
        row_header_column_index=Num(0, 19),
    ),
    "data_visualization": _block(("title", "chart"), title=Str(50), chart=_CHARTS),
    "task_card": _block(("task_id", "title"), _not_pending, **_TASK),
    "plan": _block(("title",), title=Str(), tasks=Many(_PLAN_TASK, most=50)),
    "card": _block((), at_least_one("title", "body", "hero_image", "actions"), **_CARD),
    "carousel": _block(("elements",), elements=Many(Typed({"card": _block((), None, **_CARD)}), most=10)),
    "alert": _block(("text",), text=Text(200), level=Str(among=("default", "info", "warning", "error", "success"))),
    "context_actions": _block(
        ("elements",),
        _unique_actions,
        elements=Many(element("feedback_buttons", "icon_button"), most=5),
    ),
}
_WITHIN_CONTAINER = Typed(
    BLOCKS,
    tuple(kind for kind in BLOCKS if kind in _MESSAGE and kind not in {"carousel", "container", "table", "data_table"}),
)
CONTAINER = _block(
    ("child_blocks",),
    child_blocks=Many(_WITHIN_CONTAINER, most=10),
    title=plain(150),
    subtitle=Text(150),
    icon=_PICTURE,
    has_header_divider=Bool(),
    width=Str(among=("narrow", "standard", "wide", "full")),
    is_collapsible=Bool(),
    default_collapsed=Bool(),
)
_ALL: dict[str, Obj] = {**BLOCKS, "container": CONTAINER}

VIEW_KEYS: dict[str, Shape] = {
    "private_metadata": Str(3000, least=0),
    "callback_id": Str(255, least=0),
    "external_id": Str(255, least=0),
}
_HOME_VIEW = Obj({**VIEW_KEYS, "blocks": Many(Typed(_ALL), least=0, most=VIEW_BLOCKS)}, needs=("blocks",))
_MODAL_VIEW = Obj(
    {
        **VIEW_KEYS,
        "blocks": Many(Typed(_ALL), least=0, most=VIEW_BLOCKS),
        "title": plain(24),
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": Bool(),
        "notify_on_close": Bool(),
        "submit_disabled": Bool(),
    },
    needs=("blocks", "title"),
)


def message_problems(blocks: Any) -> list[Problem]:
    """Return everything Slack would refuse in a message's `blocks`."""
    found = list(Many(Typed(_ALL), least=0, most=MESSAGE_BLOCKS)("/blocks", blocks))
    return found + list(_together("message", "/blocks", blocks))


def view_problems(view: Any) -> list[Problem]:
    """Return everything Slack would refuse in a modal or Home view."""
    kind = view.get("type") if isinstance(view, dict) else None
    if kind not in ("modal", "home"):
        return [Problem("/view/type", "must be modal or home")]
    found = list(Typed({"modal": _MODAL_VIEW, "home": _HOME_VIEW})("/view", view))
    found += _together(kind, "/view/blocks", view.get("blocks"))
    blocks = view.get("blocks")
    asks = any(isinstance(block, dict) and block.get("type") == "input" for block in blocks or ())
    if kind == "modal" and asks and "submit" not in view:
        found.append(Problem("/view/submit", "a modal with an input block needs submit"))
    return found


def _together(surface: str, at: str, blocks: Any) -> Problems:
    """Rules about all blocks of one surface."""
    if not isinstance(blocks, list):
        return
    kinds = [str(block.get("type")) if isinstance(block, dict) else "" for block in blocks]
    for n, kind in enumerate(kinds):
        if kind in _ALL and kind not in SURFACES[surface]:
            yield Problem(f"{at}/{n}/type", f"block type {kind} is not allowed in a {surface}")
    yield from unique(blocks, "block_id", at)
    for kind, most in (("table", 1), ("data_visualization", 2)):
        if kinds.count(kind) > most:
            yield Problem(at, f"no more than {most} {kind} blocks allowed")
    texts = [block.get("text") for block in blocks if isinstance(block, dict) and block.get("type") == "markdown"]
    if sum(len(text) for text in texts if isinstance(text, str)) > MARKDOWN_CHARACTERS:
        yield Problem(at, f"markdown text must be less than {MARKDOWN_CHARACTERS + 1} characters in total")
