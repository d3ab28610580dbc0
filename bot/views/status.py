"""What is where."""

from collections.abc import Iterable

from bot.message import Block, Message
from bot.views.blocks import code, context, divider, escape, message, moment, section, sections
from bot.views.health import health_line
from bot.views.run import run_message
from core.environments.model import Environment
from core.overview.model import LivePackage, Overview
from core.runs.model import RunState

_WORD = {RunState.PLANNED: "📝 planned", RunState.RUNNING: "⏳ running"}
_TASKS = 10


def overview_message(overview: Overview) -> Message:
    """Show what is live where, what is under way, what waits and what is broken."""
    if len(overview.runs) == 1 and not overview.environments and overview.runs[0].title == overview.title:
        return run_message(overview.runs[0])
    blocks = [section(f"*{escape(overview.title, 200)}*"), *_environments(overview)]
    runs = [f"{_WORD.get(run.state, run.state)} {escape(run.title, 200)} (#{run.number})" for run in overview.runs]
    tasks = [f"☑️ {escape(task.title, 200)} (task {task.id})" for task in overview.tasks[:_TASKS]]
    if len(overview.tasks) > _TASKS:
        tasks.append(f"… and {len(overview.tasks) - _TASKS} more: `/noodle task list`")
    blocks += _part("Under way", runs)
    blocks += _part("To do", tasks)
    blocks += _part("Health", [health_line(one) for one in overview.health])
    return message(escape(_text(overview)), blocks)


def environment_message(environment: Environment) -> Message:
    """Show an environment."""
    marks = [f"deployed to by {code(environment.target)}", f"order {environment.order}"]
    if environment.protected:
        marks.append("🔒 protected")
    marks += [f"each deploy leaves the task “{escape(title, 200)}”" for title in environment.checklist]
    protected = ", protected" if environment.protected else ""
    text = f"Environment {environment.name}: target {environment.target}, order {environment.order}{protected}"
    return message(escape(text), [section(f"🌍 *{escape(environment.name, 100)}*"), context(" · ".join(marks))])


def _part(title: str, lines: list[str]) -> list[Block]:
    return [divider(), *sections([f"*{title}*", *lines])] if lines else []


def _environments(overview: Overview) -> Iterable[Block]:
    if not overview.environments:
        yield section("There is no environment yet. An admin makes one: `/noodle environment create staging`")
    if not overview.packages:
        yield section("Nothing yet: begin with `/noodle package create &lt;name&gt; --repo &lt;url&gt;`")
    for environment in overview.environments:
        here = [one for one in overview.packages if one.environment == environment.name]
        lock = " 🔒 protected" if environment.protected else ""
        if here:
            yield from sections([f"*{escape(environment.name, 100)}*{lock}", *(_live(one) for one in here)])


def _live(one: LivePackage) -> str:
    package = escape(one.package, 100)
    if one.trouble:
        return f"⚠️ {package}: cannot tell. {escape(one.trouble, 200)}"
    if one.live is None:
        return f"▫️ {package}: nothing live" + (f" · {escape(one.newest, 50)} is published" if one.newest else "")
    newer = f" · {escape(one.newest, 50)} is newer" if one.newest and one.newest != one.live.version else ""
    return f"🟢 {package} *{escape(one.live.version, 50)}* since {moment(one.live.since)}{newer}"


def _text(overview: Overview) -> str:
    lines = [overview.title]
    for one in overview.packages:
        live = one.trouble or (f"{one.live.version} live" if one.live else "nothing live")
        lines.append(f"  {one.environment}: {one.package} {live}{f' (newest {one.newest})' if one.newest else ''}")
    lines += [f"  {run.state}: {run.title} (#{run.number})" for run in overview.runs]
    lines += [f"  to do: {task.title} (task {task.id})" for task in overview.tasks]
    lines += [f"  {'ok' if one.ok else 'DOWN'}: {one.name}: {one.detail}" for one in overview.health]
    if not overview.packages:
        lines.append("  nothing yet: begin with package create <name> --repo <url>")
    return "\n".join(lines)
