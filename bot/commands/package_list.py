"""`package list`: every package."""

from bot.command import Args, Command
from bot.views.package import package_list
from core.app import Noodle
from core.asked import Asked
from core.packages.model import Package
from core.value import Value


class PackageListArgs(Args):
    """Nothing to say."""


class PackageList(Value):
    """Every package, by name."""

    packages: tuple[Package, ...]


def run(args: PackageListArgs, asked: Asked, noodle: Noodle) -> PackageList:
    """Return every package."""
    return PackageList(packages=tuple(noodle.packages.list()))


COMMAND = Command(
    name="package list",
    summary="Every package Noodle knows",
    args=PackageListArgs,
    examples=("package list",),
    allow="package:read",
    run=run,
    show=lambda answer: package_list(answer.packages),
    changes=False,
    aliases=("packages",),
)
