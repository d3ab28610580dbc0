"""Details of a run, said in its thread."""

from textwrap import indent
from typing import Any

from bot.message import Message
from bot.views.blocks import context, cut, escape, message, preformatted, section, sections
from core.ports import TestFailure, TestReport

_TESTS = 15
_CHANGES = 50
_TAIL = 2500
_TROUBLE = 500


def failing_tests(data: dict[str, Any]) -> Message:
    """Name the failing tests of `report`, and say how each failed."""
    report = TestReport.from_json(data["report"])
    title = f"{report.failed} failing test{'' if report.failed == 1 else 's'} in {data['title']}"
    body = "\n".join(_failure(one) for one in report.failures[:_TESTS])
    more = len(report.failures) - _TESTS
    rest = [f"… and {more} more, in the log."] if more > 0 else []
    blocks = [section(f"*{escape(title, 300)}*"), preformatted(body), *(context(one) for one in rest)]
    return message(escape("\n".join([title, body, *rest])), blocks)


def changelog(data: dict[str, Any]) -> Message:
    """List the changes of a version, from the subjects of its commits."""
    title = f"What is new in {data['version']}"
    changes = data["changes"]
    lines = [f"• {cut(one['subject'], 200)} ({cut(one['author'], 60)})" for one in changes[:_CHANGES]]
    if len(changes) > _CHANGES:
        lines.append(f"… and {len(changes) - _CHANGES} more")
    lines = lines or ["No commits since the version before."]
    return message(
        escape("\n".join([title, *lines])), sections([f"*{escape(title, 300)}*", *(escape(line) for line in lines)])
    )


def dry_run(data: dict[str, Any]) -> Message:
    """Say what trying a deploy has found, and what would run."""
    found = [("✔️" if one["ok"] else "✖️", "+" if one["ok"] else "x", str(one["text"])) for one in data["found"]]
    would = "it would go ahead" if all(one["ok"] for one in data["found"]) else "it would not go ahead"
    title = f"Dry run of “{data['title']}”: {would}"
    stages = f"Would run: {' → '.join(data['stages'])}. Nothing was changed."
    text = "\n".join([title, *(f"  {sign} {said}" for _, sign, said in found), stages])
    lines = [f"*{escape(title, 400)}*", *(f"{mark} {escape(said, 500)}" for mark, _, said in found)]
    return message(escape(text), [*sections(lines), context(escape(stages))])


def log_tail(data: dict[str, Any]) -> Message:
    """Show the end of a log, whole lines of it."""
    title, text = f"The end of the log of {data['title']}", str(data["text"]).rstrip()
    tail = text if len(text) <= _TAIL else text[-_TAIL:].partition("\n")[2] or text[-_TAIL:]
    return message(escape(f"{title}\n{tail}"), [section(f"*{escape(title, 300)}*"), preformatted(tail)])


def _failure(one: TestFailure) -> str:
    said = cut(one.message.strip(), _TROUBLE)
    return cut(one.name, 200) + (f"\n{indent(said, '    ')}" if said else "")
