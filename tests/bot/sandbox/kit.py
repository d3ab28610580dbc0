"""Small Block Kit payloads, right as they are and easy to make wrong."""

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(text: str = "x", **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(action_id: str = "go", **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain("Go"), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def option(value: str = "v", text: str = "t", **more: Any) -> Json:
    return {"text": plain(text), "value": value, **more}


def select(count: int = 1, **more: Any) -> Json:
    return {"type": "static_select", "action_id": "pick", "options": [option(str(n)) for n in range(count)], **more}


def asks(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain("L"), "element": element, **more}


def typed(**more: Any) -> Json:
    return {"type": "plain_text_input", "action_id": "typed", **more}


def image(**more: Any) -> Json:
    return {"type": "image", "image_url": "https://x.test/i.png", "alt_text": "a", **more}


def confirm(title: int = 1, text: int = 1, yes: int = 1) -> Json:
    return {
        "title": plain("t" * title),
        "text": plain("x" * text),
        "confirm": plain("y" * yes),
        "deny": plain("n"),
    }


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def line(text: str = "x", kind: str = "rich_text_section") -> Json:
    return {"type": kind, "elements": [{"type": "text", "text": text}]}


def cell(text: str = "x") -> Json:
    return {"type": "raw_text", "text": text}


def table(rows: int = 1, columns: int = 1, kind: str = "table", **more: Any) -> Json:
    return {"type": kind, "rows": [[cell() for _ in range(columns)] for _ in range(rows)], **more}


def data_table(rows: int = 2, **more: Any) -> Json:
    return table(rows, 1, "data_table", caption="c", **more)


def pie(segments: int = 1, title: str = "t", label: str = "l") -> Json:
    points = [{"label": label, "value": 1} for _ in range(segments)]
    return {"type": "data_visualization", "title": title, "chart": {"type": "pie", "segments": points}}


def bars(series: int = 1, points: int = 1) -> Json:
    data = [{"label": str(n), "value": n} for n in range(points)]
    axis = {"categories": [str(n) for n in range(points)]}
    chart = {"type": "bar", "series": [{"name": str(n), "data": data} for n in range(series)], "axis_config": axis}
    return {"type": "data_visualization", "title": "t", "chart": chart}


def task(status: str = "complete", **more: Any) -> Json:
    return {"type": "task_card", "task_id": "1", "title": "t", "status": status, **more}


def plan(count: int = 1, status: str = "complete") -> Json:
    return {"type": "plan", "title": "p", "tasks": [task(status) for _ in range(count)]}


def card(**more: Any) -> Json:
    return {"type": "card", "title": mrkdwn("t"), **more}


def video(**more: Any) -> Json:
    address = "https://x.test/v"
    return {
        "type": "video",
        "alt_text": "a",
        "title": plain("t"),
        "thumbnail_url": address,
        "video_url": address,
        **more,
    }


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("T"), "blocks": list(blocks), **more}


def form(*blocks: Json, **more: Any) -> Json:
    return modal(*blocks, submit=plain("Go"), **more)


def home(*blocks: Json, **more: Any) -> Json:
    return {"type": "home", "blocks": list(blocks), **more}
