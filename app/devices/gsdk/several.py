"""What came of a call to several devices: its error per device, and each other device read back and compared."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.devices.gsdk.line import DeviceFault
from app.domain.errors import StationError


class Proof(StrEnum):
    """What reading back showed."""

    SAME = "done and read back"
    DIFFERENT = "reads back differently"
    ABSENT = "not found there afterwards"
    PRESENT = "still there"
    UNREAD = "done, but it could not be read back"


@dataclass(frozen=True)
class Outcome:
    """One device's; exactly one of `fault` and `proof` is set."""

    number: int
    fault: DeviceFault | None = None
    proof: Proof | None = None

    @property
    def is_good(self) -> bool:
        """Whether the device holds what was meant."""
        return self.proof is Proof.SAME


ReadBack = Callable[[int], Awaitable[Proof]]


async def proven(devices: Iterable[int], faults: Iterable[DeviceFault], read_back: ReadBack) -> tuple[Outcome, ...]:
    """Every named device in order, each once; those that did not refuse are read back one after the other."""
    failed = {fault.number: fault for fault in faults}
    return tuple([await _outcome(number, failed.get(number), read_back) for number in dict.fromkeys(devices)])


async def _outcome(number: int, fault: DeviceFault | None, read_back: ReadBack) -> Outcome:
    if fault is not None:
        return Outcome(number, fault)
    try:
        return Outcome(number, proof=await read_back(number))
    except StationError:
        return Outcome(number, proof=Proof.UNREAD)


def compared(*, same: bool) -> Proof:
    """Read back, and compared."""
    return Proof.SAME if same else Proof.DIFFERENT
