"""Everything the Compare page says about pictures, verdicts, signatures, liveness and evidence."""

import math
from collections.abc import Mapping
from enum import Enum

from PySide6.QtCore import QLocale

from app.domain.camera import Aim
from app.domain.comparison import Decision
from app.domain.document import (
    DocumentCheck,
    FaceQuality,
    LivenessOutcome,
    PictureAdvice,
    PictureFinding,
    PictureReason,
    Rule,
)
from app.domain.evidence import EvidenceFault, SignatureCheck, SignatureOutcome, SignatureReason
from app.domain.preview import Guidance
from app.ui import words as station_words
from app.ui.i18n import QT_TRANSLATE_NOOP, translate
from app.ui.widgets.status import Lamp

SENTENCES: Mapping[Enum, str] = {
    PictureReason.UNREADABLE: QT_TRANSLATE_NOOP("compare", "This file is not a picture that can be read."),
    PictureReason.TOO_MANY_BYTES: QT_TRANSLATE_NOOP("compare", "The file is too large."),
    PictureReason.NO_FACE: QT_TRANSLATE_NOOP("compare", "No face was found."),
    PictureReason.SEVERAL_FACES: QT_TRANSLATE_NOOP("compare", "There is more than one face in it."),
    PictureReason.EYES_NOT_FOUND: QT_TRANSLATE_NOOP("compare", "The eyes cannot be seen clearly."),
    PictureReason.EYES_TOO_CLOSE: QT_TRANSLATE_NOOP("compare", "The face is too small."),
    PictureReason.BLURRED: QT_TRANSLATE_NOOP("compare", "The picture is blurred."),
    PictureReason.TOO_DARK: QT_TRANSLATE_NOOP("compare", "The picture is too dark."),
    PictureReason.TOO_BRIGHT: QT_TRANSLATE_NOOP("compare", "The picture is too bright."),
    PictureReason.LOW_JPEG_QUALITY: QT_TRANSLATE_NOOP("compare", "The file was compressed too much."),
    PictureAdvice.OTHER_FILE: QT_TRANSLATE_NOOP("compare", "Choose another file, such as a JPEG photo."),
    PictureAdvice.FACE_THE_CAMERA: QT_TRANSLATE_NOOP("compare", "Turn or crop it so that one upright face fills it."),
    PictureAdvice.ONE_PERSON: QT_TRANSLATE_NOOP("compare", "Crop it to one person, or take it again."),
    PictureAdvice.OPEN_EYES: QT_TRANSLATE_NOOP("compare", "Open eyes, no reflections: take it again."),
    PictureAdvice.COME_CLOSER: QT_TRANSLATE_NOOP("compare", "Take it again from nearer; cropping does not help."),
    PictureAdvice.HOLD_STILL: QT_TRANSLATE_NOOP("compare", "Hold still and take it again."),
    PictureAdvice.MORE_LIGHT: QT_TRANSLATE_NOOP("compare", "Make more light and take it again."),
    PictureAdvice.LESS_LIGHT: QT_TRANSLATE_NOOP("compare", "Avoid glare and take it again."),
    PictureAdvice.ORIGINAL_PHOTO: QT_TRANSLATE_NOOP("compare", "Use the original photo, not a copy from a message."),
    FaceQuality.GOOD: QT_TRANSLATE_NOOP("compare", "Good"),
    FaceQuality.USABLE: QT_TRANSLATE_NOOP("compare", "Usable, but poor"),
    FaceQuality.RETAKE: QT_TRANSLATE_NOOP("compare", "Not good enough: take the picture again"),
    FaceQuality.UNKNOWN: QT_TRANSLATE_NOOP("compare", "Not told by the service"),
    Decision.MATCH: QT_TRANSLATE_NOOP("compare", "Same person"),
    Decision.NO_MATCH: QT_TRANSLATE_NOOP("compare", "Not the same person"),
    Decision.UNDECIDED: QT_TRANSLATE_NOOP("compare", "No decision"),
    Rule.SCORE_REACHED: QT_TRANSLATE_NOOP("compare", "Rule: the score reached the threshold of {threshold}."),
    Rule.SCORE_BELOW: QT_TRANSLATE_NOOP("compare", "Rule: the score stayed below the threshold of {threshold}."),
    Rule.SCORE_MISSING: QT_TRANSLATE_NOOP("compare", "Rule: without a usable score nothing is decided."),
    Rule.SIGNATURE_WRONG: QT_TRANSLATE_NOOP("compare", "Rule: an answer whose signature is wrong decides nothing."),
    Rule.SIGNATURE_NEEDED: QT_TRANSLATE_NOOP("compare", "Rule: only a signed and checked answer may decide here."),
    Rule.LIVENESS_NEEDED: QT_TRANSLATE_NOOP("compare", "Rule: without a passed liveness check nothing is decided."),
    SignatureOutcome.VALID: QT_TRANSLATE_NOOP("compare", "Signature verified: the service signed this answer to us."),
    SignatureOutcome.INVALID: QT_TRANSLATE_NOOP(
        "compare", "Signature wrong: this answer was not signed by the service, or was changed. Do not use it."
    ),
    SignatureOutcome.MISMATCH: QT_TRANSLATE_NOOP(
        "compare",
        "Signed, but for other data: the signature belongs to another answer or other pictures. Do not use it.",
    ),
    SignatureOutcome.UNSIGNED: QT_TRANSLATE_NOOP("compare", "Not signed: the service did not sign this answer."),
    SignatureOutcome.NO_KEY: QT_TRANSLATE_NOOP(
        "compare", "Signed, but not checked: the station has no key for it. A supervisor adds it in Settings."
    ),
    LivenessOutcome.LIVE: QT_TRANSLATE_NOOP("compare", "Liveness passed: a living person was in front of the camera."),
    LivenessOutcome.FAILED: QT_TRANSLATE_NOOP(
        "compare", "Liveness failed: the person did not complete the challenge. Repeat the check."
    ),
    LivenessOutcome.SPOOF: QT_TRANSLATE_NOOP(
        "compare", "Liveness: the service saw a picture, mask or screen. Look at the person, and have it repeated."
    ),
    LivenessOutcome.SPOOF_JS: QT_TRANSLATE_NOOP(
        "compare", "Liveness: the capture program was tampered with. Have the check made on another device."
    ),
    LivenessOutcome.ERROR: QT_TRANSLATE_NOOP("compare", "Liveness: the service had an error. Repeat the check."),
    LivenessOutcome.TIMEOUT: QT_TRANSLATE_NOOP("compare", "Liveness: the time ran out. Repeat the check."),
    LivenessOutcome.FAKE_WEBCAM: QT_TRANSLATE_NOOP(
        "compare", "Liveness: the pictures came from a fake camera. Have the check made on another device."
    ),
    LivenessOutcome.OTHER_MODE: QT_TRANSLATE_NOOP(
        "compare", "Liveness: the answer is about another kind of check. Choose the kind that was made, and read again."
    ),
    LivenessOutcome.UNPROVEN: QT_TRANSLATE_NOOP(
        "compare",
        "Liveness: the answer is not signed, or wrongly. Do not use it; have the check repeated.",
    ),
    LivenessOutcome.NOT_READY: QT_TRANSLATE_NOOP("compare", "Liveness: there is no result yet. Ask again later."),
    LivenessOutcome.UNKNOWN: QT_TRANSLATE_NOOP(
        "compare", "Liveness: an answer this station does not know. It counts as not passed: repeat the check."
    ),
    EvidenceFault.SIGNATURE: QT_TRANSLATE_NOOP("compare", "the signature is no longer what it was"),
    EvidenceFault.KEY: QT_TRANSLATE_NOOP("compare", "the stored key is not the one that was used"),
    EvidenceFault.SCORE: QT_TRANSLATE_NOOP("compare", "the score differs from the signed answer"),
    EvidenceFault.FAR: QT_TRANSLATE_NOOP("compare", "the false match rate differs from the signed answer"),
    EvidenceFault.PICTURES: QT_TRANSLATE_NOOP("compare", "the pictures' fingerprints differ from the signed answer"),
    EvidenceFault.DECISION: QT_TRANSLATE_NOOP("compare", "the decision does not follow from the figures"),
    EvidenceFault.UNREADABLE: QT_TRANSLATE_NOOP("compare", "the record cannot be read"),
    EvidenceFault.LIVENESS: QT_TRANSLATE_NOOP("compare", "the liveness result does not fit the decision"),
}
"""Source texts of the context `compare`; a test looks that no value is without one."""

