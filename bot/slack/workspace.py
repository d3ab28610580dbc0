"""One Slack workspace, connected: what comes in goes to the inbox, what waits in the outbox goes out."""

from collections.abc import Callable, Collection

from starlette.routing import BaseRoute

from bot.slack import http
from bot.slack.app import Accept, build
from bot.slack.chat import SlackChat
from bot.slack.client import client, identity
from bot.slack.delivery import Delivery, Render
from bot.slack.parse import Parser, ReadForm
from bot.slack.sender import Sender
from bot.slack.settings import SlackSettings
from bot.slack.socket import Socket, preflight
from core.clock import SystemClock
from core.errors import Misconfigured
from core.notify.service import Outbox
from core.ports import Check


class SlackWorkspace:
    """A workspace and everything that keeps us in touch with it."""

    def __init__(
        self,
        settings: SlackSettings,
        *,
        outbox: Outbox,
        accept: Accept,
        emoji: Collection[str],
        read_form: ReadForm,
        seal: Callable[[str], str],
        render: Render,
    ) -> None:
        """Ask Slack who we are. Raises Misconfigured naming the variable at fault, ProviderDown."""
        if not settings.app_token.get_secret_value() and not settings.signing_secret.get_secret_value():
            raise Misconfigured(
                "Slack's bot token alone is not enough to hear anything.",
                hint="Set NOODLE_SLACK_APP_TOKEN for Socket Mode, or NOODLE_SLACK_SIGNING_SECRET for HTTP.",
            )
        web = client(settings)
        self.team, self.bot_user, bot_id = identity(web)
        self.chat = SlackChat(web)
        parser = Parser(bot_user=self.bot_user, emoji=emoji, read_form=read_form, seal=seal)
        app = build(settings, bot_user=self.bot_user, bot_id=bot_id, parser=parser, accept=accept)
        self._sender = Sender(outbox, Delivery(web, outbox, render, SystemClock()))
        self._socket: Socket | None = None
        self.routes: list[BaseRoute] = []
        if settings.app_token.get_secret_value():
            preflight(settings)
            self._socket = Socket(app, settings)
        else:
            self.routes.append(http.route(app, settings.signing_secret))

    def start(self) -> None:
        """Begin to send and to listen."""
        self._sender.start()
        if self._socket is not None:
            self._socket.start()

    def stop(self) -> None:
        """Listen no more, then finish what is being sent."""
        if self._socket is not None:
            self._socket.stop()
        self._sender.stop()

    def check(self) -> Check:
        """Say whether we hear Slack and Slack takes what we say."""
        sending = self._sender.check()
        if self._socket is None or not sending.ok:
            return sending
        hearing = self._socket.check()
        if not hearing.ok:
            return hearing
        return Check(ok=True, detail=f"{hearing.detail}, {sending.detail}")
