"""The health of integrations. Each state has a shape and a word of its own, not a colour alone."""

from collections.abc import Sequence

from bot.message import Message
from bot.views.blocks import context, escape, message, moment, section, sections
from core.health.model import Health


def health_message(health: Health) -> Message:
    """Tell that an integration went down or came back: the cause, since when, and the fix."""
    said = "is well again" if health.ok else "is down"
    fix = "" if health.ok else health.fix
    text = f"{health.name} {said}: {health.detail} {fix}".rstrip()
    mark = "✅" if health.ok else "❌"
    blocks = [section(f"{mark} *{escape(health.name, 100)}* {said}: {escape(health.detail, 2000)}")]
    blocks.append(context(f"since {moment(health.since)}", *([escape(fix, 1500)] if fix else [])))
    return message(escape(text), blocks)


def health_list(health: Sequence[Health]) -> Message:
    """List how every integration is."""
    if not health:
        return message("Nothing has been looked at yet.", [section("Nothing has been looked at yet.")])
    text = "\n".join(f"{'ok' if one.ok else 'DOWN'}: {one.name}: {one.detail} {one.fix}".rstrip() for one in health)
    return message(escape(text), sections(health_line(one) for one in health))


def health_line(health: Health) -> str:
    """Say one integration's health in one line of Slack's markup."""
    name, detail = escape(health.name, 100), escape(health.detail, 300)
    if health.ok:
        return f"✅ {name}: {detail}"
    return f"❌ *{name} is down* since {moment(health.since)}: {detail} {escape(health.fix, 300)}".rstrip()
