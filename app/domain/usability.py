"""What of an enrollment a device can use, so that the clerk knows before saving which doors will open."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from app.domain.device import Device
from app.domain.enrollment import Enrollment
from app.domain.modality import Modality


@runtime_checkable
class JudgesEnrollments(Protocol):
    """A device that looks closer than at modalities: at formats of templates, pictures, numbers of cards."""

    def usable(self, enrollment: Enrollment) -> frozenset[Modality]:
        """What it could recognize the person by; empty when nothing of it is of use there. Changes and asks nothing."""


@dataclass(frozen=True)
class Usability:
    """One device: what it will recognize the person by, what was captured in a form it cannot use, what it lacks."""

    device_id: str
    by: frozenset[Modality]
    foreign: frozenset[Modality]
    lacking: frozenset[Modality]

    @property
    def works(self) -> bool:
        """The person will be recognized there."""
        return bool(self.by)


def usability(device: Device, enrollment: Enrollment) -> Usability:
    """By the device's own judgment where it has one, else by what it can capture."""
    captured = frozenset(sample.position.modality for sample in enrollment.samples)
    judge: object = device
    by = judge.usable(enrollment) if isinstance(judge, JudgesEnrollments) else captured & device.modalities
    return Usability(device.device_id, by, captured & device.modalities - by, device.modalities - captured)
