"""The living message of a run: where it is, stage by stage, and what can be done next."""

from bot.message import Block, Message
from bot.views.blocks import (
    actions,
    bar,
    button,
    code,
    context,
    escape,
    link,
    message,
    preformatted,
    section,
    sections,
    span,
)
from bot.views.plan import plan_blocks, plan_line, plan_text
from core.deploys.model import Plan
from core.errors import refusal
from core.runs.model import Run, RunState, Stage, StageState

# Shapes and words differ, not only colours.
_MARK = {
    RunState.PLANNED: ("📝", "planned"),
    RunState.RUNNING: ("⏳", "running"),
    RunState.SUCCEEDED: ("✅", "done"),
    RunState.FAILED: ("❌", "failed"),
    RunState.CANCELLED: ("🚫", "cancelled"),
}
_STAGE = {
    StageState.WAITING: ("▫️", " "),
    StageState.RUNNING: ("▶️", ">"),
    StageState.DONE: ("✔️", "+"),
    StageState.FAILED: ("✖️", "x"),
    StageState.SKIPPED: ("⏭️", "-"),
}
_NOTE = 200
_DEPLOYS = ("deploy", "rollback")
_SWITCH = "switch"
_UNTOUCHED = (StageState.WAITING, StageState.SKIPPED)
_HOPELESS = ("already_exists", "bad_command", "not_allowed", "unknown")

Step = tuple[str, str]
"""What can be done next: a button's label and its command line."""


def run_message(run: Run, public_url: str = "") -> Message:
    """Show a run: title, progress, stages, what went wrong, what to do next."""
    mark, word = _MARK[run.state]
    plan = Plan.from_json(run.detail["plan"]) if "plan" in run.detail else None
    blocks = [section(f"{mark} *{escape(run.title, 300)}* · {word}{_took(run)}")]
    if run.state is not RunState.PLANNED:
        blocks += _progress(run)
    elif plan is None:
        blocks.append(context("Making the plan: what is live, what changed, and who changed it …"))
    else:
        blocks += plan_blocks(plan)
    if run.error:
        blocks += _failure(run, plan)
    if plan is not None and run.state is not RunState.PLANNED:
        blocks.append(context(plan_line(plan)))
    blocks.append(context(" · ".join(escape(said, 500) for said in _small_print(run))))
    return message(_text(run, word, plan), [*blocks, *actions(_buttons(run, plan, public_url))])


def _progress(run: Run) -> list[Block]:
    over = sum(stage.state is StageState.DONE for stage in run.stages)
    lines = [f"`{bar(over, len(run.stages))}` {over} of {len(run.stages)}"] if run.state is RunState.RUNNING else []
    return sections(lines + [f"{_STAGE[one.state][0]} {escape(one.name, _NOTE)}{_note(one)}" for one in run.stages])


def _note(stage: Stage) -> str:
    note = f": {escape(stage.note, _NOTE)}" if stage.note else ""
    if stage.started_at and stage.finished_at and stage.state in {StageState.DONE, StageState.FAILED}:
        note += f" · {span((stage.finished_at - stage.started_at).total_seconds())}"
    return note


def _failure(run: Run, plan: Plan | None) -> list[Block]:
    wrong = refusal(run.error or {})
    # What follows the first line is output of the tool that failed.
    said, _, output = wrong.message.partition("\n")
    lines = [escape(said, 1500), escape(wrong.hint, 500)]
    if wrong.example:
        lines.append(f"For example: {code('/noodle ' + wrong.example)}")
    blocks = [section("\n".join(line for line in lines if line))]
    if output.strip():
        blocks.append(preformatted(output))
    if standing := _standing(run, plan):
        blocks.append(context(escape(standing)))
    return blocks


def _standing(run: Run, plan: Plan | None) -> str:
    """Say what a failed deploy has left live: one stage alone changes that."""
    switch = next((stage.state for stage in run.stages if stage.name == _SWITCH), None)
    if plan is None or switch is None:
        return ""
    if switch in _UNTOUCHED:
        return f"{plan.environment} is as it was: {plan.before or 'nothing'} is live."
    if switch is StageState.DONE:
        return f"{plan.environment} was switched to {plan.after} before this failed."
    return f"It is not certain what is live in {plan.environment}: look with `status {plan.package}`."


