"""What is where."""

from itertools import groupby

from bot.views.blocks import context, divider, escape, message, moment, section
from bot.views.health import health_line
from bot.views.message import Block, Message
from bot.views.run import run_message
from core.environments.model import Environment
from core.overview.model import LivePackage, Overview
from core.runs.model import RunState

_WORD = {RunState.PLANNED: "📝 planned", RunState.RUNNING: "⏳ running"}


def overview_message(overview: Overview) -> Message:
    """Show what is live where, what is under way, what waits and what is broken."""
    if len(overview.runs) == 1 and not overview.environments and overview.runs[0].title == overview.title:
        return run_message(overview.runs[0])
    blocks = [section(f"*{escape(overview.title)}*"), *_environments(overview)]
    if overview.runs:
        lines = [f"{_WORD.get(run.state, run.state)} {escape(run.title)} (#{run.number})" for run in overview.runs]
        blocks += [divider(), section("*Under way*\n" + "\n".join(lines))]
    if overview.tasks:
        lines = [f"☑️ {escape(task.title)} (task {task.id})" for task in overview.tasks[:10]]
        blocks += [divider(), section("*To do*\n" + "\n".join(lines))]
    if overview.health:
        blocks += [divider(), section("*Health*\n" + "\n".join(health_line(one) for one in overview.health))]
    return message(escape(_text(overview)), blocks)


def environment_message(environment: Environment) -> Message:
    """Show an environment."""
    marks = [f"deployed to by `{escape(environment.target)}`", f"order {environment.order}"]
    if environment.protected:
        marks.append("🔒 protected")
    marks += [f"each deploy leaves the task “{escape(title)}”" for title in environment.checklist]
    text = f"Environment {environment.name}: target {environment.target}, order {environment.order}"
    return message(escape(text), [section(f"🌍 *{escape(environment.name)}*"), context(" · ".join(marks))])


def _environments(overview: Overview) -> list[Block]:
    if not overview.environments:
        return [section("There is no environment yet. An admin makes one: `/noodle environment create staging`")]
    if not overview.packages:
        return [section("There is no package yet. Begin with `/noodle package create <name> --repo <url>`")]
    protected = {environment.name for environment in overview.environments if environment.protected}
    blocks = []
    for name, packages in groupby(overview.packages, key=lambda one: one.environment):
        lock = " 🔒" if name in protected else ""
        blocks.append(section(f"*{escape(name)}*{lock}\n" + "\n".join(_live(one) for one in packages)))
    return blocks


def _live(one: LivePackage) -> str:
    package = escape(one.package)
    if one.trouble:
        return f"⚠️ {package}: cannot tell. {escape(one.trouble)}"
    if one.live is None:
        return f"▫️ {package}: nothing live" + (f" · {escape(one.newest)} is published" if one.newest else "")
    newer = f" · {escape(one.newest)} is newer" if one.newest and one.newest != one.live.version else ""
    return f"🟢 {package} *{escape(one.live.version)}* since {moment(one.live.since)}{newer}"


def _text(overview: Overview) -> str:
    lines = [overview.title]
    for one in overview.packages:
        live = one.trouble or (f"{one.live.version} live" if one.live else "nothing live")
        lines.append(f"  {one.environment}: {one.package} {live}{f' (newest {one.newest})' if one.newest else ''}")
    lines += [f"  {run.state}: {run.title} (#{run.number})" for run in overview.runs]
    lines += [f"  to do: {task.title} (task {task.id})" for task in overview.tasks]
    lines += [f"  {'ok' if one.ok else 'DOWN'}: {one.name}: {one.detail}" for one in overview.health]
    if len(lines) == 1:
        lines.append("  nothing yet: begin with `package create`")
    return "\n".join(lines)
