"""Packages, their releases, and which channels follow them."""

from collections.abc import Sequence

from bot.message import Message
from bot.views.blocks import actions, button, code, context, escape, message, moment, section, sections
from core.packages.model import Package
from core.releases.model import Release, ReleaseState
from core.subscriptions.model import Subscription

_STATE = {
    ReleaseState.DRAFT: "📝",
    ReleaseState.PUBLISHED: "📦",
    ReleaseState.YANKED: "⛔",
    ReleaseState.DEPRECATED: "⚠️",
    ReleaseState.ARCHIVED: "🗄️",
    ReleaseState.QUARANTINED: "🔒",
    ReleaseState.DELETED: "✖️",
}
_RELEASES = 20


def package_message(package: Package) -> Message:
    """Show a package that has just become known, and what can be done with it first."""
    text = f"{package.name} is known now. Its repo is {package.repo}. Next: test {package.name}"
    buttons = [button("Test", f"test {package.name}"), button("Build", f"build {package.name}")]
    buttons.append(button("Release", f"release {package.name} minor"))
    small = context("This channel is told about it." if package.channel else "No channel is told about it yet.")
    said = f"📦 *{escape(package.name, 200)}* is known now.\nIts repo is {code(package.repo)}"
    return message(escape(text), [section(said), *actions(buttons), small])


def package_page(package: Package, releases: Sequence[Release]) -> Message:
    """Show a package with its releases, newest first."""
    summary = f" · {escape(package.summary, 300)}" if package.summary else ""
    lines = [_release(one) for one in releases[:_RELEASES]]
    if len(releases) > _RELEASES:
        lines.append(f"… and {len(releases) - _RELEASES} older ones")
    lines = lines or [f"No release yet: {code(f'/noodle release {package.name} minor')}"]
    if package.status != "active":
        lines.insert(0, f"⚠️ *{package.status}* {escape(package.status_reason, 300)}".rstrip())
    blocks = [*sections([f"📦 *{escape(package.name, 200)}*{summary}", *lines]), context(f"repo {code(package.repo)}")]
    status = "" if package.status == "active" else f"{package.status} {package.status_reason}".rstrip()
    said = [package.name, package.summary, status, *(f"  {one.version} {one.state}" for one in releases[:_RELEASES])]
    return message(escape("\n".join(line for line in said if line)), blocks)


def package_list(packages: Sequence[Package]) -> Message:
    """List packages by name."""
    if not packages:
        empty = escape("There is no package yet. Begin with `/noodle package create <name> --repo <url>`")
        return message(empty, [section(empty)])
    lines = [
        f"📦 *{escape(one.name, 200)}*{f' · {escape(one.summary, 200)}' if one.summary else ''}" for one in packages
    ]
    text = "\n".join(f"{one.name}{f': {one.summary}' if one.summary else ''}" for one in packages)
    return message(escape(text), sections(lines))


def subscriptions_message(subscriptions: Sequence[Subscription]) -> Message:
    """Say what a channel hears about."""
    names = ", ".join(one.package for one in subscriptions)
    text = f"This channel hears about: {names}." if names else "This channel hears about nothing."
    return message(escape(text), [section(escape(text))])


def _release(one: Release) -> str:
    since = f" · out since {moment(one.published_at)}" if one.published_at and one.state.listed else ""
    why = f" · “{escape(one.reason, 200)}”" if one.reason else ""
    return f"{_STATE[one.state]} *{escape(one.version, 50)}* {one.state}{since}{why}"
