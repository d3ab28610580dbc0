"""The command line."""

import argparse
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version

from hello_noodle.menu import NOODLES, greeting


def main(arguments: Sequence[str] | None = None) -> int:
    """Greet, and return the exit code."""
    parser = argparse.ArgumentParser(prog="hello-noodle", description="Greets you, and names the noodle of the day.")
    parser.add_argument("name", nargs="?", default="", help="whom to greet")
    parser.add_argument("--all", action="store_true", help="list every noodle")
    parser.add_argument("--version", action="version", version=f"hello-noodle {version('hello-noodle')}")
    asked = parser.parse_args(arguments)
    print(", ".join(NOODLES) if asked.all else greeting(asked.name, date.today()))
    return 0
