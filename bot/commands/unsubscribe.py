"""`unsubscribe`: have this channel told no more."""

from bot.command import Command
from bot.commands.subscribe import SubscribeArgs, Subscribed, channel_of, needs, pattern_of
from bot.views.package import subscriptions_message
from core.app import Noodle
from core.asked import Asked


def run(args: SubscribeArgs, asked: Asked, noodle: Noodle) -> Subscribed:
    """Unsubscribe the channel. Raises Unknown when it was not subscribed."""
    channel = channel_of(asked).channel
    noodle.subscriptions.remove(channel, pattern_of(args.package, noodle))
    return Subscribed(channel=channel, subscriptions=tuple(noodle.subscriptions.here(channel)))


COMMAND = Command(
    name="unsubscribe",
    summary="Have this channel told no more about a package or health",
    args=SubscribeArgs,
    examples=("unsubscribe hello-noodle", "unsubscribe health"),
    allow="subscription:edit",
    needs=needs,
    run=run,
    show=lambda answer: subscriptions_message(answer.subscriptions),
)
