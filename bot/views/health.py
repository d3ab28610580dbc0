"""The health of integrations."""

from bot.views.blocks import context, escape, message, moment, section
from bot.views.message import Message
from core.health.model import Health


def health_message(health: Health) -> Message:
    """Tell that an integration went down or came back: the cause, since when, and the fix."""
    if health.ok:
        text = f"{health.name} is well again: {health.detail}"
        return message(escape(text), [section(f"🟢 *{escape(health.name)}* is well again: {escape(health.detail)}")])
    text = f"{health.name} is down: {health.detail} {health.fix}"
    blocks = [section(f"🔴 *{escape(health.name)}* is down: {escape(health.detail)}")]
    blocks.append(context(f"since {moment(health.since)}", *([escape(health.fix)] if health.fix else [])))
    return message(escape(text), blocks)


def health_line(health: Health) -> str:
    """Say one integration's health in one line of Slack's markup."""
    return f"{'🟢' if health.ok else '🔴'} {escape(health.name)}: {escape(health.detail)}"
