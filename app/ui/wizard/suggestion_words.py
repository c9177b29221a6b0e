"""A sentence for every suggestion, said to the person by the clerk."""

from PySide6.QtCore import QCoreApplication

from app.journeys.suggestions import Suggestion


def suggestion_text(suggestion: Suggestion) -> str:
    """What to try differently now."""
    tr = QCoreApplication.translate
    return {
        Suggestion.LOOK_INTO_MIRROR: tr("wizard", "Ask the person to look straight into the terminal's mirror."),
        Suggestion.OPEN_EYES_WIDE: tr("wizard", "Ask the person to open the eyes wide and lift the eyelids."),
        Suggestion.TAKE_GLASSES_OFF: tr("wizard", "Ask the person to take the glasses off."),
        Suggestion.REMOVE_LENSES: tr("wizard", "Ask the person to take colored contact lenses out."),
        Suggestion.CHANGE_LIGHT: tr("wizard", "Turn the terminal away from windows and lamps."),
        Suggestion.FACE_FORWARD: tr("wizard", "Ask the person to hold the head straight and face the terminal."),
        Suggestion.FOLLOW_DISTANCE: tr("wizard", "Watch the distance bar: the marker should stand in the green part."),
        Suggestion.CLEAN_SENSOR: tr("wizard", "Wipe the sensor and the finger with a dry cloth."),
        Suggestion.PRESS_FIRMER: tr("wizard", "Ask the person to press flat and a little firmer."),
        Suggestion.MOISTEN_FINGER: tr("wizard", "Moisten the finger a little, or breathe on it."),
        Suggestion.DRY_FINGER: tr("wizard", "Dry the finger with a cloth."),
        Suggestion.SAME_FINGER: tr("wizard", "Use the same finger for every press."),
        Suggestion.OTHER_FINGER: tr("wizard", "Press with the middle of the fingertip, not with its edge."),
        Suggestion.HOLD_CARD_FLAT: tr("wizard", "Hold the card flat and still on the reader."),
        Suggestion.CHECK_DEVICE: tr("wizard", "Look at the terminal: close its menu if it is open."),
    }[suggestion]
