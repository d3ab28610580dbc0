"""Rights, tokens and the audit trail."""

import re
from collections.abc import Sequence

from bot.message import Message
from bot.views.blocks import code, context, escape, message, moment, preformatted, section, sections, utc
from core.access.model import EVERYONE, Decision, Grant
from core.audit.model import Entry, Outcome
from core.tokens.model import Token

_OUTCOME = {Outcome.DONE: "✔️", Outcome.DENIED: "🚫", Outcome.REFUSED: "✖️", Outcome.FAILED: "❌"}
_SLACK = re.compile(r"slack:[A-Z0-9]+:([A-Z0-9]+)")
_WHO = 10


def who(person: str) -> str:
    """Return a person in Slack's markup: a mention where it is somebody of Slack."""
    if user := _SLACK.fullmatch(person):
        return f"<@{user[1]}>"
    return "everyone" if person == EVERYONE else escape(person, 100)


def decision_message(line: str, decision: Decision) -> Message:
    """Say yes or no, by which rule, and who can."""
    answer, mark = ("Yes", "✅") if decision.allowed else ("No", "🚫")
    can = decision.who_can[:_WHO]
    text = f"{answer}, `{line}`: {decision.rule}. Who can: {', '.join(can) or 'nobody yet'}."
    said = section(f"{mark} *{answer}*: {escape(decision.rule)}.")
    return message(escape(text), [said, context(f"Who can: {', '.join(map(who, can)) or 'nobody yet'}")])


def grant_message(grant: Grant) -> Message:
    """Say that somebody has a role now."""
    text = f"{grant.person} is {grant.role} for {grant.scope}."
    return message(escape(text), [section(f"🔑 {who(grant.person)} is {_role(grant)}.")])


def revoked_message(grant: Grant) -> Message:
    """Say that somebody has a role no more."""
    text = f"{grant.person} is no longer {grant.role} for {grant.scope}."
    return message(escape(text), [section(f"🔑 {who(grant.person)} is no longer {_role(grant)}.")])


def roles_list(grants: Sequence[Grant]) -> Message:
    """List who has which role."""
    if not grants:
        empty = "Nobody has a role yet. Whoever runs Noodle gives the first one: noodle ask 'grant admin to …'"
        return message(empty, [section(empty)])
    text = "\n".join(f"{one.person}: {one.role} for {one.scope}" for one in grants)
    return message(escape(text), sections(f"{who(one.person)} · {_role(one)}" for one in grants))


def whoami_message(person: str, name: str, grants: Sequence[Grant]) -> Message:
    """Say who somebody is to Noodle."""
    roles = "; ".join(map(_role, grants)) or "no role: ask an admin to grant you one"
    text = f"{name} ({person}): " + (", ".join(f"{one.role} for {one.scope}" for one in grants) or "no role")
    return message(escape(text), [section(f"You are {escape(name, 100)}: {roles}"), context(code(person))])


def token_message(token: Token, secret: str, url: str) -> Message:
    """Show a new token, the one time it can be seen, with the lines that use it."""
    scheme, _, host = url.partition("://")
    lines = [f"pip install --index-url {scheme}://__token__:$TOKEN@{host}/simple/ <package>"]
    if token.scope != "read":
        lines.append(f"twine upload --repository-url {url}/legacy/ -u __token__ -p $TOKEN dist/*")
    blocks = [
        section(f"🔑 Your token *{escape(token.name, 100)}* ({token.scope}). It is shown this once:"),
        preformatted(secret),
        preformatted("\n".join(lines)),
        context("Keep it like a password. `/noodle token revoke` makes it worthless."),
    ]
    return message(escape("\n".join([f"The token {token.name}, shown this once: {secret}", *lines])), blocks)


def token_list(tokens: Sequence[Token]) -> Message:
    """List somebody's tokens."""
    if not tokens:
        return message("You have no token.", [section("You have no token. `/noodle token create laptop` makes one.")])
    lines = [f"*{one.id}* {escape(one.name, 100)} · {one.scope} · {_good(one)}" for one in tokens]
    text = "\n".join(f"{one.id} {one.name} {one.scope}{' revoked' if one.revoked_at else ''}" for one in tokens)
    return message(escape(text), sections(lines))


def token_revoked(token: Token) -> Message:
    """Say that a token is worthless now."""
    text = escape(f"The token {token.name} is good for nothing now.")
    return message(text, [section(f"🔑 {text}")])


def audit_list(entries: Sequence[Entry]) -> Message:
    """List who did what, when, why and by which rule."""
    if not entries:
        return message("Nothing was done yet.", [section("Nothing was done yet.")])
    text = "\n".join(
        f"{utc(one.at) if one.at else ''} {one.outcome} {one.person}: {one.line or one.action} {_why(one)}".strip()
        for one in entries
    )
    return message(escape(text), sections(_entry(one) for one in entries))


def _role(grant: Grant) -> str:
    return f"*{grant.role}* for {escape(grant.scope, 200)}"


def _entry(one: Entry) -> str:
    when = f"{moment(one.at)} " if one.at else ""
    done = f"{_OUTCOME[one.outcome]} {one.outcome} · {when}{who(one.person)} {code(one.line or one.action, 200)}"
    return f"{done} {escape(_why(one), 300)}".rstrip()


def _why(one: Entry) -> str:
    why = [f"“{one.reason}”" if one.reason else "", f"({one.rule})" if one.rule and one.rule != one.reason else ""]
    return " ".join(part for part in why if part)


def _good(token: Token) -> str:
    if token.revoked_at is not None:
        return "revoked"
    return f"until {moment(token.expires_at)}" if token.expires_at else "without end"
