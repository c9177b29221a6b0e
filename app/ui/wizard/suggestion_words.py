"""A sentence for every suggestion, said to the person by the clerk."""

from app.journeys.suggestions import Suggestion
from app.ui.i18n import translate


def suggestion_text(suggestion: Suggestion) -> str:
    """What to try differently now."""
    return {
        Suggestion.LOOK_INTO_MIRROR: translate("wizard", "Ask the person to look straight into the terminal's mirror."),
        Suggestion.OPEN_EYES_WIDE: translate("wizard", "Ask the person to open the eyes wide and lift the eyelids."),
        Suggestion.TAKE_GLASSES_OFF: translate("wizard", "Ask the person to take the glasses off."),
        Suggestion.REMOVE_LENSES: translate("wizard", "Ask the person to take colored contact lenses out."),
        Suggestion.CHANGE_LIGHT: translate("wizard", "Turn the terminal away from windows and lamps."),
        Suggestion.FACE_FORWARD: translate("wizard", "Ask the person to hold the head straight and face the terminal."),
        Suggestion.FOLLOW_DISTANCE: translate(
            "wizard", "Watch the distance bar: the marker should stand in the green part."
        ),
        Suggestion.CLEAN_SENSOR: translate("wizard", "Wipe the sensor and the finger with a dry cloth."),
        Suggestion.PRESS_FIRMER: translate("wizard", "Ask the person to press flat and a little firmer."),
        Suggestion.MOISTEN_FINGER: translate("wizard", "Moisten the finger a little, or breathe on it."),
        Suggestion.DRY_FINGER: translate("wizard", "Dry the finger with a cloth."),
        Suggestion.SAME_FINGER: translate("wizard", "Use the same finger for every press."),
        Suggestion.OTHER_FINGER: translate("wizard", "Press with the middle of the fingertip, not with its edge."),
        Suggestion.LOOK_PERSON_UP: translate("wizard", "Choose another finger, or look the person up under People."),
        Suggestion.HOLD_CARD_FLAT: translate("wizard", "Hold the card flat and still on the reader."),
        Suggestion.LOOK_FACE_UP: translate("wizard", "Look the person up under People: they may be enrolled already."),
        Suggestion.ONCE_MORE: translate(
            "wizard", "Capture once more. If it stays like this, switch the terminal off and on."
        ),
        Suggestion.CHECK_WAY_BACK: translate(
            "wizard",
            "Capture once more. If it stays like this, ask a supervisor to look whether the terminal reaches this"
            " station: under Devices, its sign of life.",
        ),
        Suggestion.CHECK_DEVICE: translate("wizard", "Look at the terminal: close its menu if it is open."),
    }[suggestion]
