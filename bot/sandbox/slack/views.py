"""Modals and Home tabs: stacks of three, hashes, and who may replace what. The caller holds the lock."""

import copy
import json
import secrets
from collections.abc import Callable, Iterator

from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.feed import Change, Feed, Json

STACK = 3
VIEW_BYTES = 250_000
_KEPT = (
    "type",
    "title",
    "close",
    "submit",
    "blocks",
    "private_metadata",
    "callback_id",
    "external_id",
    "clear_on_close",
    "notify_on_close",
    "submit_disabled",
)


class Views:
    """Every open view of every person.

    Args:
        feed: told when a view opens, changes or closes.
        stamp: gives new timestamps, for hashes.
        identity: keys every view carries: team, app and bot ids.
    """

    def __init__(self, feed: Feed, stamp: Callable[[], str], identity: Json) -> None:
        self._feed = feed
        self._stamp = stamp
        self._identity = identity
        self._stacks: dict[str, list[Json]] = {}
        self._homes: dict[str, Json] = {}

    def stack(self, user: str) -> list[Json]:
        """Return the views open before `user`, the lowest first."""
        return copy.deepcopy(self._stacks.get(user, []))

    def home(self, user: str) -> Json | None:
        """Return the user's Home tab."""
        return copy.deepcopy(self._homes.get(user))

    def find(self, view_id: str) -> tuple[str, Json]:
        """Return (user, view) or raise `not_found`."""
        for user, view in self._all():
            if view["id"] == view_id:
                return user, view
        raise SlackError("not_found")

    def open(self, user: str, view: Json) -> Json:
        """Open a modal as the only one before `user`."""
        made = self._new(view)
        made["root_view_id"] = made["id"]
        self._stacks[user] = [made]
        return self._told("view_opened", user, made)

    def push(self, user: str, view: Json) -> Json:
        """Put a modal on top; at most three lie on each other."""
        stack = self._stacks.get(user, [])
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= STACK:
            raise SlackError("push_limit_reached")
        made = self._new(view)
        made["root_view_id"] = stack[0]["id"]
        made["previous_view_id"] = stack[-1]["id"]
        stack.append(made)
        return self._told("view_opened", user, made)

    def update(self, view: Json, *, view_id: str = "", external_id: str = "", hash_: str = "") -> Json:
        """Replace a view found by its id or external id; an old `hash_` is a conflict."""
        key, wanted = ("id", view_id) if view_id else ("external_id", external_id)
        found = next(((u, v) for u, v in self._all() if wanted and v[key] == wanted), None)
        if found is None:
            raise SlackError("not_found")
        user, old = found
        if hash_ and hash_ != old["hash"]:
            raise SlackError("hash_conflict")
        if view.get("external_id") and view["external_id"] != old["external_id"]:
            self._check_external(view)
        _check_size(view)
        fresh = {**self._shell(), **_body(view)}
        for kept in ("id", "root_view_id", "previous_view_id"):
            fresh[kept] = old[kept]
        fresh["state"] = {"values": {}}
        fresh["answers"] = _surviving_answers(old, fresh)
        old.clear()
        old.update(fresh)
        return self._told("home" if old["type"] == "home" else "view_updated", user, old)

    def publish(self, user: str, view: Json, hash_: str = "") -> Json:
        """Set the user's Home tab."""
        old = self._homes.get(user)
        if hash_ and (old is None or hash_ != old["hash"]):
            raise SlackError("hash_conflict")
        made = self._new(view)
        if old is not None:
            made["id"] = old["id"]
        made["root_view_id"] = made["id"]
        self._homes[user] = made
        return self._told("home", user, made)

    def close(self, user: str, view_id: str, *, clear: bool = False) -> list[Json]:
        """Close a view and those above it, or all; returns the closed ones, the top first."""
        stack = self._stacks.get(user, [])
        at = next((n for n, view in enumerate(stack) if view["id"] == view_id), None)
        if at is None:
            raise SlackError("not_found")
        gone = stack[0 if clear else at :]
        del stack[0 if clear else at :]
        for view in reversed(gone):
            self._told("view_closed", user, view)
        return gone[::-1]

    def _all(self) -> Iterator[tuple[str, Json]]:
        for user, stack in self._stacks.items():
            for view in stack:
                yield user, view
        yield from self._homes.items()

    def _new(self, view: Json) -> Json:
        self._check_external(view)
        _check_size(view)
        made = {**self._shell(), **_body(view)}
        made["id"] = f"V{secrets.token_hex(5).upper()}"
        return made

    def _shell(self) -> Json:
        return {
            "id": "",
            **self._identity,
            "type": "modal",
            "blocks": [],
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "state": {"values": {}},
            "hash": f"{self._stamp()[:10]}.{secrets.token_hex(4)}",
            "title": None,
            "close": None,
            "submit": None,
            "clear_on_close": False,
            "notify_on_close": False,
            "previous_view_id": None,
            "root_view_id": "",
            "answers": {},
        }

    def _check_external(self, view: Json) -> None:
        wanted = view.get("external_id")
        if wanted and any(other["external_id"] == wanted for _, other in self._all()):
            raise SlackError("duplicate_external_id")

    def _told(self, kind: str, user: str, view: Json) -> Json:
        seen = shown(view)
        self._feed.publish(Change(kind, None, user, {"view": seen}))  # type: ignore[arg-type]  # one of Kind's words
        return seen


def shown(view: Json) -> Json:
    """Return the view as Slack sends it, without what only the sandbox keeps."""
    return {k: copy.deepcopy(v) for k, v in view.items() if k != "answers"}


def _body(view: Json) -> Json:
    return {k: copy.deepcopy(view[k]) for k in _KEPT if view.get(k) is not None}


def _check_size(view: Json) -> None:
    if len(json.dumps(view).encode()) > VIEW_BYTES:
        raise SlackError("view_too_large")


def _surviving_answers(old: Json, fresh: Json) -> Json:
    """What a person has typed stays where block_id and action_id stay, as in Slack's client."""
    blocks = {block.get("block_id") for block in fresh["blocks"]}
    return {block: answers for block, answers in old["answers"].items() if block in blocks}
