"""Domain values in the reader's words: positions, quality, reasons, states, moments."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from enum import Enum

from PySide6.QtCore import QDateTime, QLocale

from app.domain.device import Health
from app.domain.enrollment import DeliveryState, ExceptionReason
from app.domain.modality import FaceVariant, Modality, Position
from app.domain.sample import Quality, QualityReason
from app.ui.i18n import QT_TRANSLATE_NOOP, translate

WITHOUT_COUNTRY = {"en": "English", "es": "español"}
"""Qt names a country's variant where the code names none."""
NAMES: dict[Enum, str] = {
    Modality.IRIS: QT_TRANSLATE_NOOP("words", "Iris"),
    Modality.FACE: QT_TRANSLATE_NOOP("words", "Face"),
    Modality.FINGER: QT_TRANSLATE_NOOP("words", "Fingers"),
    Modality.CARD: QT_TRANSLATE_NOOP("words", "Card"),
    Position.LEFT_IRIS: QT_TRANSLATE_NOOP("words", "Left iris"),
    Position.RIGHT_IRIS: QT_TRANSLATE_NOOP("words", "Right iris"),
    Position.FACE: QT_TRANSLATE_NOOP("words", "Face"),
    Position.RIGHT_THUMB: QT_TRANSLATE_NOOP("words", "Right thumb"),
    Position.RIGHT_INDEX: QT_TRANSLATE_NOOP("words", "Right index finger"),
    Position.RIGHT_MIDDLE: QT_TRANSLATE_NOOP("words", "Right middle finger"),
    Position.RIGHT_RING: QT_TRANSLATE_NOOP("words", "Right ring finger"),
    Position.RIGHT_LITTLE: QT_TRANSLATE_NOOP("words", "Right little finger"),
    Position.LEFT_THUMB: QT_TRANSLATE_NOOP("words", "Left thumb"),
    Position.LEFT_INDEX: QT_TRANSLATE_NOOP("words", "Left index finger"),
    Position.LEFT_MIDDLE: QT_TRANSLATE_NOOP("words", "Left middle finger"),
    Position.LEFT_RING: QT_TRANSLATE_NOOP("words", "Left ring finger"),
    Position.LEFT_LITTLE: QT_TRANSLATE_NOOP("words", "Left little finger"),
    Position.CARD: QT_TRANSLATE_NOOP("words", "Card"),
    FaceVariant.COLOR: QT_TRANSLATE_NOOP("words", "color"),
    FaceVariant.INFRARED: QT_TRANSLATE_NOOP("words", "infrared"),
    FaceVariant.COLOR_GLASSES: QT_TRANSLATE_NOOP("words", "color, with glasses"),
    FaceVariant.INFRARED_GLASSES: QT_TRANSLATE_NOOP("words", "infrared, with glasses"),
    FaceVariant.OVERVIEW: QT_TRANSLATE_NOOP("words", "taken with the irises"),
    QualityReason.OK: QT_TRANSLATE_NOOP("words", "No complaint"),
    QualityReason.LOW_SCORE: QT_TRANSLATE_NOOP("words", "Not sharp enough"),
    QualityReason.LITTLE_USABLE_AREA: QT_TRANSLATE_NOOP("words", "Too little of it is visible"),
    QualityReason.CONTACT_LENS: QT_TRANSLATE_NOOP("words", "A patterned contact lens covers it"),
    QualityReason.NOT_FRONTAL: QT_TRANSLATE_NOOP("words", "Not looking straight at the device"),
    QualityReason.TOO_SMALL: QT_TRANSLATE_NOOP("words", "Too far away"),
    QualityReason.TOO_DRY: QT_TRANSLATE_NOOP("words", "The finger is too dry"),
    QualityReason.TOO_WET: QT_TRANSLATE_NOOP("words", "The finger is too wet"),
    QualityReason.SMUDGED: QT_TRANSLATE_NOOP("words", "The print is smudged"),
    QualityReason.TOO_FEW_MINUTIAE: QT_TRANSLATE_NOOP("words", "Too few details in the print"),
    QualityReason.LOW_CONTRAST: QT_TRANSLATE_NOOP("words", "The print is too faint"),
    QualityReason.NOT_A_FINGER: QT_TRANSLATE_NOOP("words", "No fingerprint can be seen"),
    QualityReason.UNREADABLE: QT_TRANSLATE_NOOP("words", "The picture cannot be read"),
    QualityReason.UNKNOWN: QT_TRANSLATE_NOOP("words", "The device gives no reason"),
    ExceptionReason.MISSING: QT_TRANSLATE_NOOP("words", "is missing"),
    ExceptionReason.INJURED: QT_TRANSLATE_NOOP("words", "is injured"),
    ExceptionReason.BANDAGED: QT_TRANSLATE_NOOP("words", "is bandaged"),
    ExceptionReason.MEDICAL: QT_TRANSLATE_NOOP("words", "medical reason"),
    ExceptionReason.RELIGIOUS: QT_TRANSLATE_NOOP("words", "religious reason"),
    ExceptionReason.DEVICE_CANNOT: QT_TRANSLATE_NOOP("words", "the device cannot capture it"),
    ExceptionReason.REFUSED: QT_TRANSLATE_NOOP("words", "the person refused"),
    ExceptionReason.QUALITY_EXHAUSTED: QT_TRANSLATE_NOOP("words", "no try was good enough"),
    DeliveryState.WAITING: QT_TRANSLATE_NOOP("words", "waiting"),
    DeliveryState.WRITING: QT_TRANSLATE_NOOP("words", "being written"),
    DeliveryState.DONE: QT_TRANSLATE_NOOP("words", "delivered and checked"),
    DeliveryState.RETIRED: QT_TRANSLATE_NOOP("words", "the device is gone for good"),
    DeliveryState.FAILED: QT_TRANSLATE_NOOP("words", "stopped, needs somebody"),
    Health.GOOD: QT_TRANSLATE_NOOP("words", "good"),
    Health.WARNING: QT_TRANSLATE_NOOP("words", "to be looked at"),
    Health.BAD: QT_TRANSLATE_NOOP("words", "broken"),
}

