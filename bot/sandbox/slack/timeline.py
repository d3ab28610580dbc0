"""The timeline: messages, threads, reactions and pins, by Slack's rules. The caller holds the lock."""

import copy
import re
from collections.abc import Callable
from typing import Any

from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.feed import Change, Feed, Json

_EMOJI = re.compile(r"[a-z0-9_+'\-]{1,100}(::skin-tone-[2-6])?")


class Timeline:
    """All messages of the workspace.

    Args:
        feed: told about each change.
        stamp: gives a new, ever growing Slack timestamp.
    """

    def __init__(self, feed: Feed, stamp: Callable[[], str]) -> None:
        self._feed = feed
        self._stamp = stamp
        self._messages: dict[str, dict[str, Json]] = {}
        self._ephemerals: dict[str, dict[str, Json]] = {}
        self.pins: dict[str, list[str]] = {}

    def dump(self) -> Json:
        """Return everything, as plain JSON; `load` takes it back."""
        return {"messages": self._messages, "ephemerals": self._ephemerals, "pins": self.pins}

    def load(self, kept: Json) -> None:
        """Bring back what `dump` gave."""
        self._messages, self._ephemerals, self.pins = kept["messages"], kept["ephemerals"], kept["pins"]

    def post(self, channel: str, message: Json) -> Json:
        """Keep a new message; `thread_ts` makes it a reply. Returns the stored message."""
        here = self._messages.setdefault(channel, {})
        thread = message.get("thread_ts")
        if thread:
            # the ts of a reply stands for its thread: bots answer to whatever message they saw
            parent = here.get(thread)
            if parent is None:
                raise SlackError("thread_not_found")
            message["thread_ts"] = parent.get("thread_ts", thread)
            root = here[message["thread_ts"]]
            root.setdefault("thread_ts", root["ts"])
            message["parent_user_id"] = root["user"]
        if message.get("reply_broadcast") and thread:
            message["subtype"] = "thread_broadcast"
        else:
            message.pop("reply_broadcast", None)
        message["ts"] = self._stamp()
        here[message["ts"]] = message
        self._tell("message", channel, message)
        if thread:
            self._tell("changed", channel, root, silent=True)
        return message

    def post_ephemeral(self, channel: str, user: str, message: Json) -> Json:
        """Show a message to `user` only."""
        message["ts"] = self._stamp()
        message["ephemeral"] = True
        message["audience"] = user
        self._ephemerals.setdefault(channel, {})[message["ts"]] = message
        self._feed.publish(
            Change("ephemeral", channel, user, {"channel": channel, "message": self.shown(channel, message)}),
        )
        return message

    def update_ephemeral(self, channel: str, ts: str, fields: Json) -> None:
        """Replace what an ephemeral message says."""
        message = self._ephemerals.get(channel, {}).get(ts)
        if message is None:
            raise SlackError("message_not_found")
        _rewrite(message, fields)
        data = {"channel": channel, "message": self.shown(channel, message)}
        self._feed.publish(Change("changed", channel, message["audience"], data))

    def delete_ephemeral(self, channel: str, ts: str) -> None:
        """Take an ephemeral message away."""
        message = self._ephemerals.get(channel, {}).pop(ts, None)
        if message is None:
            raise SlackError("message_not_found")
        data = {"channel": channel, "ts": ts}
        self._feed.publish(Change("deleted", channel, message["audience"], data))

    def update(self, channel: str, ts: str, fields: Json) -> Json:
        """Change a message; a None in `fields` removes that key. Returns the stored message."""
        message = self.find(channel, ts)
        before = copy.deepcopy(message)
        _rewrite(message, fields)
        self._tell("changed", channel, message, previous=before)
        return message

    def delete(self, channel: str, ts: str) -> None:
        """Remove a message; a parent with replies becomes a tombstone, as in Slack."""
        message = self.find(channel, ts)
        if any(other.get("thread_ts") == ts and other["ts"] != ts for other in self._messages[channel].values()):
            self.update(
                channel,
                ts,
                {
                    "text": "This message was deleted.",
                    "blocks": None,
                    "subtype": "tombstone",
                    "user": "USLACKBOT",
                    "bot_id": None,
                    "metadata": None,
                },
            )
            return
        del self._messages[channel][ts]
        if ts in self.pins.get(channel, []):
            self.pins[channel].remove(ts)
        data = {"channel": channel, "ts": ts, "thread_ts": message.get("thread_ts"), "previous": message}
        self._feed.publish(Change("deleted", channel, None, data))
        root = self._messages[channel].get(message.get("thread_ts", ""))
        if root is not None:
            self._tell("changed", channel, root, silent=True)

    def find(self, channel: str, ts: str) -> Json:
        """Return a stored message or raise `message_not_found`."""
        found = self._messages.get(channel, {}).get(ts)
        if found is None:
            raise SlackError("message_not_found")
        return found

    def find_shown(self, channel: str, ts: str, user: str) -> Json:
        """Return a message `user` can see, ephemeral ones included."""
        ephemeral = self._ephemerals.get(channel, {}).get(ts)
        if ephemeral is not None and ephemeral["audience"] == user:
            return ephemeral
        return self.find(channel, ts)

    def history(self, channel: str) -> list[Json]:
        """Return the channel's own messages, oldest first: no replies but broadcast ones."""
        return [m for m in tuple(self._messages.get(channel, {}).values()) if not _is_plain_reply(m)]

    def replies(self, channel: str, ts: str) -> list[Json]:
        """Return a thread: the parent, then its replies, oldest first."""
        message = self._messages.get(channel, {}).get(ts)
        if message is None:
            raise SlackError("thread_not_found")
        root = message.get("thread_ts", ts)
        return [m for m in self._messages[channel].values() if m["ts"] == root or m.get("thread_ts") == root]

    def ephemerals(self, channel: str, user: str) -> list[Json]:
        """Return what only `user` sees in `channel`, oldest first."""
        return [m for m in tuple(self._ephemerals.get(channel, {}).values()) if m["audience"] == user]

    def react(self, channel: str, ts: str, user: str, name: str) -> None:
        """Add a reaction."""
        if not _EMOJI.fullmatch(name):
            raise SlackError("invalid_name")
        message = self.find(channel, ts)
        reactions: list[Json] = message.setdefault("reactions", [])
        found = next((r for r in reactions if r["name"] == name), None)
        if found is None:
            reactions.append({"name": name, "users": [user], "count": 1})
        elif user in found["users"]:
            raise SlackError("already_reacted")
        else:
            found["users"].append(user)
            found["count"] += 1
        self._reacted(channel, message, user, name, added=True)

    def unreact(self, channel: str, ts: str, user: str, name: str) -> None:
        """Take a reaction back."""
        message = self.find(channel, ts)
        found = next((r for r in message.get("reactions", []) if r["name"] == name and user in r["users"]), None)
        if found is None:
            raise SlackError("no_reaction")
        found["users"].remove(user)
        found["count"] -= 1
        if not found["users"]:
            message["reactions"].remove(found)
        self._reacted(channel, message, user, name, added=False)

    def pin(self, channel: str, ts: str) -> None:
        """Pin a message."""
        self.find(channel, ts)
        pinned = self.pins.setdefault(channel, [])
        if ts in pinned:
            raise SlackError("already_pinned")
        pinned.append(ts)

    def unpin(self, channel: str, ts: str) -> None:
        """Take a pin out."""
        if ts not in self.pins.get(channel, []):
            raise SlackError("no_pin")
        self.pins[channel].remove(ts)

    def shown(self, channel: str, message: Json, *, metadata: bool = True) -> Json:
        """Return a copy as Slack shows it: with the thread's numbers, and metadata only when asked for."""
        seen = {k: copy.deepcopy(v) for k, v in message.items() if k != "audience"}
        if not metadata:
            seen.pop("metadata", None)
        if not seen.get("reactions"):
            seen.pop("reactions", None)
        if message.get("thread_ts") == message["ts"]:
            answers = [
                m
                for m in self._messages.get(channel, {}).values()
                if m.get("thread_ts") == message["ts"] and m["ts"] != message["ts"]
            ]
            seen["reply_count"] = len(answers)
            seen["reply_users"] = list(dict.fromkeys(m["user"] for m in answers))
            seen["reply_users_count"] = len(seen["reply_users"])
            if answers:
                seen["latest_reply"] = answers[-1]["ts"]
        return seen

    def _reacted(self, channel: str, message: Json, user: str, name: str, *, added: bool) -> None:
        data = {
            "channel": channel,
            "ts": message["ts"],
            "user": user,
            "name": name,
            "added": added,
            "item_user": message["user"],
            "reactions": copy.deepcopy(message.get("reactions", [])),
            "thread_ts": message.get("thread_ts"),
        }
        self._feed.publish(Change("reaction", channel, None, data))

    def _tell(self, kind: Any, channel: str, message: Json, **more: Any) -> None:
        data = {"channel": channel, "message": self.shown(channel, message), **more}
        self._feed.publish(Change(kind, channel, None, data))


def _rewrite(message: Json, fields: Json) -> None:
    for key, value in fields.items():
        if value is None:
            message.pop(key, None)
        else:
            message[key] = value


def _is_plain_reply(message: Json) -> bool:
    return message.get("thread_ts", message["ts"]) != message["ts"] and not message.get("reply_broadcast")
