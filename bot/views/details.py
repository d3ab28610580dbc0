"""Details of a run, said in its thread."""

from typing import Any

from bot.views.blocks import context, escape, message, preformatted, section
from bot.views.message import Message
from core.ports import TestReport

_SHOWN = 15


def failing_tests(data: dict[str, Any]) -> Message:
    """Name the failing tests of `report`."""
    report = TestReport.from_json(data["report"])
    title = f"{report.failed} failing test{'' if report.failed == 1 else 's'} in {data['title']}"
    lines = [f"{failure.name}\n    {failure.message}".rstrip() for failure in report.failures[:_SHOWN]]
    more = len(report.failures) - _SHOWN
    blocks = [section(f"*{escape(title)}*"), preformatted("\n".join(lines))]
    if more > 0:
        blocks.append(context(f"… and {more} more, in the log."))
    return message(escape("\n".join([title, *lines])), blocks)


def changelog(data: dict[str, Any]) -> Message:
    """List the changes of a version, from the subjects of its commits."""
    title = f"What is new in {data['version']}"
    lines = [f"• {one['subject']} ({one['author']})" for one in data["changes"][:50]]
    body = "\n".join(lines) or "No commits since the version before."
    return message(escape(f"{title}\n{body}"), [section(f"*{escape(title)}*\n{escape(body)}")])


def dry_run(data: dict[str, Any]) -> Message:
    """Say what trying a deploy has found, and what would run."""
    ok = all(one["ok"] for one in data["found"])
    title = f"Dry run of “{data['title']}”: {'it would go ahead' if ok else 'it would not go ahead'}"
    marks = [f"{'✔️' if one['ok'] else '✖️'} {one['text']}" for one in data["found"]]
    stages = "Would run: " + " → ".join(data["stages"]) + ". Nothing was changed."
    text = "\n".join([title, *(f"  {'+' if one['ok'] else 'x'} {one['text']}" for one in data["found"]), stages])
    return message(
        escape(text), [section(f"*{escape(title)}*\n{escape(chr(10).join(marks))}"), context(escape(stages))]
    )
