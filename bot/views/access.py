"""Rights, tokens and the audit trail."""

from collections.abc import Sequence

from bot.views.blocks import context, escape, message, moment, preformatted, section, utc
from bot.views.message import Message
from core.access.model import EVERYONE, Decision, Grant
from core.audit.model import Entry, Outcome
from core.tokens.model import Token

_OUTCOME = {Outcome.DONE: "✔️", Outcome.DENIED: "🚫", Outcome.REFUSED: "✖️", Outcome.FAILED: "❌"}


def who(person: str) -> str:
    """Return a person in Slack's markup: a mention where it is somebody of Slack."""
    if person.startswith("slack:"):
        return f"<@{escape(person.rpartition(':')[2])}>"
    return "everyone" if person == EVERYONE else escape(person)


def decision_message(line: str, decision: Decision) -> Message:
    """Say yes or no, by which rule, and who can."""
    answer = "Yes" if decision.allowed else "No"
    can = ", ".join(who(person) for person in decision.who_can[:10]) or "nobody yet"
    said = f"{'✅' if decision.allowed else '🚫'} *{answer}*: {escape(decision.rule)}."
    text = f"{answer}, `{line}`: {decision.rule}. Who can: {', '.join(decision.who_can) or 'nobody yet'}."
    return message(escape(text), [section(said), context(f"Who can: {can}")])


def grant_message(grant: Grant) -> Message:
    """Say that somebody has a role now."""
    text = f"{grant.person} is {grant.role} for {grant.scope}."
    return message(escape(text), [section(f"🔑 {who(grant.person)} is *{grant.role}* for {escape(grant.scope)}.")])


def revoked_message(grant: Grant) -> Message:
    """Say that somebody has a role no more."""
    text = f"{grant.person} is no longer {grant.role} for {grant.scope}."
    return message(
        escape(text), [section(f"🔑 {who(grant.person)} is no longer *{grant.role}* for {escape(grant.scope)}.")]
    )


def roles_list(grants: Sequence[Grant]) -> Message:
    """List who has which role."""
    if not grants:
        empty = "Nobody has a role yet. Whoever runs Noodle gives the first one: noodle ask 'grant admin to …'"
        return message(empty, [section(empty)])
    lines = [f"{who(one.person)} · *{one.role}* for {escape(one.scope)}" for one in grants[:60]]
    text = "\n".join(f"{one.person}: {one.role} for {one.scope}" for one in grants)
    return message(escape(text), [section("\n".join(lines))])


def whoami_message(person: str, name: str, grants: Sequence[Grant]) -> Message:
    """Say who somebody is to Noodle."""
    roles = [f"*{one.role}* for {escape(one.scope)}" for one in grants] or ["no role: ask an admin to grant you one"]
    text = f"{name} ({person}): " + (", ".join(f"{one.role} for {one.scope}" for one in grants) or "no role")
    return message(
        escape(text), [section(f"You are {escape(name)}: {'; '.join(roles)}"), context(f"`{escape(person)}`")]
    )


def token_message(token: Token, secret: str, url: str) -> Message:
    """Show a new token, the one time it can be seen, with the lines that use it."""
    host = url.partition("://")[2]
    scheme = url.partition("://")[0]
    lines = [f"pip install --index-url {scheme}://__token__:$TOKEN@{host}/simple/ <package>"]
    if token.scope != "read":
        lines.append(f"twine upload --repository-url {url}/legacy/ -u __token__ -p $TOKEN dist/*")
    return message(
        escape(f"The token {token.name}, shown this once: {secret}"),
        [
            section(f"🔑 Your token *{escape(token.name)}* ({token.scope}). It is shown this once:"),
            preformatted(secret),
            preformatted("\n".join(lines)),
            context("Keep it like a password. `/noodle token revoke` makes it worthless."),
        ],
    )


def token_list(tokens: Sequence[Token]) -> Message:
    """List somebody's tokens."""
    if not tokens:
        return message("You have no token.", [section("You have no token. `/noodle token create laptop` makes one.")])
    lines = [f"*{one.id}* {escape(one.name)} · {one.scope} · {_good(one)}" for one in tokens[:40]]
    text = "\n".join(f"{one.id} {one.name} {one.scope}" for one in tokens)
    return message(escape(text), [section("\n".join(lines))])


def token_revoked(token: Token) -> Message:
    """Say that a token is worthless now."""
    text = f"The token {token.name} is good for nothing now."
    return message(escape(text), [section(f"🔑 {escape(text)}")])


def audit_list(entries: Sequence[Entry]) -> Message:
    """List who did what, when, why and by which rule."""
    if not entries:
        return message("Nothing was done yet.", [section("Nothing was done yet.")])
    lines, texts = [], []
    for one in entries[:40]:
        when = moment(one.at) if one.at else ""
        why = f" · “{escape(one.reason)}”" if one.reason else ""
        lines.append(f"{_OUTCOME[one.outcome]} {when} {who(one.person)} `{escape(one.line or one.action)}`{why}")
        at = utc(one.at) if one.at else ""
        texts.append(f"{at} {one.outcome} {one.person}: {one.line or one.action} {one.reason}".rstrip())
    half = len(lines) // 2
    shown = [section("\n".join(part)) for part in (lines[:half], lines[half:]) if part]
    return message(escape("\n".join(texts)), shown)


def _good(token: Token) -> str:
    if token.revoked_at is not None:
        return "revoked"
    return f"until {moment(token.expires_at)}" if token.expires_at else "without end"
