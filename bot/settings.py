"""What an operator can set: every `NOODLE_…` variable, read once, here and nowhere else in bot."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from core.errors import Misconfigured

PREFIX = "NOODLE_"


class Settings(BaseModel):
    """Noodle's settings. Every secret may also be given as the path of a file that holds it: `NOODLE_…_FILE`."""

    model_config = ConfigDict(frozen=True)

    home: Path = Field(Path(".noodle"), description="Where Noodle keeps what it must not lose.")
    database_url: str = Field("", description="SQLite under NOODLE_HOME without it, or postgresql://…")
    package_repository_path: str = Field("", description="A folder for the registry's files; NOODLE_HOME/blobs.")
    package_build_timeout: int = Field(300, ge=1, description="Seconds a build or test run may take.")
    integration_timeout: int = Field(30, ge=1, description="Seconds an outside system may take to answer.")
    slack_bot_token: SecretStr = Field(SecretStr(""), description="xoxb-…, from the app's OAuth page.")
    slack_app_token: SecretStr = Field(SecretStr(""), description="xapp-…, for Socket Mode.")
    slack_signing_secret: SecretStr = Field(SecretStr(""), description="For HTTP instead of Socket Mode.")
    slack_api_url: str = Field("https://slack.com/api/", description="Where Slack's API is.")
    public_url: str = Field("", description="How people and package clients reach this server.")
    host: str = Field("127.0.0.1", description="The address to listen on.")
    port: int = Field(8080, ge=0, le=65535, description="The port to listen on; 0 takes a free one.")
    secret_key: SecretStr = Field(SecretStr(""), description="Fernet keys, newest first; NOODLE_HOME/secret.key.")
    health_interval: int = Field(60, ge=5, description="Seconds between two looks at every integration.")

    @field_validator("slack_api_url")
    @classmethod
    def _ends_with_a_slash(cls, url: str) -> str:
        return url if url.endswith("/") else f"{url}/"

    @property
    def url_of_database(self) -> str:
        """The database: what was set, or SQLite under home."""
        return self.database_url or f"sqlite:///{self.home.resolve() / 'noodle.db'}"

    @property
    def url_of_engine(self) -> str:
        """The engine's own database: its own file beside SQLite, its own schema in PostgreSQL."""
        return self.database_url or f"sqlite:///{self.home.resolve() / 'engine.db'}"

    @property
    def blobs(self) -> Path:
        """Where the registry's files are kept."""
        return Path(self.package_repository_path) if self.package_repository_path else self.home / "blobs"

    @property
    def url(self) -> str:
        """How people and package clients reach this server, without a slash at the end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


def read(environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Return the settings of an environment (the process's own by default). Raises Misconfigured, naming all faults."""
    environ = os.environ if environ is None else environ
    given: dict[str, Any] = {}
    faults: list[str] = []
    for name in Settings.model_fields:
        variable = f"{PREFIX}{name.upper()}"
        path = environ.get(f"{variable}_FILE")
        if path:
            try:
                given[name] = Path(path).read_text().strip()
            except OSError as wrong:
                faults.append(f"{variable}_FILE cannot be read: {wrong.strerror}")
        elif variable in environ:
            given[name] = environ[variable]
    try:
        settings = Settings.model_validate(given | overrides)
    except ValidationError as wrong:
        faults += [f"{PREFIX}{str(one['loc'][0]).upper()}: {one['msg']}" for one in wrong.errors()]
        settings = Settings.model_validate(overrides)
    if faults:
        raise Misconfigured("Some settings are wrong: " + "; ".join(faults) + ".", hint="See docs/operations.md.")
    return settings


def environment() -> dict[str, str]:
    """Return the process environment, for the providers whose child processes need parts of it."""
    return dict(os.environ)
