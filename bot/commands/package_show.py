"""`package show`: one package and its releases."""

from typing import Annotated

from pydantic import Field

from bot.command import Args, Command, Word
from bot.views.package import package_page
from core.app import Noodle
from core.asked import Asked
from core.packages.model import Package
from core.releases.model import Release
from core.value import Value


class PackageShowArgs(Args):
    """Which package."""

    package: Annotated[str, Word(default_here=True)] = Field(description="Its name; the channel's package without it.")


class PackagePage(Value):
    """A package with its releases, newest first."""

    package: Package
    releases: tuple[Release, ...]


def run(args: PackageShowArgs, asked: Asked, noodle: Noodle) -> PackagePage:
    """Return the package. Raises Unknown with suggestions."""
    package = noodle.packages.get(args.package)
    return PackagePage(package=package, releases=tuple(noodle.releases.list(package.name)))


COMMAND = Command(
    name="package show",
    summary="One package and its releases",
    args=PackageShowArgs,
    examples=("package show hello-noodle",),
    allow="package:read",
    run=run,
    show=lambda page: package_page(page.package, page.releases),
    changes=False,
)
