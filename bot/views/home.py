"""The home tab: what waits, what is live, what one can do."""

from bot.views.blocks import actions, button, context, divider, escape, header, section
from bot.views.message import Modal
from bot.views.status import overview_message
from core.overview.model import Overview

_MOST = 95


def home(overview: Overview | None, name: str, refused: str = "") -> Modal:
    """Return a person's home tab; `refused` says why there is no overview for them."""
    quick = [button("Status", "status"), button("Help", "help"), button("Deploy …", "deploy"), button("Test …", "test")]
    blocks = [header(f"Hello {name}"), actions(quick), divider()]
    if overview is None:
        blocks.append(section(escape(refused)))
    else:
        blocks += overview_message(overview).blocks
    blocks.append(context("`/noodle help` lists everything; `@noodle …` works in threads."))
    return Modal(view={"type": "home", "blocks": blocks[:_MOST]}, text=f"Home of {name}")
