"""Doors in a clerk's words: what was asked, what was answered, and why, with what to do about it."""

from typing import NamedTuple

from PySide6.QtCore import QLocale

from app.domain.door import Asked, Channel, DoorDecision, Outcome, Why
from app.ui.i18n import QT_TRANSLATE_NOOP, translate
from app.ui.theme import Tone
from app.ui.widgets.status import Lamp


class Reason(NamedTuple):
    """English source texts of the context "doors"; `{0}` is the person."""

    what: str
    now: str = ""


ASKED: dict[Asked, str] = {
    Asked.CARD: QT_TRANSLATE_NOOP("doors", "Card"),
    Asked.NUMBER: QT_TRANSLATE_NOOP("doors", "Number"),
    Asked.FINGER: QT_TRANSLATE_NOOP("doors", "Finger"),
    Asked.PASSBACK: QT_TRANSLATE_NOOP("doors", "In or out"),
    Asked.PHRASE: QT_TRANSLATE_NOOP("doors", "Message"),
}
OUTCOMES: dict[Outcome, str] = {
    Outcome.GRANTED: QT_TRANSLATE_NOOP("doors", "Yes"),
    Outcome.RECORDED: QT_TRANSLATE_NOOP("doors", "Yes, noted"),
    Outcome.REFUSED: QT_TRANSLATE_NOOP("doors", "No"),
    Outcome.UNDECIDED: QT_TRANSLATE_NOOP("doors", "Safe answer"),
}
TONES = {
    Outcome.GRANTED: Tone.OK,
    Outcome.RECORDED: Tone.WARN,
    Outcome.REFUSED: Tone.BAD,
    Outcome.UNDECIDED: Tone.WARN,
}
ICONS = {
    Outcome.GRANTED: "ok",
    Outcome.RECORDED: "warning",
    Outcome.REFUSED: "error",
    Outcome.UNDECIDED: "clock",
}
REASONS: dict[Why, Reason] = {
    Why.KNOWN: Reason(QT_TRANSLATE_NOOP("doors", "{0} is known and may pass now.")),
    Why.CARD_UNKNOWN: Reason(
        QT_TRANSLATE_NOOP("doors", "Nobody on this station has this card."),
        QT_TRANSLATE_NOOP("doors", "If the person is enrolled, capture the card again under People."),
    ),
    Why.CARD_AMBIGUOUS: Reason(
        QT_TRANSLATE_NOOP("doors", "Two people on this station have this same card, so it opens for neither."),
        QT_TRANSLATE_NOOP("doors", "Search for the card under People and take it away from one of them."),
    ),
    Why.CARD_MISSING: Reason(
        QT_TRANSLATE_NOOP("doors", "The terminal sent a card without a number."),
        QT_TRANSLATE_NOOP("doors", "Present the card again. If it stays like this, the card is damaged or unsuitable."),
    ),
    Why.PERSON_UNKNOWN: Reason(
        QT_TRANSLATE_NOOP("doors", "Nobody with this number is enrolled on this station."),
        QT_TRANSLATE_NOOP("doors", "Enroll the person here, or remove the person from the terminal."),
    ),
    Why.DISABLED: Reason(
        QT_TRANSLATE_NOOP("doors", "{0} is disabled."),
        QT_TRANSLATE_NOOP("doors", "Enable the person again if access is wanted."),
    ),
    Why.NOT_YET: Reason(
        QT_TRANSLATE_NOOP("doors", "The time in which {0} may pass has not begun yet."),
        QT_TRANSLATE_NOOP("doors", "Check the first day of validity of this person."),
    ),
    Why.EXPIRED: Reason(
        QT_TRANSLATE_NOOP("doors", "The time in which {0} may pass has ended."),
        QT_TRANSLATE_NOOP("doors", "Give the person a later last day if access is wanted."),
    ),
    Why.FINGER_UNKNOWN: Reason(
        QT_TRANSLATE_NOOP("doors", "The finger is like nobody's on this station, or not clearly enough."),
        QT_TRANSLATE_NOOP("doors", "Try again with a clean, dry finger. If it happens often, capture it again."),
    ),
    Why.FORMAT_FOREIGN: Reason(
        QT_TRANSLATE_NOOP(
            "doors", "The terminal sends fingers in Suprema's own format, which cannot be compared here."
        ),
        QT_TRANSLATE_NOOP("doors", "Set the terminal to ISO under “Set up terminals”, then enroll fingers on it anew."),
    ),
    Why.FINGER_UNREADABLE: Reason(
        QT_TRANSLATE_NOOP("doors", "What the terminal sent of the finger is damaged or empty."),
        QT_TRANSLATE_NOOP("doors", "Try again. If it happens again, restart the terminal."),
    ),
    Why.NOBODY_TO_SEARCH: Reason(
        QT_TRANSLATE_NOOP("doors", "No fingers are enrolled on this station yet."),
        QT_TRANSLATE_NOOP("doors", "Enroll fingers first."),
    ),
    Why.MATCHING_WARMING: Reason(
        QT_TRANSLATE_NOOP("doors", "The comparison of fingers was not ready yet."),
        QT_TRANSLATE_NOOP("doors", "This passes within a minute after the start. Try again then."),
    ),
    Why.MATCHING_BUSY: Reason(
        QT_TRANSLATE_NOOP("doors", "Too many fingers were to be compared at once."),
        QT_TRANSLATE_NOOP("doors", "Try again. If it happens often, tell your support."),
    ),
    Why.PASSED: Reason(QT_TRANSLATE_NOOP("doors", "{0} came from where it was expected.")),
    Why.INSIDE_ALREADY: Reason(
        QT_TRANSLATE_NOOP("doors", "{0} is inside already: nobody saw this person come out."),
        QT_TRANSLATE_NOOP("doors", "If the person left unseen, choose “Let begin anew”. If not, somebody lent a card."),
    ),
    Why.OUTSIDE_ALREADY: Reason(
        QT_TRANSLATE_NOOP("doors", "{0} is outside already: nobody saw this person go in."),
        QT_TRANSLATE_NOOP("doors", "If the person went in unseen, choose “Let begin anew”."),
    ),
    Why.NO_ZONE: Reason(
        QT_TRANSLATE_NOOP("doors", "This terminal asks about in and out but belongs to no zone."),
        QT_TRANSLATE_NOOP("doors", "Put it into a zone in Settings, or switch “In and out” off for it."),
    ),
    Why.NOBODY_NAMED: Reason(
        QT_TRANSLATE_NOOP("doors", "The terminal asked without saying for whom."),
        QT_TRANSLATE_NOOP("doors", "Try again. If it happens again, restart the terminal."),
    ),
    Why.SHOWN: Reason(QT_TRANSLATE_NOOP("doors", "{0} was shown a message.")),
    Why.NOTHING_TO_SHOW: Reason(
        QT_TRANSLATE_NOOP("doors", "No message is meant for {0} at this time."),
        QT_TRANSLATE_NOOP("doors", "Messages are written in Settings."),
    ),
    Why.OVERLOADED: Reason(
        QT_TRANSLATE_NOOP("doors", "More requests waited than this station may let wait."),
        QT_TRANSLATE_NOOP("doors", "If it happens often, tell your support."),
    ),
    Why.LATE: Reason(
        QT_TRANSLATE_NOOP("doors", "The station could not decide in the time a terminal waits."),
        QT_TRANSLATE_NOOP("doors", "Try again. If it happens often, tell your support."),
    ),
    Why.FAULT: Reason(
        QT_TRANSLATE_NOOP("doors", "Something went wrong in this station while deciding."),
        QT_TRANSLATE_NOOP("doors", "Try again. If it happens again, tell your support; details are in the log."),
    ),
}
CHANNELS: dict[Channel, tuple[Lamp, str]] = {
    Channel.OFF: (Lamp.OFF, QT_TRANSLATE_NOOP("doors", "Doors are not answered.")),
    Channel.CONNECTING: (Lamp.BUSY, QT_TRANSLATE_NOOP("doors", "Connecting to the gateway…")),
    Channel.LISTENING: (Lamp.GOOD, QT_TRANSLATE_NOOP("doors", "Answering the doors.")),
    Channel.BROKEN: (
        Lamp.BAD,
        QT_TRANSLATE_NOOP("doors", "The gateway does not answer. It is tried again by itself; doors decide alone."),
    ),
    Channel.HELD: (
        Lamp.WARNING,
        QT_TRANSLATE_NOOP("doors", "Another program answers the doors. Take over only if that is not wanted."),
    ),
}


def asked(what: Asked) -> str:
    """What the terminal wanted to know."""
    return translate("doors", ASKED[what])


def outcome(what: Outcome) -> str:
    """What it was told."""
    return translate("doors", OUTCOMES[what])


def who(made: DoorDecision) -> str:
    """The person, as far as known."""
    return made.person_name or made.person_id or translate("doors", "Somebody unknown")


def why(made: DoorDecision) -> str:
    """The reason in one sentence."""
    return translate("doors", REASONS[made.why].what).format(who(made))


def now(made: DoorDecision) -> str:
    """What to do about it; empty when nothing is to be done."""
    if not made.delivered:
        return translate("doors", "The gateway did not take this answer: the door decided alone. Look at the gateway.")
    return translate("doors", REASONS[made.why].now) if REASONS[made.why].now else ""


def number(value: float, digits: int = 0) -> str:
    """A number as the reader writes it."""
    return QLocale().toString(float(value), "f", digits)