def _small_print(run: Run) -> list[str]:
    said = [f"#{run.number}", f"asked by {run.asked_by_name}"]
    confirmed, cancelled = run.detail.get("confirmed_by_name"), run.detail.get("cancelled_by_name")
    if confirmed and confirmed != run.asked_by_name:
        said.append(f"confirmed by {confirmed}")
    if cancelled:
        said.append(f"put aside by {cancelled}")
    if run.reason:
        said.append(f"“{run.reason}”")
    return said


def _took(run: Run) -> str:
    if run.finished_at is None or run.state is RunState.CANCELLED:
        return ""
    began = next((stage.started_at for stage in run.stages if stage.started_at), run.created_at)
    return f" in {span((run.finished_at - began).total_seconds())}"


def _buttons(run: Run, plan: Plan | None, public_url: str) -> list[Block]:
    if run.state is RunState.PLANNED:
        return _confirming(run, plan) if plan else []
    buttons = [button(label, line, style="primary" if label == "Publish" else None) for label, line in _next(run, plan)]
    if run.log and public_url:
        buttons.append(link("Open log", f"{public_url}/runs/{run.number}/log/{run.log}"))
    return buttons


def _confirming(run: Run, plan: Plan) -> list[Block]:
    label = "Roll back" if run.kind == "rollback" else "Deploy"
    sure = f"{plan.environment} is protected. Really {run.title}?" if plan.protected else ""
    return [
        button(label, f"confirm {run.number}", style="danger" if plan.protected else "primary", confirm=sure),
        button("Dry run", f"confirm {run.number} --dry-run"),
        button("Cancel", f"cancel {run.number}"),
    ]


def _next(run: Run, plan: Plan | None) -> list[Step]:
    if run.state is RunState.SUCCEEDED:
        return _after_success(run, plan)
    steps = []
    if run.state is RunState.CANCELLED and run.kind in _DEPLOYS:
        steps.append(("Plan again", _again(run)))
    if run.state is RunState.FAILED and (run.error or {}).get("code") not in _HOPELESS:
        steps.append(("Try again", _again(run)))
    switched = any(stage.name == _SWITCH and stage.state is StageState.DONE for stage in run.stages)
    if run.state is RunState.FAILED and switched and plan and plan.before:
        steps.append((f"Back to {plan.before}", f"deploy {run.package}@{plan.before} to {plan.environment}"))
    return steps


def _after_success(run: Run, plan: Plan | None) -> list[Step]:
    if "next" in run.detail:
        return [(str(one["label"]), str(one["line"])) for one in run.detail["next"]]
    if run.kind == "test":
        return [("Build", f"build {run.package}{_at(run)}")]
    if run.kind == "build":
        return [(f"Release {part}", f"release {run.package}{_at(run)} {part}") for part in ("patch", "minor")]
    if run.kind == "release":
        return [("Publish", f"publish {run.package}@{run.detail.get('version', '')}")]
    if run.kind == "deploy" and plan and plan.before:
        return [("Roll back", f"rollback {run.package} in {plan.environment}")]
    return []


def _again(run: Run) -> str:
    version = str(run.detail.get("version", ""))
    if run.kind in _DEPLOYS:
        return f"{run.kind} {run.package}@{version} to {run.detail.get('environment', '')}"
    if run.kind == "publish":
        return f"publish {run.package}@{version}"
    return f"{run.kind} {run.package}{_at(run)}" + (f" {version}" if run.kind == "release" else "")


def _at(run: Run) -> str:
    return f"@{run.detail['ref']}" if run.detail.get("ref") else ""


def _text(run: Run, word: str, plan: Plan | None) -> str:
    lines = [f"{run.title} (#{run.number}): {word}{_took(run)}"]
    if run.state is RunState.PLANNED and plan:
        lines += plan_text(plan)
        lines.append(f"To do it: confirm {run.number}. To put it aside: cancel {run.number}.")
    else:
        lines += [f"  {_STAGE[one.state][1]} {one.name}{f': {one.note}' if one.note else ''}" for one in run.stages]
    if run.error:
        wrong = refusal(run.error)
        lines += [part for part in (wrong.message, wrong.hint, _standing(run, plan)) if part]
    lines += [f"{label}: {line}" for label, line in _next(run, plan)]
    return escape("\n".join(lines))
