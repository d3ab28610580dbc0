"""`subscribe`: have this channel told about a package, or about health."""

from typing import Annotated

from pydantic import Field

from bot.command import Args, Command, Word
from bot.views.package import subscriptions_message
from core.access.model import Ask
from core.app import Noodle
from core.asked import Asked, Place
from core.errors import BadCommand
from core.subscriptions.model import Subscription
from core.value import Value

HEALTH = "health"


class SubscribeArgs(Args):
    """What to hear about."""

    package: Annotated[str, Word()] = Field(description="A package, a pattern such as `team-*`, or `health`.")


class Subscribed(Value):
    """What a channel hears about now."""

    channel: str
    subscriptions: tuple[Subscription, ...]


def channel_of(asked: Asked) -> Place:
    """Return where the request came from. Raises BadCommand when that is no channel."""
    if asked.place is None:
        raise BadCommand("Only a channel can subscribe.", hint="Say this in the channel that is to hear of it.")
    return asked.place


def pattern_of(text: str, noodle: Noodle) -> str:
    """Return what to match: a known package, a pattern, or everything about health. Raises Unknown."""
    if text.lower() == HEALTH:
        return f"{HEALTH}:*"
    return text if "*" in text else noodle.packages.get(text).name


def needs(args: SubscribeArgs, noodle: Noodle) -> Ask:
    """Subscribing to a package takes a right for it; to a pattern or to health, for every package."""
    pattern = pattern_of(args.package, noodle)
    return Ask(permission="subscription:edit", package="" if "*" in pattern else pattern)


def run(args: SubscribeArgs, asked: Asked, noodle: Noodle) -> Subscribed:
    """Subscribe the channel; asking twice changes nothing."""
    channel = channel_of(asked).channel
    noodle.subscriptions.add(channel, pattern_of(args.package, noodle), asked.person)
    return Subscribed(channel=channel, subscriptions=tuple(noodle.subscriptions.here(channel)))


COMMAND = Command(
    name="subscribe",
    summary="Have this channel told about a package, or about health",
    args=SubscribeArgs,
    examples=("subscribe hello-noodle", "subscribe health"),
    allow="subscription:edit",
    needs=needs,
    run=run,
    show=lambda answer: subscriptions_message(answer.subscriptions),
)
