"""Who stands in front of the terminal, and what they hold out to it."""

from dataclasses import dataclass

from app.simulators.fingers import GOOD, Look
from app.simulators.people import FacePose, Person


@dataclass(frozen=True)
class Presence:
    """A person before the terminal.

    finger   the finger they press: 1 right thumb .. 5 right little, 6 left thumb .. 10 left little
    fingers  three fingers for the three presses, instead of one
    look     how the skin is: `app.simulators.fingers` GOOD, DRY, WET ...
    obeys    presses the finger the screen names ("Left thumb"), where it names one
    pose     how the face is held; None straight
    card     the number of the card they hold out; None their own
    waits    stands there and does not touch, look or hold anything out yet
    """

    who: Person
    finger: int = 2
    fingers: tuple[int, int, int] | None = None
    obeys: bool = False
    look: Look = GOOD
    pose: FacePose | None = None
    card: int | None = None
    waits: bool = False

    def __post_init__(self) -> None:
        if not all(1 <= finger <= 10 for finger in (self.finger, *(self.fingers or ()))):
            raise ValueError("fingers are numbered 1 to 10")

    def finger_at(self, press: int, screen: str = "") -> int:
        """The finger of press 0, 1 or 2, while the screen shows this."""
        if self.obeys and (named := named_finger(screen)):
            return named
        return self.fingers[press] if self.fingers else self.finger

    @property
    def card_value(self) -> int:
        """What the reader reads: facility times 2**32 plus number."""
        if self.card is not None:
            return self.card
        digits = bytes.fromhex(self.who.card_number)
        return (int.from_bytes(digits[:2]) << 32) + int.from_bytes(digits[2:])


_NAMES = ("thumb", "index", "middle", "ring", "little")


def named_finger(text: str) -> int:
    """The number of a finger named in English, such as "Left thumb"; 0 when none is."""
    words = text.casefold().split()
    finger = next((number for number, name in enumerate(_NAMES, 1) if name in words), 0)
    if not finger or not {"left", "right"} & set(words):
        return 0
    return finger + (5 if "left" in words else 0)
