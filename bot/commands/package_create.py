"""`package create`: make a package known."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field

from bot.command import Args, Command, Word
from bot.views.package import package_message
from core.app import Noodle
from core.asked import Asked
from core.errors import BadCommand
from core.packages.model import Package


class PackageCreateArgs(Args):
    """A package to be."""

    package: Annotated[str, Word()] = Field(description="Its name, as pip will know it.")
    repo: str = Field(description="Its git repository: a URL, or a path on Noodle's machine.")


def run(args: PackageCreateArgs, asked: Asked, noodle: Noodle) -> Package:
    """Keep the package; the channel it is created in is the one that is about it."""
    _ensure_no_password(args.repo)
    channel = asked.place.channel if asked.place else ""
    package = noodle.packages.create(args.package, repo=args.repo, channel=channel, by=asked.person)
    if channel:
        noodle.subscriptions.add(channel, package.name, asked.person)
    return package


def _ensure_no_password(repo: str) -> None:
    """Raise BadCommand for an address with credentials: it is shown to everyone and kept in clear."""
    try:
        address = urlsplit(repo)
        secret = address.password or (address.username if address.scheme in {"http", "https"} else "")
    except ValueError as wrong:
        raise BadCommand(f"The address of the repo cannot be read: {wrong}.") from wrong
    if secret:
        raise BadCommand(
            "The address of the repo holds a password or token, and everybody would see it.",
            hint="Leave it out, revoke it, and give git on Noodle's machine its own credentials.",
            example=f"package create hello-noodle --repo {address.scheme}://{address.hostname}{address.path}",
        )


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
