"""What this folder needs to know of a workspace."""

from dataclasses import dataclass

from pydantic import SecretStr

_NONE = SecretStr("")


@dataclass(frozen=True)
class SlackSettings:
    """The credentials of one workspace, and where its API is."""

    bot_token: SecretStr
    api_url: str
    app_token: SecretStr = _NONE
    """For Socket Mode; without it Slack posts to us, signed."""
    signing_secret: SecretStr = _NONE
