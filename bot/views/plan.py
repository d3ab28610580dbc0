"""The card of a planned deploy: version now and next, what lies between and who made it, checks, what will run."""

import re
from collections import Counter
from collections.abc import Sequence

from bot.message import Block
from bot.views.blocks import code, context, escape, fields, moment, section
from core.deploys.model import GOOD_FOR, Plan, people
from core.ports import CheckResult, Commit

_SHOWN = 10
_PEOPLE = 5
_NOTABLE = re.compile(
    r"(^|/)(migrations?|alembic)/"
    r"|\.sql$|\.lock$|(^|/)([a-z]+-lock\.(json|yaml)|go\.sum)$"
    r"|(^|/)(requirements[^/]*\.txt|pyproject\.toml|setup\.(py|cfg)|package\.json|cargo\.toml|go\.mod)$"
    r"|(^|/)(dockerfile|jenkinsfile|compose\.ya?ml)$|^\.github/workflows/",
    re.IGNORECASE,
)
_CHECK = {"failure": ("✖️", "failing"), "pending": ("▫️", "pending"), "success": ("✔️", "passed")}


def plan_blocks(plan: Plan) -> list[Block]:
    """Show a plan in Slack."""
    where = escape(plan.environment, 100) + (" 🔒 protected" if plan.protected else "")
    facts = [f"*Now*\n{escape(plan.before, 100) or 'nothing'}", f"*Next*\n{escape(plan.after, 100)}"]
    facts.append(f"*Where*\n{where}")
    if plan.commits:
        facts.append(f"*Who*\n{escape(_who(plan), 300)}")
    blocks = [fields(facts), section("\n".join([f"*{_changes(plan)}*", *_commits(plan, "• ")]))]
    if plan.checks:
        checks = [f"{_CHECK[one.state][0]} {escape(one.name, 100)}: {one.state}" for one in _worst_first(plan.checks)]
        blocks.append(section("\n".join([f"*Checks:* {_counted(plan.checks)}", *_most(checks)])))
    if plan.changed:
        blocks.append(section(_files(plan)))
    runs = "Will run: " + " → ".join(escape(stage, 100) for stage in plan.stages)
    bytes_ = f"{code(plan.filename)} SHA-256 {code(plan.sha256[:12])} · good until {moment(plan.at + GOOD_FOR)}"
    return [*blocks, context(runs), context(bytes_)]


def plan_line(plan: Plan) -> str:
    """Say in one line of Slack's markup what a deploy changes."""
    return escape(f"{plan.before or 'nothing'} → {plan.after} · {_changes(plan)} {_by(plan)}".rstrip(), 500)


def plan_text(plan: Plan) -> list[str]:
    """Say a plan in lines for a terminal."""
    lines = [
        f"{plan.environment}: {plan.before or 'nothing'} -> {plan.after}{' (protected)' if plan.protected else ''}",
        f"{_changes(plan)} {_by(plan)}".rstrip(),
        *_plain_commits(plan, "  - " if plan.backwards else "  + "),
    ]
    if plan.checks:
        lines += [
            f"Checks: {_counted(plan.checks)}",
            *_most([f"  {c.state}: {c.name}" for c in _worst_first(plan.checks)]),
        ]
    if notable := _notable(plan):
        lines.append("Look at: " + _listed(notable, _SHOWN))
    return [*lines, "Will run: " + ", ".join(plan.stages)]


def _changes(plan: Plan) -> str:
    if plan.before == plan.after:
        return "The same version is live already."
    first = "" if plan.before else "The first version here. "
    if not plan.commits:
        return first.strip() or "No commits lie between that we know of."
    count = f"{len(plan.commits)} commit{'' if len(plan.commits) == 1 else 's'}"
    return f"Goes back and takes away {count}." if plan.backwards else f"{first}Brings {count}."


def _commits(plan: Plan, mark: str) -> list[str]:
    return [escape(line, 200) for line in _plain_commits(plan, mark)]


def _plain_commits(plan: Plan, mark: str) -> list[str]:
    return _most([f"{mark}{_commit(one)}" for one in plan.commits])


def _commit(commit: Commit) -> str:
    return f"{commit.sha[:7]} {commit.subject} ({commit.author})"


def _files(plan: Plan) -> str:
    count = f"{len(plan.changed)} file{'' if len(plan.changed) == 1 else 's'} changed."
    notable = _notable(plan)
    if not notable:
        return f"*Files:* {count}"
    more = f" and {len(notable) - _SHOWN} more" if len(notable) > _SHOWN else ""
    return f"*Files:* {count} Look at {', '.join(code(path, 120) for path in notable[:_SHOWN])}{more}"


def _notable(plan: Plan) -> list[str]:
    return [path for path in plan.changed if _NOTABLE.search(path)]


def _worst_first(checks: tuple[CheckResult, ...]) -> list[CheckResult]:
    return sorted(checks, key=lambda check: (list(_CHECK).index(check.state), check.name))


def _counted(checks: tuple[CheckResult, ...]) -> str:
    counts = Counter[str](check.state for check in checks)
    return ", ".join(f"{counts[state]} {word}" for state, (_, word) in _CHECK.items() if counts[state])


def _most(lines: list[str]) -> list[str]:
    more = len(lines) - _SHOWN
    return [*lines[:_SHOWN], f"… and {more} more"] if more > 0 else lines


def _by(plan: Plan) -> str:
    return f"By {_who(plan)}." if plan.commits else ""


def _who(plan: Plan) -> str:
    return _listed(people(plan), _PEOPLE)


def _listed(names: Sequence[str], most: int) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
