"""The workspace: people, channels, the app, and everything that was said. Thread-safe through `feed.lock`."""

import copy
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Self

from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.feed import Change, Feed
from bot.sandbox.slack.markup import named, typed
from bot.sandbox.slack.tickets import Tickets
from bot.sandbox.slack.timeline import Timeline
from bot.sandbox.slack.views import Views
from bot.sandbox.slack.world import COLORS, DEFAULT_MANIFEST, App, Channel, User
from core.clock import Clock, SystemClock

PEOPLE = (("ada", "Ada Admin"), ("dev", "Dev Developer"), ("vic", "Vic Viewer"))


class Workspace:
    """One team with one app installed.

    Whoever reads or changes the state holds `feed.lock`; the Web API and the person API do.
    """

    def __init__(self, team: str, manifest: Mapping[str, Any], clock: Clock) -> None:
        self.clock = clock
        self.feed = Feed()
        self.team_id = "T01NOODLE"
        self.team_name = team
        self.domain = "".join(c if c.isalnum() else "-" for c in team.lower())
        self.bot_token = f"xoxb-{secrets.token_hex(16)}"
        self.app_token = f"xapp-1-A01NOODLE-{secrets.token_hex(16)}"
        self.signing_secret = secrets.token_hex(16)
        self.app = App("A01NOODLE", "B01NOODLE", "U00NOODLE", copy.deepcopy(dict(manifest)), secrets.token_hex(12))
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, dict[str, Any]] = {}
        self.usergroups: list[dict[str, Any]] = []
        self.url = ""
        self._last_stamp = 0
        self._read: dict[tuple[str, str], str] = {}
        self.tickets = Tickets(self.seconds)
        self.timeline = Timeline(self.feed, self.stamp)
        identity = {
            "team_id": self.team_id,
            "app_id": self.app.id,
            "app_installed_team_id": self.team_id,
            "bot_id": self.app.bot_id,
        }
        self.views = Views(self.feed, self.stamp, identity)

    @classmethod
    def create(
        cls,
        team: str = "Noodle Sandbox",
        *,
        users: Sequence[tuple[str, str]] = PEOPLE,
        channels: Sequence[str] = ("general", "releases", "random"),
        bot_in: Sequence[str] = ("general", "releases"),
        manifest: Mapping[str, Any] | None = None,
        clock: Clock | None = None,
    ) -> Self:
        """Build a world: the people are in every channel, the bot only in those of `bot_in`.

        Args:
            team: the workspace's name.
            users: (name, real name) pairs; the first person is the workspace admin.
            channels: names of public channels.
            bot_in: which of them the bot has joined; in the others it gets `not_in_channel`.
            manifest: an app manifest, v2; its scopes, events, commands and shortcuts hold.
            clock: what time it is; triggers, response urls and rates follow it.
        """
        made = cls(team, manifest if manifest is not None else DEFAULT_MANIFEST, clock or SystemClock())
        bot_name = made.app.manifest.get("features", {}).get("bot_user", {}).get("display_name", "noodle")
        bot = User(made.app.bot_user, bot_name, made.app.name, "", COLORS[0], is_bot=True)
        made.users[bot.id] = bot
        for name, real_name in users:
            made.add_user(name, real_name)
        for name in channels:
            channel = made.add_channel(name)
            channel.members = [u.id for u in made.users.values() if not u.is_bot or name in bot_in]
        return made

    def seconds(self) -> float:
        """Return the time in seconds since the epoch."""
        return self.clock.now().timestamp()

    def stamp(self) -> str:
        """Return a new message timestamp, greater than every one before."""
        with self.feed.lock:
            self._last_stamp = max(int(self.seconds() * 1_000_000), self._last_stamp + 1)
            return f"{self._last_stamp // 1_000_000}.{self._last_stamp % 1_000_000:06d}"

    def add_user(self, name: str, real_name: str) -> User:
        """Add a person, with an im with the bot."""
        with self.feed.lock:
            number = len(self.users)
            key = f"{number:02d}{_plain(name)}"
            color = COLORS[number % len(COLORS)]
            user = User(f"U{key}", name, real_name, f"{name}@noodle.test", color, is_admin=number == 1)
            self.users[user.id] = user
            self.direct((user.id, self.app.bot_user))
            return user

    def add_channel(self, name: str, *, creator: str | None = None, is_private: bool = False) -> Channel:
        """Add an empty channel; raises `name_taken`."""
        with self.feed.lock:
            if any(c.name == name and not c.is_im for c in self.channels.values()):
                raise SlackError("name_taken")
            number = sum(not c.is_im for c in self.channels.values()) + 1
            key = f"C{number:02d}{_plain(name)}"
            made = Channel(key, name, int(self.seconds()), creator or self.app.bot_user, is_private=is_private)
            self.channels[key] = made
            return made

    def direct(self, members: tuple[str, str]) -> Channel:
        """Return the im of two users; there is only one."""
        with self.feed.lock:
            for channel in self.channels.values():
                if channel.is_im and set(channel.members) == set(members):
                    return channel
            number = sum(c.is_im for c in self.channels.values()) + 1
            key = f"D{number:02d}{members[0][3:]}"
            made = Channel(key, "", int(self.seconds()), members[1], is_im=True, members=list(dict.fromkeys(members)))
            self.channels[key] = made
            return made

    def user(self, wanted: str) -> User:
        """Return a user by id or name (`ada`, `@ada`); raises `user_not_found`."""
        found = self.users.get(wanted) or self._named_user(wanted)
        if found is None:
            raise SlackError("user_not_found")
        return found

    def channel(self, wanted: str) -> Channel:
        """Return a channel by id or name (`general`, `#general`); raises `channel_not_found`."""
        found = self.channels.get(wanted)
        if found is None:
            name = wanted.removeprefix("#")
            found = next((c for c in self.channels.values() if c.name == name and name), None)
        if found is None:
            raise SlackError("channel_not_found")
        return found

    def im(self, user: str) -> Channel:
        """Return the im of a person and the bot."""
        return self.direct((self.user(user).id, self.app.bot_user))

    def join(self, channel: Channel, user: str, inviter: str | None = None) -> bool:
        """Add a member; says whether they were not one before."""
        with self.feed.lock:
            if user in channel.members:
                return False
            channel.members.append(user)
            data = {"user": user, "inviter": inviter, "event_ts": self.stamp()}
            self.feed.publish(Change("joined", channel.id, None, data))
            return True

    def visible(self, user: str, channel: Channel) -> bool:
        """Say whether `user` may read `channel`: public ones are open to all."""
        return user in channel.members or not (channel.is_im or channel.is_private)

    def typed(self, text: str) -> str:
        """Return a person's words as Slack stores them."""
        return typed(text, *self._names())

    def named(self, text: str) -> str:
        """Return a command's words with names escaped, for apps with `should_escape`."""
        return named(text, *self._names())

    def mark_read(self, user: str, channel: str) -> None:
        """Remember that `user` has seen all of `channel`."""
        self._read[(user, channel)] = self.stamp()

    def unread(self, user: str, channel: str) -> int:
        """Return how many messages of others `user` has not seen."""
        since = self._read.get((user, channel), "")
        return sum(m["ts"] > since and m["user"] != user for m in self.timeline.history(channel))

    def permalink(self, channel: str, ts: str) -> str:
        """Return the address of a message."""
        return f"{self.url or 'https://' + self.domain + '.slack.com'}/archives/{channel}/p{ts.replace('.', '')}"

    def fail(self, user: str, text: str) -> None:
        """Tell `user` that the app did not do what they asked."""
        self.feed.publish(Change("error", None, user, {"text": text}))

    def _named_user(self, wanted: str) -> User | None:
        name = wanted.removeprefix("@").lower()
        return next((u for u in self.users.values() if u.name == name), None)

    def _names(self) -> tuple[dict[str, str], dict[str, str]]:
        return (
            {user.name: user.id for user in self.users.values()},
            {channel.name: channel.id for channel in self.channels.values() if channel.name},
        )


def _plain(name: str) -> str:
    return "".join(c for c in name.upper() if c.isascii() and c.isalnum())[:8]
