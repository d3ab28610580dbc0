"""`noodle`: the program on the terminal."""

import argparse
import getpass
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from bot import settings
from bot.bootstrap import build, database
from bot.commands import discover
from bot.demo import Demo
from bot.docs import pages
from bot.views.blocks import spoken
from bot.views.error import error_message
from core.asked import Asked
from core.errors import NoodleError
from core.migrations import revise, upgrade
from core.runs.model import Run

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; return its exit code: 0 well, 1 refused or failed, 2 called wrongly."""
    given = _parser().parse_args(arguments)
    level = _LEVELS[given.log or given.level]
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for noisy in ("apscheduler", "httpx", "uvicorn.access", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    for telling in ("slack_sdk", "slack_bolt"):  # at DEBUG they tell what only the asker may see
        logging.getLogger(telling).setLevel(max(level, logging.INFO))
    try:
        return int(given.do(given))
    except NoodleError as wrong:
        print(spoken(error_message(wrong).text), file=sys.stderr)  # noqa: T201 - the terminal is where this is said
        return 1


def serve(_given: argparse.Namespace) -> int:
    """Serve Slack, HTTP and the timers until told to stop."""
    program = build(settings.read(), settings.environment())
    program.start()
    try:
        _until_stopped()
    finally:
        program.stop()
    return _leave()


def sandbox(given: argparse.Namespace) -> int:
    """Serve a Slack of our own with a demo world in it."""
    demo = Demo(settings.read(home=given.home), settings.environment(), port=given.port)
    demo.start()
    print(f"\n  Noodle's sandbox is ready:  {demo.url}\n  Ctrl-C ends it.\n", flush=True)  # noqa: T201 - the same
    try:
        _until_stopped()
    finally:
        demo.stop()
    return _leave()


def ask(given: argparse.Namespace) -> int:
    """Give one command from the terminal, as whoever runs the machine; follow what it starts to its end."""
    program = build(settings.read(), settings.environment(), with_slack=False, port=0)
    user = getpass.getuser()
    asked = Asked(person=f"terminal:{user}", name=user, source="terminal")
    with program.working():
        try:
            answer = program.asking.ask(given.line, asked)
        except NoodleError as wrong:
            program.asking.refused(given.line, asked, wrong)
            raise
        value = answer.value
        if isinstance(value, Run):
            value = program.follow(value)
    shown = spoken(program.show(answer.command, value).text)
    print(json.dumps(value.to_json(), indent=2) if given.json else shown)  # noqa: T201 - the same
    return 1 if isinstance(value, Run) and value.error else 0


def db(given: argparse.Namespace) -> int:
    """Bring the database to the newest schema, or write the next step of its history."""
    found = database(settings.read())
    upgrade(found)
    if given.revise:
        revise(found, given.revise)
    return 0


def docs(given: argparse.Namespace) -> int:
    """Write the pages of docs/ that follow from the code."""
    for name, text in pages(discover()).items():
        (given.folder / name).write_text(text)
    return 0


def doctor(_given: argparse.Namespace) -> int:
    """Look at everything Noodle needs, say how it is and what to do about it."""
    program = build(settings.read(), settings.environment())
    upgrade(program.noodle.db)
    health = program.noodle.health.check_all()
    for one in health:
        print(f"{'ok ' if one.ok else 'BAD'}  {one.name}: {one.detail}")  # noqa: T201 - the same
        if not one.ok and one.fix:
            print(f"      {one.fix}")  # noqa: T201 - the same
    return 0 if all(one.ok for one in health) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="noodle", description="The bot a software team ships with, from Slack.")
    parser.add_argument("--log", choices=_LEVELS, help="how much to log (default: info to serve, else warning)")
    parser.set_defaults(level="warning")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("serve", help="serve Slack, HTTP and the timers").set_defaults(do=serve, level="info")
    one = commands.add_parser("sandbox", help="try it all, in a Slack of our own")
    one.add_argument("--port", type=int, default=8420, help="where the page is (default: 8420)")
    one.add_argument("--home", type=Path, default=Path(".noodle/sandbox"), help="where its world is kept")
    one.set_defaults(do=sandbox)
    one = commands.add_parser("ask", help="give one command, as `/noodle` would take it")
    one.add_argument("line", help='such as "status" or "deploy api to staging --yes"')
    one.add_argument("--json", action="store_true", help="print the value instead of words")
    one.set_defaults(do=ask)
    one = commands.add_parser("db", help="bring the database to the newest schema")
    one.add_argument("--revise", metavar="MESSAGE", help="write the next step of the schema's history (developers)")
    one.set_defaults(do=db)
    one = commands.add_parser("docs", help="write the documentation that follows from the code (developers)")
    one.add_argument("folder", type=Path, nargs="?", default=Path("docs"), help="where to (default: docs)")
    one.set_defaults(do=docs)
    commands.add_parser("doctor", help="look at everything Noodle needs").set_defaults(do=doctor)
    return parser


def _leave() -> int:
    """End the process now. A step under way would keep it for minutes, and goes on at the next start anyway."""
    logging.shutdown()
    sys.stdout.flush()
    os._exit(0)


def _until_stopped() -> None:
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    stopped.wait()
