"""What steps, tries and problems are called in front of the clerk, beside the words every page shares."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import QLocale

from app.domain.capture import RetryReason
from app.domain.modality import Modality, Position
from app.journeys.flow_state import Need, Step, StepKind
from app.ui import words
from app.ui.i18n import translate


def step_title(step: Step) -> str:
    """A step's name, short enough for the step bar; a capture step is called by what it captures."""
    modalities = {position.modality for position in step.positions}
    if modalities == {Modality.IRIS}:
        return translate("wizard", "Eyes")
    if modalities == {Modality.FACE}:
        return translate("wizard", "Face")
    return key_title(step.key)


def key_title(key: str) -> str:
    """A step's name by its key, as far as a draft's summary tells."""
    return {
        "consent": translate("wizard", "Consent"),
        "person": translate("wizard", "Person"),
        "document": translate("wizard", "Document"),
        "eyes-face": translate("wizard", "Eyes and face"),
        "fingers": translate("wizard", "Fingers"),
        "card": translate("wizard", "Card"),
        "review": translate("wizard", "Review"),
        "done": translate("wizard", "Done"),
    }.get(key, key)


def position_list(positions: Sequence[Position]) -> str:
    """Positions in a sentence: "left iris and right iris"."""
    return QLocale().createSeparatedList([words.name(position).lower() for position in positions])


def retry_reason(reason: RetryReason, modality: Modality | None = None, detail: str = "") -> str:
    """What happened when a try brought nothing usable."""
    if reason is RetryReason.ALREADY_ENROLLED and modality is Modality.FACE:
        known = translate("wizard", "The terminal knows this face already.")
        whose = translate("wizard", "The terminal knows this face already, as {number}.")
        return whose.format(number=detail) if detail else known
    return {
        RetryReason.TIMED_OUT: translate("wizard", "The time ran out before a good picture was taken."),
        RetryReason.NOBODY_SEEN: translate("wizard", "The terminal saw nobody."),
        RetryReason.POOR_QUALITY: translate("wizard", "The quality was too low."),
        RetryReason.CONTACT_LENS: translate("wizard", "The terminal saw a contact lens."),
        RetryReason.DIFFERENT_FINGERS: translate("wizard", "The presses were not from the same finger."),
        RetryReason.ALREADY_ENROLLED: translate("wizard", "The terminal knows this finger already."),
        RetryReason.STOPPED_ON_DEVICE: translate("wizard", "The capture was stopped on the terminal."),
        RetryReason.EMPTY_RESULT: translate("wizard", "The terminal sent an empty result."),
        RetryReason.RESULT_LOST: translate("wizard", "The terminal was done, but its result did not arrive here."),
        RetryReason.REFUSED_BY_DEVICE: translate("wizard", "The terminal refused the capture."),
    }[reason]


def field_problem(need: Need, hint: str, max_length: int) -> str:
    """What is wrong with a field and how to put it right."""
    if need is Need.REQUIRED:
        return translate("wizard", "Please fill this in.")
    if need is Need.TOO_LONG:
        return translate("wizard", "Please shorten this to {count} characters.").format(count=max_length)
    if hint:
        return translate("wizard", "This does not look right. Expected: {hint}").format(hint=hint)
    return translate("wizard", "This does not look right. Please compare it with the document.")


def sample_problem(need: Need, position: Position) -> str:
    """What still blocks a position."""
    name = words.name(position)
    if need is Need.SAME_FINGER:
        return translate("wizard", "{position}: the same finger was captured twice").format(position=name)
    if need is Need.NOT_GOOD_ENOUGH:
        return translate("wizard", "{position}: not good enough yet").format(position=name)
    return translate("wizard", "{position}: not captured yet").format(position=name)


def ago(then: datetime, now: datetime) -> str:
    """How long ago, in the largest whole unit."""
    passed = max(now - then, timedelta())
    minutes, hours = int(passed.total_seconds() // 60), int(passed.total_seconds() // 3600)
    if minutes < 1:
        return translate("wizard", "just now")
    if hours < 1:
        return _counted(minutes, translate("wizard", "one minute ago"), translate("wizard", "{0} minutes ago"))
    if hours < 24:
        return _counted(hours, translate("wizard", "one hour ago"), translate("wizard", "{0} hours ago"))
    return _counted(passed.days, translate("wizard", "one day ago"), translate("wizard", "{0} days ago"))


def _counted(count: int, one: str, many: str) -> str:
    return one if count == 1 else many.format(QLocale().toString(count))


def whole(number: float) -> str:
    """A number without decimals, in the reader's locale."""
    return QLocale().toString(round(number))


def is_capture(step: Step) -> bool:
    """Whether a step captures something."""
    return step.kind is StepKind.CAPTURE
