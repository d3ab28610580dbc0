"""A person's hands for tests and demos: everything the browser page does, through the same person API."""

import ssl
from collections.abc import Callable
from typing import Any

import httpx

from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.feed import Json
from bot.sandbox.slack.workspace import Workspace

WAIT_SECONDS = 10.0


class Visitor:
    """One person at the keyboard. Channels are named by id, name or, for the im with the bot, `@bot`.

    Args:
        workspace: of the running server; its feed tells when to look again.
        user: the person's id.
    """

    def __init__(self, workspace: Workspace, user: str) -> None:
        self._workspace = workspace
        self.user = user

    def say(self, channel: str, text: str, thread: str = "") -> str:
        """Say something or give a command; returns the ts, empty for a command once it was acked."""
        return str(self._post("say", channel=self._channel(channel), text=text, thread=thread)["ts"])

    def react(self, channel: str, ts: str, name: str, *, remove: bool = False) -> None:
        """Add a reaction or take it back."""
        self._post("react", channel=self._channel(channel), ts=ts, name=name, remove=remove)

    def click(self, where: Json, action_id: str, **given: Any) -> None:
        """Press or choose in a message or view; `where` is one of those that `messages`, `views` or `home` return.

        A button needs no more, a select `selected_option=` an option or its value; `values=` is what else was typed.
        """
        self._post("click", **_place(where, action_id), **given)

    def options(self, where: Json, action_id: str, value: str = "") -> list[Json]:
        """Return what an external select offers for `value`."""
        return list(self._post("options", **_place(where, action_id), value=value).get("options", []))

    def submit(self, view: Json, values: Json | None = None) -> dict[str, str]:
        """Submit a modal; returns errors by block_id."""
        answer = self._send("submit", view_id=view["id"], values=values or {})
        if "errors" in answer and not answer.get("error"):
            return dict(answer["errors"])
        return dict(_good(answer).get("errors", {}))

    def fill(self, view: Json, **answers: Any) -> dict[str, str]:
        """Submit a modal with answers by action_id; a select's answer is an option's value."""
        values: Json = {}
        for block in view["blocks"]:
            action_id = block.get("element", {}).get("action_id")
            if action_id in answers:
                values[block["block_id"]] = {action_id: {"value": answers.pop(action_id)}}
        if answers:
            raise SlackError("element_not_found", names=sorted(answers))
        return self.submit(view, values)

    def close(self, view: Json, *, everything: bool = False) -> None:
        """Close a modal or all of them."""
        self._post("close", view_id=view["id"], all=everything)

    def open_home(self, tab: str = "home") -> None:
        """Open the app's Home tab."""
        self._post("home", tab=tab)

    def shortcut(self, callback_id: str, channel: str = "", ts: str = "") -> None:
        """Use a global shortcut, or one on a message."""
        self._post("shortcut", callback_id=callback_id, channel=self._channel(channel) if channel else "", ts=ts)

    def messages(self, channel: str, thread: str = "") -> list[Json]:
        """Return what the person sees in a channel or thread, oldest first."""
        return list(self._get("messages", channel=self._channel(channel), thread=thread)["messages"])

    def views(self) -> list[Json]:
        """Return the open modals, the lowest first."""
        return list(self._get("views")["stack"])

    def home(self) -> Json | None:
        """Return the Home tab as last published."""
        found: Json | None = self._get("home")["view"]
        return found

    def world(self) -> Json:
        """Return what the page is drawn from."""
        return self._get("world")

    def wait_message(
        self,
        channel: str,
        matches: str | Callable[[Json], Any],
        *,
        thread: str = "",
        timeout: float = WAIT_SECONDS,
    ) -> Json:
        """Return the newest message that holds a text or matches; waits for it. Text is sought in blocks too."""

        def found() -> Json | None:
            hits = [m for m in reversed(self._timeline(channel, thread)) if _matches(m, matches)]
            return hits[0] if hits else None

        return self._wait(found, timeout, f"no message matches {matches!r} in {channel}")

    def wait_view(self, matches: Callable[[Json], Any] = bool, *, timeout: float = WAIT_SECONDS) -> Json:
        """Return the top modal once it matches."""

        def found() -> Json | None:
            with self._workspace.feed.lock:
                stack = self._workspace.views.stack(self.user)
            return stack[-1] if stack and matches(stack[-1]) else None

        return self._wait(found, timeout, "no modal matches")

    def wait_home(self, matches: Callable[[Json], Any] = bool, *, timeout: float = WAIT_SECONDS) -> Json:
        """Return the Home tab once it matches."""

        def found() -> Json | None:
            with self._workspace.feed.lock:
                view = self._workspace.views.home(self.user)
            return view if view is not None and matches(view) else None

        return self._wait(found, timeout, "no Home tab matches")

    def _timeline(self, channel: str, thread: str) -> list[Json]:
        with self._workspace.feed.lock:
            key, timeline = self._channel(channel), self._workspace.timeline
            found = timeline.replies(key, thread) if thread else timeline.history(key)
            found = found + [m for m in timeline.ephemerals(key, self.user) if m.get("thread_ts", "") == thread]
            shown = [{**timeline.shown(key, m), "channel": key} for m in found]
            return sorted(shown, key=lambda m: str(m["ts"]))

    def _wait(self, found: Callable[[], Json | None], timeout: float, failure: str) -> Json:
        answer: Json | None = self._workspace.feed.wait(found, timeout)
        if answer is None:
            raise TimeoutError(f"{failure} after {timeout} s")
        return answer

    def _channel(self, wanted: str) -> str:
        return (self._workspace.im(self.user) if wanted == "@bot" else self._workspace.channel(wanted)).id

    def _post(self, act: str, **given: Any) -> Json:
        return _good(self._send(act, **given))

    def _send(self, act: str, **given: Any) -> Json:
        body = {"user": self.user, **given}
        with _client() as client:
            answer: Json = client.post(f"{self._workspace.url}/sandbox/api/{act}", json=body).json()
        return answer

    def _get(self, what: str, **query: str) -> Json:
        with _client() as client:
            address = f"{self._workspace.url}/sandbox/api/{what}"
            return _good(client.get(address, params={"user": self.user, **query}).json())


def _good(answer: Json) -> Json:
    if not answer.get("ok"):
        raise SlackError(
            str(answer.get("error", "fatal_error")), **{k: v for k, v in answer.items() if k not in {"ok", "error"}}
        )
    return answer


def _matches(message: Json, matches: str | Callable[[Json], Any]) -> bool:
    if callable(matches):
        return bool(matches(message))
    return matches in message["text"] or matches in str(message.get("blocks", ""))


def _place(where: Json, action_id: str) -> Json:
    """Return where an element stands: its message or view, block and action."""
    holder = {"view_id": where["id"]} if "hash" in where else {"channel": where["channel"], "ts": where["ts"]}
    for block in where.get("blocks", ()):
        if f"'action_id': {action_id!r}" in str(block):
            return {**holder, "block_id": block["block_id"], "action_id": action_id}
    raise SlackError("element_not_found")


def _client() -> httpx.Client:
    # Loading the machine's certificates takes longer than the call; on loopback there is nothing to certify.
    return httpx.Client(trust_env=False, timeout=30, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