SIGNATURES_BECAUSE: Mapping[SignatureReason, str] = {
    SignatureReason.AGE: QT_TRANSLATE_NOOP(
        "compare",
        "Signed, but its time is far from this computer's. Set date and time right, then compare again; if they are"
        " right, an old answer was sent again: do not use it.",
    ),
    SignatureReason.EXPIRED: QT_TRANSLATE_NOOP(
        "compare", "Signed, but no longer valid by this computer's clock. Set date and time right, then compare again."
    ),
    SignatureReason.KEY_DATES: QT_TRANSLATE_NOOP(
        "compare",
        "Signed, but not checked: the station's key for it is out of date. A supervisor adds the new one in Settings;"
        " also look at this computer's date.",
    ),
}
"""Where the reason says what to do now."""

SIGNATURES_SHORT: Mapping[SignatureOutcome, str] = {
    SignatureOutcome.VALID: QT_TRANSLATE_NOOP("compare", "signature verified"),
    SignatureOutcome.INVALID: QT_TRANSLATE_NOOP("compare", "signature wrong"),
    SignatureOutcome.MISMATCH: QT_TRANSLATE_NOOP("compare", "signed for other data"),
    SignatureOutcome.UNSIGNED: QT_TRANSLATE_NOOP("compare", "not signed"),
    SignatureOutcome.NO_KEY: QT_TRANSLATE_NOOP("compare", "signature not checked"),
}

