"""What a capture step says, by what it captures."""

from dataclasses import dataclass

from app.domain.modality import Modality
from app.ui.i18n import translate


@dataclass(frozen=True)
class CaptureWords:
    """`first` names the `{device}`; `before` and `waiting` stand in the picture, `doing` is written large above it."""

    first: str
    running: str
    before: str
    waiting: str
    doing: str


def capture_words(modality: Modality) -> CaptureWords:
    """The sentences of a modality; irises and face share theirs."""
    if modality is Modality.CARD:
        return CaptureWords(
            translate("wizard", "Press Capture, then hold the card to the reader of {device}."),
            translate("wizard", "Hold the card flat to the reader until it is read."),
            translate("wizard", "The card is read when you press Capture."),
            translate("wizard", "Waiting for the card…"),
            translate("wizard", "Hold the card to the reader"),
        )
    if modality is Modality.FINGER:
        return CaptureWords(
            translate("wizard", "Press Capture, then let the person use the sensor of {device}."),
            translate("wizard", "Press and lift the finger as the device asks."),
            translate("wizard", "The finger appears here when you press Capture, if the device sends its picture."),
            translate("wizard", "Waiting for the finger…"),
            translate("wizard", "Finger on the sensor, please"),
        )
    return CaptureWords(
        translate("wizard", "Ask the person to stand in front of {device}, then capture."),
        translate("wizard", "Follow the sentence over the picture until the capture is done."),
        translate("wizard", "The live picture appears here when you press Capture."),
        translate("wizard", "Waiting for the first picture…"),
        "",
    )
