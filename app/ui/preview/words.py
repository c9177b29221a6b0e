"""The sentences of the live preview."""

from PySide6.QtCore import QCoreApplication, QLocale

from app.domain.preview import Distance, Guidance, Range, View


def guidance_text(guidance: Guidance) -> str:
    """What the person should do now, short enough to be read from 1.5 m."""
    tr = QCoreApplication.translate
    return {
        Guidance.NOBODY: tr("Guidance", "Step in front of the terminal"),
        Guidance.COME_CLOSER: tr("Guidance", "Come closer"),
        Guidance.STEP_BACK: tr("Guidance", "Step back a little"),
        Guidance.MOVE_UP: tr("Guidance", "Move up a little"),
        Guidance.MOVE_DOWN: tr("Guidance", "Move down a little"),
        Guidance.OPEN_EYES: tr("Guidance", "Open your eyes wide"),
        Guidance.TAKE_GLASSES_OFF: tr("Guidance", "Take your glasses off"),
        Guidance.HOLD_STILL: tr("Guidance", "Good. Hold still"),
        Guidance.LOOK_AT_DEVICE: tr("Guidance", "Look at the terminal"),
    }[guidance]


def view_text(view: View) -> str:
    """What a picture shows."""
    tr = QCoreApplication.translate
    return {
        View.LEFT_EYE: tr("View", "Left eye"),
        View.RIGHT_EYE: tr("View", "Right eye"),
        View.FACE: tr("View", "Face"),
        View.FINGER: tr("View", "Finger"),
    }[view]


def range_text(where: Range) -> str:
    """Where the person stands against the good distance."""
    tr = QCoreApplication.translate
    return {
        Range.NONE: tr("Distance", "No distance"),
        Range.NEAR: tr("Distance", "Too close"),
        Range.GOOD: tr("Distance", "Good"),
        Range.FAR: tr("Distance", "Too far"),
    }[where]


def distance_text(distance: Distance | None) -> str:
    """The distance in whole centimeters, or a dash while none is known."""
    if distance is None or distance.millimeters is None:
        return "\N{EN DASH}"
    number = QLocale().toString(round(distance.millimeters / 10))
    return QCoreApplication.translate("Distance", "{number} cm").format(number=number)


def age_text(seconds: float) -> str:
    """How old the shown picture is."""
    template = QCoreApplication.translate("Preview", "Picture is {seconds} s old")
    return template.format(seconds=QLocale().toString(int(seconds)))