LIVENESS_MODES: Mapping[str, str] = {
    "LIVENESS_MEDIUM": QT_TRANSLATE_NOOP("compare", "Follow a few points, medium"),
    "LIVENESS_HIGH": QT_TRANSLATE_NOOP("compare", "Follow a few points, strict"),
    "LIVENESS_PASSIVE": QT_TRANSLATE_NOOP("compare", "One picture, nothing to do"),
    "LIVENESS_PASSIVE_VIDEO": QT_TRANSLATE_NOOP("compare", "A short video, nothing to do"),
    "LIVENESS_ACTIVE": QT_TRANSLATE_NOOP("compare", "Movements on request"),
}
"""Kinds of check by the name the service knows them by."""

_HAVE_REASONS = frozenset({SignatureOutcome.MISMATCH, SignatureOutcome.NO_KEY})

FIGURES: Mapping[PictureReason, str] = {
    PictureReason.EYES_TOO_CLOSE: QT_TRANSLATE_NOOP("compare", "{0} pixels between the eyes, {1} are needed."),
    PictureReason.LOW_JPEG_QUALITY: QT_TRANSLATE_NOOP("compare", "Its JPEG quality is {0}, {1} is needed."),
    PictureReason.SEVERAL_FACES: QT_TRANSLATE_NOOP("compare", "Found: {0}."),
}
"""Figures that say something to a clerk."""

