"""One Slack client, and what its errors mean."""

from http import HTTPStatus

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.settings import SlackSettings
from core.errors import Misconfigured, ProviderDown

TIMEOUT = 10


def client(settings: SlackSettings) -> WebClient:
    """Return a client that tries once: a post repeated is a message doubled, so the caller decides about that."""
    return WebClient(
        token=settings.bot_token.get_secret_value(), base_url=settings.api_url, timeout=TIMEOUT, retry_handlers=[]
    )


def error_of(wrong: SlackApiError) -> str:
    """Return Slack's word for an error, "" when it answered with none."""
    data = wrong.response.data if wrong.response is not None else None
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def retry_after(wrong: SlackApiError) -> float | None:
    """Return how many seconds Slack asks to wait, or None when this is no matter of rate."""
    limited = wrong.response is not None and wrong.response.status_code == HTTPStatus.TOO_MANY_REQUESTS
    if not limited and error_of(wrong) not in {"ratelimited", "rate_limited"}:
        return None
    headers = wrong.response.headers if wrong.response is not None else {}
    value = {name.lower(): text for name, text in (headers or {}).items()}.get("retry-after", "1")
    return float(value[0] if isinstance(value, list) else value)


def method_of(wrong: SlackApiError) -> str:
    """Return the method that was called, such as `chat.update`."""
    return str(wrong.response.api_url).rpartition("/")[2]


def identity(web: WebClient) -> tuple[str, str, str]:
    """Return the team, bot user and bot id of the token. Raises Misconfigured naming the variable, ProviderDown."""
    try:
        answer = web.auth_test()
    except SlackApiError as wrong:
        raise Misconfigured(
            f"Slack does not take the bot token: {error_of(wrong) or 'it gave no reason'}.",
            hint="Set NOODLE_SLACK_BOT_TOKEN to the token that begins with xoxb-, from the app's OAuth page.",
        ) from wrong
    except OSError as wrong:
        raise ProviderDown(
            "Slack cannot be reached.", hint="Check the network, and NOODLE_SLACK_API_URL if it is set."
        ) from wrong
    return str(answer["team_id"]), str(answer["user_id"]), str(answer.get("bot_id") or "")
