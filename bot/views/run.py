"""The living message of a run: where it is, stage by stage, and what can be done next."""

from bot.views.blocks import actions, bar, button, context, escape, link, message, section
from bot.views.message import Block, Message
from bot.views.plan import plan_blocks, plan_text
from core.deploys.model import Plan
from core.errors import refusal
from core.runs.model import Run, RunState, Stage, StageState

_MARK = {
    RunState.PLANNED: ("📝", "planned"),
    RunState.RUNNING: ("⏳", "running"),
    RunState.SUCCEEDED: ("✅", "done"),
    RunState.FAILED: ("❌", "failed"),
    RunState.CANCELLED: ("🚫", "cancelled"),
}
_STAGE = {
    StageState.WAITING: "▫️",
    StageState.RUNNING: "▶️",
    StageState.DONE: "✔️",
    StageState.FAILED: "✖️",
    StageState.SKIPPED: "⏭️",
}


def run_message(run: Run, public_url: str = "") -> Message:
    """Show a run: title, progress, stages, what went wrong, what to do next."""
    mark, word = _MARK[run.state]
    blocks = [section(f"{mark} *{escape(run.title)}* · {word}{_took(run)}")]
    if run.state is RunState.PLANNED:
        blocks += _planned(run)
    else:
        blocks += _progress(run)
    if run.error:
        blocks.append(section(_failure(run)))
    blocks.append(context(" · ".join(_small_print(run))))
    if buttons := _buttons(run, public_url):
        blocks.append(actions(buttons))
    return message(_text(run, word), blocks)


def _planned(run: Run) -> list[Block]:
    if "plan" not in run.detail:
        return [context("Looking at what is live, what changed and who changed it …")]
    return plan_blocks(Plan.from_json(run.detail["plan"]))


def _progress(run: Run) -> list[Block]:
    over = sum(stage.state is StageState.DONE for stage in run.stages)
    lines = [f"`{bar(over, len(run.stages))}` {over} of {len(run.stages)}"] if run.state is RunState.RUNNING else []
    lines += [f"{_STAGE[stage.state]} {escape(stage.name)}{_note(stage)}" for stage in run.stages]
    return [section("\n".join(lines))] if lines else []


def _note(stage: Stage) -> str:
    took = ""
    if stage.started_at and stage.finished_at:
        took = f" · {(stage.finished_at - stage.started_at).total_seconds():.0f} s"
    return (f" — {escape(stage.note)}" if stage.note else "") + took


def _failure(run: Run) -> str:
    wrong = refusal(run.error or {})
    text = f"*{escape(wrong.message)}*"
    if wrong.hint:
        text += f"\n{escape(wrong.hint)}"
    if wrong.example:
        text += f"\n`/noodle {escape(wrong.example)}`"
    return text


def _small_print(run: Run) -> list[str]:
    said = [f"#{run.number}", f"asked by {escape(run.asked_by_name)}"]
    confirmed = run.detail.get("confirmed_by_name")
    if confirmed and confirmed != run.asked_by_name:
        said.append(f"confirmed by {escape(str(confirmed))}")
    cancelled = run.detail.get("cancelled_by_name")
    if cancelled:
        said.append(f"put aside by {escape(str(cancelled))}")
    if run.reason:
        said.append(f"“{escape(run.reason)}”")
    return said


def _took(run: Run) -> str:
    if run.finished_at is None or run.state is RunState.CANCELLED:
        return ""
    began = next((stage.started_at for stage in run.stages if stage.started_at), run.created_at)
    return f" in {(run.finished_at - began).total_seconds():.0f} s"


def _buttons(run: Run, public_url: str) -> list[Block]:
    buttons: list[Block] = []
    if run.state is RunState.PLANNED and "plan" in run.detail:
        buttons += _confirming(run)
    elif run.state is RunState.SUCCEEDED:
        buttons += _next(run)
    elif run.state is RunState.FAILED:
        buttons.append(button("Try again", _again(run)))
    if run.log and public_url:
        buttons.append(link("Open log", f"{public_url}/runs/{run.number}/log/{run.log}"))
    return buttons


def _confirming(run: Run) -> list[Block]:
    plan = Plan.from_json(run.detail["plan"])
    label = "Roll back" if run.kind == "rollback" else "Deploy"
    sure = f"{run.title}: {plan.environment} is protected." if plan.protected else ""
    return [
        button(label, f"confirm {run.number}", style="danger" if plan.protected else "primary", confirm=sure),
        button("Dry run", f"confirm {run.number} --dry-run"),
        button("Cancel", f"cancel {run.number}"),
    ]


def _next(run: Run) -> list[Block]:
    version = run.detail.get("version", "")
    if run.kind == "test":
        return [button("Build", f"build {run.package}")]
    if run.kind == "build":
        return [button(f"Release {part}", f"release {run.package} {part}") for part in ("patch", "minor")]
    if run.kind == "release":
        return [button("Publish", f"publish {run.package}@{version}", style="primary")]
    if run.kind == "publish":
        return [button(one["label"], one["line"]) for one in run.detail.get("next", [])]
    return [button("Roll back", f"rollback {run.package} in {run.detail['environment']}")]


def _again(run: Run) -> str:
    version, ref = run.detail.get("version", ""), run.detail.get("ref", "")
    if run.kind in {"deploy", "rollback"}:
        return f"{run.kind} {run.package}@{version} to {run.detail['environment']}"
    if run.kind == "publish":
        return f"publish {run.package}@{version}"
    at = f"@{ref}" if ref else ""
    return f"{run.kind} {run.package}{at}" + (f" {version}" if run.kind == "release" else "")


def _text(run: Run, word: str) -> str:
    lines = [f"{run.title} (#{run.number}): {word}{_took(run)}"]
    if run.state is RunState.PLANNED and "plan" in run.detail:
        lines += plan_text(Plan.from_json(run.detail["plan"]))
        lines.append(f"To do it: confirm {run.number}. To put it aside: cancel {run.number}.")
    else:
        words = {StageState.WAITING: " ", StageState.RUNNING: ">", StageState.DONE: "+", StageState.FAILED: "x"}
        lines += [f"  {words.get(s.state, '-')} {s.name}{f': {s.note}' if s.note else ''}" for s in run.stages]
    if run.error:
        wrong = refusal(run.error)
        lines += [part for part in (wrong.message, wrong.hint) if part]
    return escape("\n".join(lines))
