"""The one message service: turns errors into sentences and tells whoever shows them."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from app import logs
from app.domain.errors import StationError, leaves
from app.ui.cures import cure_words
from app.ui.sentences import UNEXPECTED_CODE, sentence_of, told

LOG = logging.getLogger(__name__)


class Level(StrEnum):
    """How much attention a message asks for."""

    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Message:
    """What happened, what is safe, what to do now, and what support needs to know."""

    what: str
    safe: str = ""
    now: str = ""
    code: str = ""
    level: Level = Level.INFO
    details: str = ""
    """Facts for support, safe to read aloud: step, remote code; never data of a person."""

    @property
    def text(self) -> str:
        """All sentences in one line, for screen readers and small places."""
        return " ".join(part for part in (self.what, self.safe, self.now) if part)

    @property
    def support_text(self) -> str:
        """What the copy button puts on the clipboard."""
        return " · ".join(part for part in (self.code, self.what, self.details) if part)


Names = Mapping[str, str]
"""Device labels by device identifier."""


def sentence_for(error: BaseException, names: Names | None = None) -> Message:
    """The message for any exception; the device is called by its label when `names` knows it."""
    facts = {key: str(value) for key, value in error.facts.items()} if isinstance(error, StationError) else {}
    code = error.code if isinstance(error, StationError) else UNEXPECTED_CODE
    details = "" if isinstance(error, StationError) else type(error).__name__
    return _message(type(error), code, facts, names or {}, details)


def sentence_for_code(code: str, facts: Mapping[str, str], names: Names | None = None) -> Message:
    """The message for an error that was stored by its code, such as a failed delivery."""
    kinds = {kind.code: kind for kind in leaves()}
    return _message(kinds.get(code, StationError), code, dict(facts), names or {})


def _message(kind: type[BaseException], code: str, facts: dict[str, str], names: Names, details: str = "") -> Message:
    sentence = sentence_of(kind)
    rest = ", ".join(f"{key}={value}" for key, value in facts.items() if key != "device")
    if "device" in facts:
        facts = facts | {"device": names.get(facts["device"], facts["device"])}
    return Message(
        what=_capital(told(sentence.what, facts)),
        safe=told(sentence.safe, facts),
        now=cure_words(facts.get("cure", "")) or told(sentence.now, facts),
        code=code,
        level=Level.ERROR,
        details=rest or details,
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


class MessageService(QObject):
    """Where everything that must be told goes in; windows listen to `shown` and `cleared`. Main thread only."""

    shown = Signal(Message)
    cleared = Signal()

    def __init__(self, names: Names | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.names: Names = names or {}

    def show(self, message: Message) -> None:
        """Tell it."""
        self.shown.emit(message)

    def info(self, text: str) -> None:
        """Tell something calm."""
        self.show(Message(text))

    def success(self, text: str) -> None:
        """Tell that something was done."""
        self.show(Message(text, level=Level.SUCCESS))

    def warn(self, text: str, now: str = "") -> None:
        """Tell something to be looked at."""
        self.show(Message(text, now=now, level=Level.WARNING))

    def error(self, error: BaseException, *, what: str = "") -> None:
        """Tell an error by its sentence, `what` before it when the clerk would not know which action failed."""
        message = sentence_for(error, self.names)
        expected = isinstance(error, StationError)
        logs.event(LOG, "error-told", logging.WARNING if expected else logging.ERROR, error=error, code=message.code)
        self.show(replace(message, what=f"{what} {message.what}") if what else message)

    def clear(self) -> None:
        """Take the message away."""
        self.cleared.emit()
