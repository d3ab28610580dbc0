"""The card of a planned deploy: version now and next, what lies between and who made it, checks, what will run."""

from bot.views.blocks import context, escape, fields, section
from bot.views.message import Block
from core.deploys.model import Plan, people
from core.ports import CheckResult, Commit

_SHOWN = 10
_NOTABLE = ("migration", "lock", "requirements", "pyproject.toml", "package.json", "cargo.toml", "dockerfile")
_CHECK = {"success": "✔️", "failure": "✖️", "pending": "▫️"}


def plan_blocks(plan: Plan) -> list[Block]:
    """Show a plan in Slack."""
    protected = " 🔒 protected" if plan.protected else ""
    blocks = [
        fields([f"*Now*\n{escape(plan.before) or 'nothing'}", f"*Next*\n{escape(plan.after)}"]),
        section(f"*Where* {escape(plan.environment)}{protected}"),
        section(_changes(plan)),
    ]
    if plan.checks:
        blocks.append(section("*Checks*\n" + "\n".join(_check(check) for check in _worst_first(plan.checks))))
    if notable := _notable(plan):
        blocks.append(section("*Look at* " + ", ".join(f"`{escape(path)}`" for path in notable)))
    blocks.append(context("Will run: " + " → ".join(escape(stage) for stage in plan.stages)))
    blocks.append(context(f"`{escape(plan.filename)}` · SHA-256 `{plan.sha256[:16]}…`"))
    return blocks


def plan_text(plan: Plan) -> list[str]:
    """Say a plan in lines for a terminal."""
    lines = [
        f"{plan.environment}: {plan.before or 'nothing'} -> {plan.after}{' (protected)' if plan.protected else ''}"
    ]
    lines += [f"  {'-' if plan.backwards else '+'} {_commit(one)}" for one in plan.commits[:_SHOWN]]
    if len(plan.commits) > _SHOWN:
        lines.append(f"    and {len(plan.commits) - _SHOWN} more")
    lines += [f"  {check.state}: {check.name}" for check in _worst_first(plan.checks)]
    lines.append("  will run: " + ", ".join(plan.stages))
    return lines


def _changes(plan: Plan) -> str:
    if plan.before == plan.after:
        return "*The same version is live already.*"
    if not plan.commits:
        return "No commits lie between that we know of."
    verb = "Takes away" if plan.backwards else "Brings"
    count = len(plan.commits)
    lines = [f"*{verb} {count} commit{'' if count == 1 else 's'}* by {escape(', '.join(people(plan)))}"]
    lines += [f"• {escape(_commit(one))}" for one in plan.commits[:_SHOWN]]
    if count > _SHOWN:
        lines.append(f"… and {count - _SHOWN} more")
    return "\n".join(lines)


def _commit(commit: Commit) -> str:
    return f"{commit.sha[:7]} {commit.subject} ({commit.author})"


def _check(check: CheckResult) -> str:
    return f"{_CHECK[check.state]} {escape(check.name)}: {check.state}"


def _worst_first(checks: tuple[CheckResult, ...]) -> list[CheckResult]:
    return sorted(checks, key=lambda check: ("failure", "pending", "success").index(check.state))


def _notable(plan: Plan) -> list[str]:
    return [path for path in plan.changed if any(word in path.lower() for word in _NOTABLE)][:_SHOWN]
