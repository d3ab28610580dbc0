"""Answering what waits in the inbox: what is done, the answer and the mark that it is done are one transaction."""

import logging
import secrets

from bot.ask import Answer, Asking, without_credentials
from bot.chat import Chat
from bot.command import After, Command, Word, marker
from bot.grammar import Missing
from bot.message import Message
from bot.views.error import error_message
from bot.views.form import form
from bot.views.home import home
from core.asked import Asked, Place
from core.errors import NoodleError, Refused, Unexpected
from core.inbox.model import Inbound, Source
from core.notify.model import Mode, Notice
from core.overview.model import Overview

log = logging.getLogger(__name__)

REACTIONS: dict[str, dict[str, tuple[str, str]]] = {
    "task": {
        "white_check_mark": ("task done {id}", "task done {id} --undo"),
        "heavy_check_mark": ("task done {id}", "task done {id} --undo"),
        "eyes": ("task claim {id}", "task claim {id} --undo"),
        "leftwards_arrow_with_hook": ("task reopen {id}", ""),
    },
}
"""What a reaction on one of our messages means, by what the message is about: given, and taken away."""

EMOJI = frozenset(emoji for meanings in REACTIONS.values() for emoji in meanings)
"""Every emoji that means anything anywhere; the others are not even kept."""


class Answers:
    """Answers one request of the inbox after another."""

    def __init__(self, asking: Asking, chat: Chat | None) -> None:
        self._asking = asking
        self._noodle = asking.noodle
        self._chat = chat

    def answer(self, key: str) -> None:
        """Answer a request that waits. Done twice, the second time does nothing."""
        inbound = self._noodle.inbox.waiting(key)
        if inbound is None:
            return
        if inbound.source is Source.HOME:
            self._home(inbound)
            self._noodle.inbox.finish(key)
            return
        line = self._line(inbound)
        if not line and inbound.source is Source.REACTION:
            self._noodle.inbox.finish(key)
            return
        asked = self._asked(inbound)
        try:
            self._do(inbound, line, asked)
        except NoodleError as wrong:
            self._refuse(inbound, line, asked, wrong)
        except Exception:
            fault = secrets.token_hex(4)
            log.exception("fault %s while answering %r", fault, without_credentials(line))
            said = Unexpected(f"Something went wrong on our side ({fault}).", hint="It is in Noodle's log by that id.")
            self._refuse(inbound, line, asked, said)

    def _do(self, inbound: Inbound, line: str, asked: Asked) -> None:
        call = self._asking.understand(line, asked)
        # What only reads may be slow, and must not keep the one writer waiting.
        early = None if call.command.changes else self._asking.run(call)
        with self._noodle.db.begin():
            if self._noodle.inbox.waiting(inbound.key) is None:
                return
            self._reply(inbound, early or self._asking.run(call))
            self._noodle.inbox.finish(inbound.key)

    def _refuse(self, inbound: Inbound, line: str, asked: Asked, wrong: NoodleError) -> None:
        if isinstance(wrong, Missing) and self._asks_by_modal(inbound, wrong):
            self._noodle.inbox.finish(inbound.key)
            return
        with self._noodle.db.begin():
            self._asking.refused(line, asked, wrong)
            self._say(inbound, error_message(wrong, line), private=True)
            self._noodle.inbox.finish(inbound.key)

    def _asks_by_modal(self, inbound: Inbound, missing: Missing) -> bool:
        if self._chat is None or not inbound.trigger:
            return False
        try:
            asked = form(missing.command, missing.given, inbound.place, self._choices(missing.command))
            self._chat.open_modal(inbound.trigger, asked)
        except NoodleError as late:
            log.info("a modal came too late, the refusal is sent as text: %s", late.message)
            return False
        return True

    def _choices(self, command: Command) -> dict[str, list[str]]:
        """Return the names that an argument must be one of; a name that is to be new is not chosen."""
        choices: dict[str, list[str]] = {}
        for name, info in command.args.model_fields.items():
            how = marker(info)
            if name == "environment" and isinstance(how, After):
                choices[name] = [one.name for one in self._noodle.environments.list()]
            if name == "package" and isinstance(how, Word) and how.default_here:
                choices[name] = [one.name for one in self._noodle.packages.list()]
        return choices

    def _line(self, inbound: Inbound) -> str:
        if inbound.source is not Source.REACTION:
            return inbound.line
        handle = self._noodle.outbox.handle_at(inbound.place.channel, inbound.message) if inbound.place else None
        if handle is None:
            return ""
        kind, _, number = handle.key.partition(":")
        given, taken = REACTIONS.get(kind, {}).get(inbound.line, ("", ""))
        return (taken if inbound.removed else given).format(id=number)

    def _asked(self, inbound: Inbound) -> Asked:
        name = self._chat.name_of(inbound.person) if self._chat else inbound.name
        return Asked(
            person=inbound.person,
            name=name or inbound.name,
            source=inbound.source,
            place=inbound.place,
            request=inbound.key,
        )

    def _reply(self, inbound: Inbound, answer: Answer) -> None:
        if answer.command.show is None:
            return
        private = inbound.source not in {Source.MENTION, Source.DIRECT} or answer.command.secret
        self._say(inbound, answer.command.show(answer.value), private=private, secret=answer.command.secret)

    def _say(self, inbound: Inbound, message: Message, *, private: bool, secret: bool = False) -> None:
        """Say a message where the request came from: under a mention, to the asker alone, or in the conversation."""
        if inbound.place is None or (secret and inbound.source is Source.MENTION):
            mode, place = Mode.DIRECT, Place(channel="")
        elif inbound.source is Source.DIRECT:
            mode, place = Mode.POST, inbound.place
        elif private:
            mode, place = Mode.WHISPER, inbound.place
        else:
            mode = Mode.POST
            place = Place(channel=inbound.place.channel, thread=inbound.place.thread or inbound.message)
        self._noodle.outbox.add(
            Notice(
                mode=mode,
                place=place,
                view="message",
                data=message.to_json(),
                person=inbound.person,
                respond=inbound.respond if mode is Mode.WHISPER else "",
                secret=secret,
            )
        )

    def _home(self, inbound: Inbound) -> None:
        if self._chat is None:
            return
        asked = self._asked(inbound)
        try:
            overview = self._asking.ask("status", asked).value
            shown = overview if isinstance(overview, Overview) else None
            self._chat.publish_home(inbound.person, home(shown, asked.name))
        except Refused as wrong:
            log.warning("the home tab could not be shown: %s", wrong.message)
        except NoodleError as wrong:
            self._chat.publish_home(inbound.person, home(None, asked.name, wrong.message))