STEPS = {
    "consent": QT_TRANSLATE_NOOP("words", "at the consent"),
    "person": QT_TRANSLATE_NOOP("words", "at the person's data"),
    "iris": QT_TRANSLATE_NOOP("words", "at capturing the irises"),
    "face": QT_TRANSLATE_NOOP("words", "at capturing the face"),
    "finger": QT_TRANSLATE_NOOP("words", "at capturing fingers"),
    "card": QT_TRANSLATE_NOOP("words", "at the card"),
    "review": QT_TRANSLATE_NOOP("words", "at the review"),
}

GRADES = (
    (80, QT_TRANSLATE_NOOP("words", "Very good")),
    (60, QT_TRANSLATE_NOOP("words", "Good")),
    (40, QT_TRANSLATE_NOOP("words", "Fair")),
    (0, QT_TRANSLATE_NOOP("words", "Poor")),
)


def _tr(source: str) -> str:
    return translate("words", source)


def name(value: Enum) -> str:
    """The word for a value of a domain enum; KeyError when nobody named it (a test looks at all)."""
    return _tr(NAMES[value])


def step(value: str) -> str:
    """Where a draft was left; a step this table does not know reads as its own name."""
    return _tr(STEPS[value]) if value in STEPS else value.replace("-", " ")


def positions(values: Sequence[Position]) -> str:
    """What was captured, in a few words: "both irises, face, 3 fingers"."""
    counted = Counter(value.modality for value in dict.fromkeys(values))
    parts = []
    for modality, count in counted.items():
        if modality is Modality.IRIS:
            both = translate("words", "both irises")
            parts.append(both if count == 2 else translate("words", "one iris"))
        elif modality is Modality.FINGER:
            several = translate("words", "{0} fingers").format(count)
            parts.append(translate("words", "one finger") if count == 1 else several)
        else:
            parts.append(name(modality).lower())
    text = ", ".join(parts)
    return text[:1].upper() + text[1:] if text else translate("words", "Nothing captured")


def quality(value: Quality) -> str:
    """Quality in words and number, with the reason when there is one."""
    grade = next((word for least, word in GRADES if value.score >= least), GRADES[-1][1])
    text = translate("words", "{0}, {1} of 100").format(_tr(grade), round(value.score))
    if value.reason in (QualityReason.OK, QualityReason.UNKNOWN):
        return text
    return f"{text}. {name(value.reason)}."


def moment(value: datetime | None) -> str:
    """A moment in this computer's time; the month by name, so that no country reads it wrong."""
    if value is None:
        return translate("words", "unknown")
    shown = QDateTime.fromSecsSinceEpoch(int(value.timestamp()))
    return QLocale().toString(shown, "d MMM yyyy, HH:mm")


def initials(full_name: str) -> str:
    """One or two letters standing in for a portrait."""
    words = full_name.split()
    letters = [word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)]
    return "".join(letters).upper() or "?"


def language(code: str) -> str:
    """A language by its code such as "pt-BR", named in itself so that who speaks it finds it; else the code."""
    locale = QLocale(code)
    if locale.language() is QLocale.Language.C:
        return code
    name = WITHOUT_COUNTRY.get(code) or locale.nativeLanguageName()
    return name[:1].upper() + name[1:] if name else code