HINTS: Mapping[tuple[Aim, Guidance], str] = {
    (Aim.FACE, Guidance.NOBODY): QT_TRANSLATE_NOOP("compare", "No face yet: look at the camera"),
    (Aim.FACE, Guidance.COME_CLOSER): QT_TRANSLATE_NOOP("compare", "Come closer"),
    (Aim.FACE, Guidance.STEP_BACK): QT_TRANSLATE_NOOP("compare", "Step back a little"),
    (Aim.FACE, Guidance.TO_THE_MIDDLE): QT_TRANSLATE_NOOP("compare", "Move to the middle of the picture"),
    (Aim.FACE, Guidance.MORE_LIGHT): QT_TRANSLATE_NOOP("compare", "Too dark: turn the face to the light"),
    (Aim.FACE, Guidance.LESS_LIGHT): QT_TRANSLATE_NOOP("compare", "Too bright: turn away from the lamp or window"),
    (Aim.FACE, Guidance.HEAD_UPRIGHT): QT_TRANSLATE_NOOP("compare", "Hold the head upright"),
    (Aim.FACE, Guidance.BLURRED): QT_TRANSLATE_NOOP("compare", "Blurred: do not move, and wipe the lens"),
    (Aim.FACE, Guidance.HOLD_STILL): QT_TRANSLATE_NOOP("compare", "Good: hold still"),
    (Aim.DOCUMENT, Guidance.NOBODY): QT_TRANSLATE_NOOP("compare", "No portrait yet: show the side with the photo"),
    (Aim.DOCUMENT, Guidance.COME_CLOSER): QT_TRANSLATE_NOOP("compare", "Hold the document closer"),
    (Aim.DOCUMENT, Guidance.STEP_BACK): QT_TRANSLATE_NOOP("compare", "Hold the document a little farther away"),
    (Aim.DOCUMENT, Guidance.TO_THE_MIDDLE): QT_TRANSLATE_NOOP("compare", "Move the portrait away from the edge"),
    (Aim.DOCUMENT, Guidance.MORE_LIGHT): QT_TRANSLATE_NOOP("compare", "Too dark: hold the document to the light"),
    (Aim.DOCUMENT, Guidance.LESS_LIGHT): QT_TRANSLATE_NOOP("compare", "Too bright: tip the document out of the glare"),
    (Aim.DOCUMENT, Guidance.HEAD_UPRIGHT): QT_TRANSLATE_NOOP("compare", "Hold the document straight"),
    (Aim.DOCUMENT, Guidance.BLURRED): QT_TRANSLATE_NOOP("compare", "Blurred: lay the document down, or wait"),
    (Aim.DOCUMENT, Guidance.HOLD_STILL): QT_TRANSLATE_NOOP("compare", "Good: hold the document still"),
}

SIGNATURE_LAMPS: Mapping[SignatureOutcome, Lamp] = {
    SignatureOutcome.VALID: Lamp.GOOD,
    SignatureOutcome.INVALID: Lamp.BAD,
    SignatureOutcome.MISMATCH: Lamp.WARNING,
    SignatureOutcome.UNSIGNED: Lamp.OFF,
    SignatureOutcome.NO_KEY: Lamp.WAITING,
}
"""Five shapes for five things: color is never the only difference."""

DECISION_LAMPS: Mapping[Decision, Lamp] = {
    Decision.MATCH: Lamp.GOOD,
    Decision.NO_MATCH: Lamp.BAD,
    Decision.UNDECIDED: Lamp.WARNING,
}


_RAISED = {
    ord(plain): ord(raised)
    for plain, raised in zip(
        "-0123456789", "\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079", strict=True
    )
}


def say(value: Enum) -> str:
    """The text for a value; KeyError when nobody wrote one."""
    return translate("compare", SENTENCES[value])


def signature(check: SignatureCheck) -> str:
    """What a signature came to, and what to do about it."""
    because = SIGNATURES_BECAUSE.get(check.reason) if check.outcome in _HAVE_REASONS else None
    return translate("compare", because) if because else say(check.outcome)


def hint(aim: Aim, guidance: Guidance) -> str:
    """What to do before the camera."""
    return translate("compare", HINTS.get((aim, guidance), HINTS[(aim, Guidance.HOLD_STILL)]))


