"""What looking at a fingerprint gives: quality with its reason, a template, search features, something to draw."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from app.domain.sample import ISO_FINGER, Quality, Sample, Template


class Readiness(StrEnum):
    """Whether prints can be examined at once. Until then they wait; nothing is refused or lost."""

    READY = "ready"
    SOON = "soon"
    """In a moment, as after every start."""
    FIRST_TIME = "first-time"
    """In about a minute: the engine is compiled for this computer, which happens once."""


class MarkKind(StrEnum):
    """What a ridge does at a minutia."""

    ENDING = "ending"
    FORK = "fork"
    OTHER = "other"


@dataclass(frozen=True)
class Mark:
    """A minutia on the picture: pixels at 500 dpi from the top left, and the direction in degrees from +x upwards."""

    x: int
    y: int
    degrees: float
    kind: MarkKind


@dataclass(frozen=True)
class PrintDrawing:
    """What a screen can show of a print at 500 dpi: `ridges` is 8-bit gray, row by row, dark ridges on white.

    A print that came as a template alone has marks and no ridges.
    """

    width: int
    height: int
    ridges: bytes = field(default=b"", repr=False)
    marks: tuple[Mark, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class FingerExamination:
    """The outcome of one print.

    quality   of the picture, or of the record when there is no picture
    template  ISO/IEC 19794-2:2005, at most 384 bytes; None when there is nothing to compare
    features  what a search needs, made from the template; empty when there is none
    drawing   None when nothing can be drawn
    """

    quality: Quality
    template: Template | None = field(default=None, repr=False)
    features: bytes = field(default=b"", repr=False)
    drawing: PrintDrawing | None = field(default=None, repr=False)

    def applied_to(self, sample: Sample) -> Sample:
        """The sample with the quality that was found, and its ISO template in the place of an earlier one."""
        if self.template is None:
            return replace(sample, quality=self.quality)
        others = tuple(each for each in sample.templates if each.format != ISO_FINGER)
        return replace(sample, quality=self.quality, templates=(self.template, *others))
