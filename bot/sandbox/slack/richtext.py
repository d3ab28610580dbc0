"""Rich text: containers, runs and lists, as a table. Pure.

Source: docs.slack.dev/reference/block-kit/blocks/rich-text-block.
"""

from bot.sandbox.slack.shapes import Bool, Many, Num, Obj, Shape, Str, Typed

_STYLE = Obj(
    {
        name: Bool()
        for name in ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
    }
)


def _run(needs: tuple[str, ...], **keys: Shape) -> Obj:
    return Obj({**keys, "style": _STYLE}, needs=needs)


RUNS: dict[str, Obj] = {
    "text": _run(("text",), text=Str()),
    "link": _run(("url",), url=Str(3000), text=Str(), unsafe=Bool()),
    "emoji": _run(("name",), name=Str(), unicode=Str(), skin_tone=Num(1, 6), url=Str()),
    "user": _run(("user_id",), user_id=Str()),
    "usergroup": _run(("usergroup_id",), usergroup_id=Str()),
    "channel": _run(("channel_id",), channel_id=Str()),
    "team": _run(("team_id",), team_id=Str()),
    "broadcast": _run(("range",), range=Str(among=("here", "channel", "everyone"))),
    "color": _run(("value",), value=Str()),
    "date": _run(("timestamp", "format"), timestamp=Num(0), format=Str(), url=Str(3000), fallback=Str()),
}
_LINE = Many(Typed(RUNS))
_SECTION = Obj({"elements": _LINE}, needs=("elements",))

CONTAINERS: dict[str, Obj] = {
    "rich_text_section": _SECTION,
    "rich_text_list": Obj(
        {
            "elements": Many(Typed({"rich_text_section": _SECTION})),
            "style": Str(among=("bullet", "ordered")),
            "indent": Num(0, 8),
            "offset": Num(0),
            "border": Num(0),
        },
        needs=("elements", "style"),
    ),
    "rich_text_quote": Obj({"elements": _LINE, "border": Num(0)}, needs=("elements",)),
    "rich_text_preformatted": Obj(
        {"elements": Many(Typed(RUNS, ("text", "link"))), "border": Num(0), "language": Str()},
        needs=("elements",),
    ),
}

RICH_TEXT: dict[str, Shape] = {"elements": Many(Typed(CONTAINERS))}
