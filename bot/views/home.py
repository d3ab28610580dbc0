"""The home tab: what waits, what is live, what one can do."""

from bot.message import Block, Modal
from bot.views.blocks import actions, button, context, divider, escape, header, section, sections
from bot.views.status import overview_message
from core.overview.model import Overview
from core.runs.model import RunState

_MOST = 95
_QUICK = (
    ("Status", "status"),
    ("Deploy …", "deploy"),
    ("Test …", "test"),
    ("Packages", "package list"),
    ("Help", "help"),
)


def home(overview: Overview | None, name: str, refused: str = "") -> Modal:
    """Return a person's home tab; `refused` says why there is no overview for them."""
    blocks = [header(f"Hello {name}"), *actions([button(label, line) for label, line in _QUICK]), divider()]
    if overview is None:
        blocks.append(section(escape(refused)))
    else:
        blocks += _waiting(overview, name)
        blocks += overview_message(overview).blocks
    blocks = [*blocks[:_MOST], context("`/noodle help` lists everything; `@noodle …` works in threads.")]
    return Modal(view={"type": "home", "blocks": blocks}, text=f"Home of {name}")


def _waiting(overview: Overview, name: str) -> list[Block]:
    """Return what waits for this very person: plans they asked for, and tasks they took on."""
    plans = [run for run in overview.runs if run.state is RunState.PLANNED and run.asked_by_name == name]
    tasks = [task for task in overview.tasks if task.claimed_by_name == name]
    lines = [f"📝 {escape(run.title, 200)} (#{run.number}) waits for a yes or a no" for run in plans]
    lines += [f"👀 {escape(task.title, 200)} (task {task.id}) is yours" for task in tasks]
    if not lines:
        return []
    buttons = [button(f"Look at #{run.number}", f"status #{run.number}") for run in plans]
    buttons += [button(f"Task {task.id} is done", f"task done {task.id}") for task in tasks]
    return [*sections(["*Waits for you*", *lines]), *actions(buttons), divider()]
