"""Packages, their releases, and which channels follow them."""

from collections.abc import Sequence

from bot.views.blocks import actions, button, context, escape, message, section
from bot.views.message import Message
from core.packages.model import Package
from core.releases.model import Release, ReleaseState
from core.subscriptions.model import Subscription

_STATE = {ReleaseState.DRAFT: "📝", ReleaseState.PUBLISHED: "📦", ReleaseState.YANKED: "⛔"}


def package_message(package: Package) -> Message:
    """Show a package, and what can be done with it first."""
    text = f"{package.name} is known now. Its repo is {package.repo}."
    buttons = [button("Test", f"test {package.name}"), button("Build", f"build {package.name}")]
    buttons.append(button("Release", f"release {package.name} minor"))
    small = context("This channel is told about it." if package.channel else "No channel is told about it yet.")
    said = f"📦 *{escape(package.name)}* is known now.\nIts repo is `{escape(package.repo)}`"
    return message(escape(text), [section(said), actions(buttons), small])


def package_page(package: Package, releases: Sequence[Release]) -> Message:
    """Show a package with its releases, newest first."""
    title = f"*{escape(package.name)}*" + (f" · {escape(package.summary)}" if package.summary else "")
    lines = [f"{_STATE.get(one.state, '▫️')} *{escape(one.version)}* {one.state}" for one in releases[:20]]
    body = "\n".join(lines) or f"No release yet: `/noodle release {escape(package.name)} minor`"
    text = "\n".join([package.name, package.summary, *(f"  {one.version} {one.state}" for one in releases[:20])])
    return message(escape(text), [section(title), section(body), context(f"repo `{escape(package.repo)}`")])


def package_list(packages: Sequence[Package]) -> Message:
    """List packages by name."""
    if not packages:
        empty = "There is no package yet. Begin with `/noodle package create <name> --repo <url>`"
        return message(escape(empty), [section(escape(empty))])
    lines = [f"📦 *{escape(one.name)}*" + (f" · {escape(one.summary)}" if one.summary else "") for one in packages]
    return message(escape("\n".join(one.name for one in packages)), [section("\n".join(lines))])


def subscriptions_message(subscriptions: Sequence[Subscription]) -> Message:
    """Say what a channel hears about."""
    names = ", ".join(one.package for one in subscriptions)
    text = f"This channel hears about: {names}." if names else "This channel hears about nothing."
    return message(escape(text), [section(escape(text))])
