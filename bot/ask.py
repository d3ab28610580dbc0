"""The one path of every request: find the command, parse, authorise, audit, run.

Slack, REST, the terminal, buttons and reactions all come through here: one authorisation, one audit row, one code path.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.command import Args, Command, Word, marker
from bot.commands._target import wanted
from bot.grammar import Missing, arguments, find, parse
from core.access.model import Decision, refusal
from core.app import Noodle
from core.asked import Asked
from core.audit.model import Entry, Outcome
from core.errors import NoodleError, NotAllowed
from core.value import Value

_CREDENTIALS = re.compile(r"(?<=://)[^/\s@]+@")

NameOf = Callable[[str], str]
"""What people call somebody, by id."""


@dataclass(frozen=True)
class Answer:
    """What a command gave, and the command itself, which knows how to show it."""

    command: Command
    value: Value


@dataclass(frozen=True)
class Call:
    """A command line that has been understood and authorised, and not yet run."""

    command: Command
    args: Args
    asked: Asked
    line: str
    decision: Decision


class Asking:
    """Answers requests with the commands there are."""

    def __init__(self, noodle: Noodle, commands: Mapping[str, Command], name_of: NameOf) -> None:
        self.noodle = noodle
        self.commands = commands
        self._name_of = name_of

    def ask(self, line: str, asked: Asked) -> Answer:
        """Answer a command line. Raises NoodleError; then nothing is half done."""
        return self.run(self.understand(line, asked))

    def understand(self, line: str, asked: Asked) -> Call:
        """Find, parse and authorise: everything that can be refused before anything is done. Raises NoodleError."""
        command, words = find(line, self.commands)
        found = self._with_package_of(asked, command, parse(command, words))
        return self.authorise(command, arguments(command, found), asked, line)

    def authorise(self, command: Command, args: Args, asked: Asked, line: str) -> Call:
        """Return the call, if the asker may make it. Raises NotAllowed, naming the rule and who can."""
        decision = self.noodle.access.may(asked.person, wanted(command, args, self.noodle))
        if not decision.allowed:
            who = [self._name_of(person) for person in decision.who_can[:5]]
            raise refusal(decision, who, f"`{command.name}`")
        reason = asked.reason or str(getattr(args, "reason", ""))
        return Call(command, args, asked.model_copy(update={"reason": reason}), line, decision)

    def run(self, call: Call) -> Answer:
        """Run an authorised call. What it writes and its audit row are one transaction. Raises NoodleError."""
        if not call.command.changes:
            return Answer(call.command, call.command.run(call.args, call.asked, self.noodle))
        with self.noodle.db.begin():
            value = call.command.run(call.args, call.asked, self.noodle)
            self.noodle.audit.add(_entry(call))
        return Answer(call.command, value)

    def refused(self, line: str, asked: Asked, wrong: NoodleError) -> None:
        """Write down that a request was refused. For whoever called `ask`, once its transaction is gone."""
        try:
            action = find(line, self.commands)[0].name
        except NoodleError:
            action = "unknown"
        denied = isinstance(wrong, NotAllowed)
        entry = Entry(
            person=asked.person,
            name=asked.name,
            source=asked.source,
            action=action,
            line=without_credentials(line),
            outcome=Outcome.DENIED if denied else Outcome.REFUSED,
            rule=wrong.message if denied else "",
            reason=wrong.message,
            request=asked.request,
        )
        self.noodle.audit.add(entry)

    def _with_package_of(self, asked: Asked, command: Command, found: dict[str, str | bool]) -> dict[str, str | bool]:
        """Fill in the package that the channel is about, where the line leaves it out."""
        for name, info in command.args.model_fields.items():
            how = marker(info)
            if not (isinstance(how, Word) and how.default_here) or name in found or asked.place is None:
                continue
            here = self.noodle.packages.in_channel(asked.place.channel)
            if len(here) == 1:
                return {name: here[0].name, **found}
            if here:
                wrong = Missing(command, found, [name])
                wrong.suggestions = tuple(package.name for package in here)
                raise wrong
        return found


def without_credentials(line: str) -> str:
    """Return a line as it may be kept: addresses in it without the name and password they may carry."""
    return _CREDENTIALS.sub("…@", line)


def _entry(call: Call) -> Entry:
    args, asked = call.args, call.asked
    return Entry(
        person=asked.person,
        name=asked.name,
        source=asked.source,
        action=call.command.name,
        subject=str(getattr(args, "package", "") or getattr(args, "environment", "") or getattr(args, "number", "")),
        line=without_credentials(call.line),
        outcome=Outcome.DONE,
        rule=call.decision.rule,
        reason=asked.reason,
        request=asked.request,
    )
