"""The sentences of the live preview."""

from PySide6.QtCore import QLocale

from app.domain.preview import Distance, Guidance, Range, View
from app.ui.i18n import translate


def guidance_text(guidance: Guidance) -> str:
    """What the person should do now, short enough to be read from 1.5 m."""
    return {
        Guidance.NOBODY: translate("Guidance", "Step in front of the terminal"),
        Guidance.COME_CLOSER: translate("Guidance", "Come closer"),
        Guidance.STEP_BACK: translate("Guidance", "Step back a little"),
        Guidance.MOVE_UP: translate("Guidance", "Move up a little"),
        Guidance.MOVE_DOWN: translate("Guidance", "Move down a little"),
        Guidance.TO_THE_MIDDLE: translate("Guidance", "Move to the middle"),
        Guidance.MORE_LIGHT: translate("Guidance", "More light on the face"),
        Guidance.LESS_LIGHT: translate("Guidance", "Less light on the face"),
        Guidance.HEAD_UPRIGHT: translate("Guidance", "Hold your head upright"),
        Guidance.BLURRED: translate("Guidance", "Blurred: do not move"),
        Guidance.OPEN_EYES: translate("Guidance", "Open your eyes wide"),
        Guidance.TAKE_GLASSES_OFF: translate("Guidance", "Take your glasses off"),
        Guidance.HOLD_STILL: translate("Guidance", "Good. Hold still"),
        Guidance.LOOK_AT_DEVICE: translate("Guidance", "Look at the terminal"),
    }[guidance]


def view_text(view: View) -> str:
    """What a picture shows."""
    return {
        View.LEFT_EYE: translate("View", "Left eye"),
        View.RIGHT_EYE: translate("View", "Right eye"),
        View.FACE: translate("View", "Face"),
        View.FINGER: translate("View", "Finger"),
    }[view]


def range_text(where: Range) -> str:
    """Where the person stands against the good distance."""
    return {
        Range.NONE: translate("Distance", "No distance"),
        Range.NEAR: translate("Distance", "Too close"),
        Range.GOOD: translate("Distance", "Good"),
        Range.FAR: translate("Distance", "Too far"),
    }[where]


def distance_text(distance: Distance | None) -> str:
    """The distance in whole centimeters, or a dash while none is known."""
    if distance is None or distance.millimeters is None:
        return "\N{EN DASH}"
    number = QLocale().toString(round(distance.millimeters / 10))
    return translate("Distance", "{number} cm").format(number=number)


def age_text(seconds: float) -> str:
    """How old the shown picture is."""
    template = translate("Preview", "Picture is {seconds} s old")
    return template.format(seconds=QLocale().toString(int(seconds)))
