"""What is said of one print in a clerk's words."""

from collections.abc import Sequence

from app.domain.sample import Quality, QualityReason, Sample
from app.ui import words
from app.ui.i18n import translate
from app.ui.theme import Tone


def judgment(quality: Quality) -> tuple[str, Tone]:
    """The quality with its reason, and the tone of saying it; a bare template's quality nobody told."""
    if quality.figures.get("template_only"):
        return translate("fingers", "Accepted by the terminal, which tells no quality"), Tone.OK
    if quality.reason is QualityReason.OK:
        return words.quality(quality), Tone.WARN if quality.score < 40 else Tone.OK
    score = f"{quality.score:.0f}"
    return translate("fingers", "{score}: {reason}").format(score=score, reason=words.name(quality.reason)), Tone.WARN


def instead_of_picture(sample: Sample) -> str:
    """Why there is no picture to see; a template alone is a normal outcome."""
    if sample.image:
        return translate("fingers", "The picture cannot be shown")
    if sample.templates:
        return translate("fingers", "Template only: the terminal keeps the picture to itself")
    return translate("fingers", "The terminal sent nothing for this press")


def name_of_press(number: int, count: int) -> str:
    """ "Press 2", or nothing where there is but one."""
    return translate("fingers", "Press {number}").format(number=number) if count > 1 else ""


def press_of(sample: Sample, place: int) -> int:
    """Which press it was, where the device says so; else its place among those shown, from 1."""
    return int(sample.quality.figures.get("press", place))


def unread(samples: Sequence[Sample]) -> str:
    """Names the presses whose pictures could not be read; empty when all are there."""
    told = [sample.quality.figures for sample in samples if "presses" in sample.quality.figures]
    if not told:
        return ""
    missing = set(range(1, int(told[0]["presses"]) + 1)) - {int(figures["press"]) for figures in told}
    presses = ", ".join(translate("fingers", "press {number}").format(number=number) for number in sorted(missing))
    return translate("fingers", "({presses} could not be read)").format(presses=presses) if missing else ""
