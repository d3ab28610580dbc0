"""The Bolt app: whatever comes in is kept in the inbox before it is acknowledged; all the rest happens afterwards."""

import json
import logging
import re
from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.slack.parse import FormErrors, Parser
from bot.slack.settings import SlackSettings
from core.inbox.model import Inbound

log = logging.getLogger(__name__)

Accept = Callable[[Inbound], bool]
ANY = re.compile(r"[\s\S]*")
_SORRY = "Noodle could not keep your request, so nothing was done. Please try again in a moment."


def build(settings: SlackSettings, *, bot_user: str, bot_id: str, parser: Parser, accept: Accept) -> App:
    """Return the Bolt app. It calls nothing of Slack before it has acknowledged."""
    token = settings.bot_token.get_secret_value()

    def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        # Asked once, at the start: asking on each request costs half a second of the three there are.
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, bot_user_id=bot_user, bot_id=bot_id, bot_token=token
        )

    app = App(
        name="noodle",
        client=WebClient(base_url=settings.api_url),
        authorize=authorize,
        signing_secret=settings.signing_secret.get_secret_value() or "socket mode has none",
        # Without it Bolt acknowledges events before our middleware has kept them.
        process_before_response=True,
        token_verification_enabled=False,
        raise_error_for_unhandled_request=False,
    )
    app.use(_keeper(parser, accept))
    _acknowledge_all(app)
    return app


def _keeper(parser: Parser, accept: Accept) -> Callable[..., BoltResponse]:
    def keep(req: BoltRequest, next: Callable[[], BoltResponse]) -> BoltResponse:  # noqa: A002 - Bolt passes by name
        if req.body.get("type") == "app_rate_limited":
            log.error("Slack drops our events: more than it allows in an hour")
            return BoltResponse(status=200)
        try:
            asked = parser.parse(req.body)
        except (KeyError, IndexError, TypeError, AttributeError, ValueError):
            if req.body.get("type") != "event_callback":
                raise
            # Sent again it would read no better.
            log.exception("an event of Slack's has a shape we do not know; it is let go")
            return next()
        if isinstance(asked, FormErrors):
            return _json({"response_action": "errors", "errors": asked.errors})
        if asked is not None:
            try:
                accept(asked)
            except Exception:
                log.exception("a request could not be kept; it is not acknowledged")
                return _not_kept(req)
        return next()

    return keep


def _not_kept(req: BoltRequest) -> BoltResponse:
    # Slack repeats an event that is not acknowledged; what a person did, it does not repeat: they have to be told.
    return _json({"response_type": "ephemeral", "text": _SORRY}) if "command" in req.body else BoltResponse(status=503)


def _json(body: dict[str, Any]) -> BoltResponse:
    return BoltResponse(status=200, body=json.dumps(body), headers={"content-type": ["application/json"]})


def _acknowledge_all(app: App) -> None:
    def ok(ack: Ack) -> None:
        ack()

    def nothing() -> None:
        """Bolt acknowledges events by itself; one that no listener takes would be sent again and again."""

    app.event(ANY)(nothing)
    app.command(ANY)(ok)
    app.action(ANY)(ok)
    app.view_submission(ANY)(ok)
    app.view_closed(ANY)(ok)
    app.shortcut(ANY)(ok)
    app.options(ANY)(lambda ack: ack(options=[]))
