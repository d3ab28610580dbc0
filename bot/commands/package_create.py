"""`package create`: make a package known."""

from typing import Annotated

from pydantic import Field

from bot.command import Args, Command, Word
from bot.views.package import package_message
from core.app import Noodle
from core.asked import Asked
from core.packages.model import Package


class PackageCreateArgs(Args):
    """A package to be."""

    package: Annotated[str, Word()] = Field(description="Its name, as pip will know it.")
    repo: str = Field(description="Its git repository: a URL, or a path on Noodle's machine.")


def run(args: PackageCreateArgs, asked: Asked, noodle: Noodle) -> Package:
    """Keep the package; the channel it is created in is the one that is about it."""
    channel = asked.place.channel if asked.place else ""
    package = noodle.packages.create(args.package, repo=args.repo, channel=channel, by=asked.person)
    if channel:
        noodle.subscriptions.add(channel, package.name, asked.person)
    return package


COMMAND = Command(
    name="package create",
    summary="Make a package known to Noodle",
    args=PackageCreateArgs,
    examples=("package create hello-noodle --repo https://git.example.com/team/hello-noodle.git",),
    allow="package:create",
    run=run,
    show=package_message,
    aliases=("package add",),
)