def finding(value: PictureFinding) -> str:
    """What is wrong, the figures where there are any, and what to do."""
    parts = [say(value.reason)]
    if value.measured is not None and value.needed is not None and value.reason in FIGURES:
        figures = translate("compare", FIGURES[value.reason])
        parts.append(figures.format(number(value.measured), number(value.needed)))
    return " ".join([*parts, say(value.advice)])


def rule(value: Rule, threshold: float) -> str:
    """The rule that decided."""
    return say(value).format(threshold=number(threshold))


def number(value: float) -> str:
    """A figure as the reader's country writes it, with one decimal where that says something."""
    return QLocale().toString(float(value), "f", 0 if abs(value) >= 10 or value == int(value) else 1)


def score(value: float | None) -> str:
    """A comparison score, or the word for none."""
    if value is None or not math.isfinite(value):
        return translate("compare", "none")
    return number(value)


def percent(value: float | None) -> str:
    """A false match rate in percent; tiny ones as a power of ten, so that nobody counts zeros."""
    if value is None or not math.isfinite(value) or value < 0:
        return translate("compare", "not told")
    if value == 0 or value >= 0.0001:
        return f"{QLocale().toString(value, 'g', 3)} %"
    power = math.floor(math.log10(value))
    raised = str(power).translate(_RAISED)
    return f"{QLocale().toString(value / 10**power, 'f', 1)} \N{MULTIPLICATION SIGN} 10{raised} %"


def columns() -> list[str]:
    """Heads of the list of candidates."""
    return [
        translate("compare", "Place"),
        translate("compare", "Picture"),
        translate("compare", "Score"),
        translate("compare", "Decision"),
    ]


def liveness_lamp(outcome: LivenessOutcome) -> Lamp:
    """Only a passed check is green; one that may be repeated is not red."""
    if outcome is LivenessOutcome.LIVE:
        return Lamp.GOOD
    repeat = {LivenessOutcome.NOT_READY, LivenessOutcome.TIMEOUT, LivenessOutcome.ERROR}
    return Lamp.WAITING if outcome in repeat else Lamp.BAD


def evidence_proven() -> str:
    """Checked again and vouched for."""
    return translate("compare", "Evidence holds: the stored answer, its signature and the decision fit together.")


def evidence_unproven() -> str:
    """Unchanged, but nobody vouches for it."""
    return translate("compare", "The record is unchanged, but no valid signature of the service vouches for it.")


def evidence_differs(faults: tuple[EvidenceFault, ...]) -> str:
    """What no longer fits."""
    told = ", ".join(say(fault) for fault in faults)
    return translate("compare", "Evidence does NOT hold: {0}. Keep the record and call your support.").format(told)


def signature_short(outcome: SignatureOutcome) -> str:
    """The signature's state in two words, for lists."""
    return translate("compare", SIGNATURES_SHORT[outcome])


def standing(check: DocumentCheck | None) -> tuple[Lamp, str]:
    """What a comparison made for a person came to, as lamp and words."""
    if check is None:
        return Lamp.HINT, translate("compare", "Not compared with a document")
    told = translate("compare", "{decision}, score {score} of {threshold} needed, {signature}, {when}")
    return DECISION_LAMPS[check.decision], told.format(
        decision=say(check.decision),
        score=score(check.score),
        threshold=number(check.threshold),
        signature=signature_short(check.signature),
        when=station_words.moment(check.decided_at),
    )


def evidence_title() -> str:
    """The name of the list of records."""
    return translate("compare", "Evidence")


def liveness_title() -> str:
    """The name of the part that reads liveness results."""
    return translate("compare", "Liveness")


def page_title() -> str:
    """The page's name."""
    return translate("compare", "Compare with a document")


def liveness_mode(mode: str) -> str:
    """What a kind of check asks of the person."""
    return translate("compare", LIVENESS_MODES[mode])
