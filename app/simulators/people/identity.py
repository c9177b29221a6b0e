"""Who a synthetic person is: names, numbers and the bodily traits that a stable seed gives them."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

FEATURES: Final = 128
IRIS_BITS: Final = 2048
_SALT: Final = 45_9980

# Surnames say aloud that nobody of this name exists.
_FIRST: Final = ("Ada", "Bruno", "Chloe", "Dario", "Edith", "Farid", "Grace", "Hugo", "Ines", "Jonas", "Kaya", "Liam")
_LAST: Final = ("Sample", "Specimen", "Example", "Placeholder", "Mockup", "Testcase", "Dummy", "Synthetic")

Color = tuple[int, int, int]
"""Blue, green, red, each 0..255."""

_SKIN: Final[tuple[Color, ...]] = (
    (205, 220, 245), (180, 205, 240), (160, 190, 232), (135, 170, 218),
    (110, 148, 200), (85, 122, 175), (62, 95, 145), (48, 72, 112),
)  # fmt: skip
_HAIR: Final[tuple[Color, ...]] = (
    (28, 26, 30), (30, 42, 62), (38, 66, 104), (70, 118, 168), (40, 70, 150), (150, 152, 158), (60, 60, 66),
)  # fmt: skip
_IRIS: Final[tuple[Color, ...]] = ((50, 80, 120), (40, 60, 88), (88, 122, 104), (150, 128, 96), (120, 112, 100))
_SHIRT: Final[tuple[Color, ...]] = (
    (120, 84, 52), (92, 60, 64), (84, 110, 72), (72, 72, 120), (130, 120, 104), (70, 60, 56), (150, 132, 168),
)  # fmt: skip


class HairStyle(StrEnum):
    BALD = "bald"
    SHORT = "short"
    PARTED = "parted"
    CURLY = "curly"
    BOB = "bob"
    LONG = "long"


@dataclass(frozen=True)
class Traits:
    """What a picture of the face shows; lengths are shares of the head's height, angles in degrees."""

    head_width: float
    jaw: float
    eye_gap: float
    eye_size: float
    eye_tilt: float
    brow_height: float
    brow_thickness: float
    brow_angle: float
    nose_length: float
    nose_width: float
    mouth_width: float
    lip: float
    smile: float
    ear: float
    beard: float
    freckles: float
    skin: Color
    hair: Color
    iris: Color
    shirt: Color
    hair_style: HairStyle
    round_glasses: bool


@dataclass(frozen=True)
class Person:
    """A synthetic person. The same number is always the same person, on every machine.

    `user_uuid` is a plain number as terminals use it. `card_number` is eight hex digits in pairs.
    """

    number: int
    first_name: str
    last_name: str
    document_number: str
    card_number: str
    pin: str = field(repr=False)
    glasses: bool

    @property
    def user_uuid(self) -> str:
        return str(1000 + self.number)

    @property
    def traits(self) -> Traits:
        return _traits(self.number)


def person(number: int) -> Person:
    """The synthetic person of this number (0 or more)."""
    rng = _rng(number, 0)
    card = " ".join(f"{byte:02X}" for byte in rng.integers(0, 256, 4))
    return Person(
        number=number,
        first_name=_FIRST[number % len(_FIRST)],
        last_name=_LAST[(number // len(_FIRST) + number) % len(_LAST)],
        document_number=f"SYN{rng.integers(0, 10**6):06d}",
        card_number=card,
        pin=f"{rng.integers(0, 10**6):06d}",
        glasses=bool(rng.random() < 0.25),
    )


def people(count: int, first: int = 1) -> tuple[Person, ...]:
    """`count` different people, beginning with number `first`."""
    return tuple(person(number) for number in range(first, first + count))


@lru_cache(maxsize=4096)
def _features(number: int) -> NDArray[np.float32]:
    vector = _rng(number, 2).standard_normal(FEATURES)
    unit: NDArray[np.float32] = (vector / np.linalg.norm(vector)).astype(np.float32)
    unit.setflags(write=False)
    return unit


def face_features(who: Person) -> NDArray[np.float32]:
    """The face's identity: a unit vector of 128 numbers; two people's are nearly at right angles."""
    return _features(who.number)


@lru_cache(maxsize=4096)
def _iris_code(number: int, right: bool) -> NDArray[np.uint8]:
    code: NDArray[np.uint8] = _rng(number, 4 if right else 3).integers(0, 2, IRIS_BITS, dtype=np.uint8)
    code.setflags(write=False)
    return code


def iris_code(who: Person, *, right: bool) -> NDArray[np.uint8]:
    """The iris's identity: 2048 bits, one per byte; those of another eye differ in about half of them."""
    return _iris_code(who.number, right)


def texture_rng(number: int, stream: int) -> np.random.Generator:
    """The random numbers a painter draws this person's details with; same person and stream, same numbers."""
    return _rng(number, 100 + stream)


def _rng(number: int, stream: int) -> np.random.Generator:
    return np.random.default_rng([_SALT, number, stream])


@lru_cache(maxsize=1024)
def _traits(number: int) -> Traits:
    rng = _rng(number, 1)

    def between(low: float, high: float) -> float:
        return float(rng.uniform(low, high))

    age = rng.random()
    style = list(HairStyle)[int(rng.choice(len(HairStyle), p=[0.08, 0.24, 0.22, 0.14, 0.16, 0.16]))]
    return Traits(
        head_width=between(0.66, 0.80),
        jaw=between(0.62, 0.95),
        eye_gap=between(0.285, 0.335),
        eye_size=between(0.105, 0.130),
        eye_tilt=between(-4, 6),
        brow_height=between(0.085, 0.115),
        brow_thickness=between(0.016, 0.036),
        brow_angle=between(-6, 10),
        nose_length=between(0.20, 0.26),
        nose_width=between(0.115, 0.165),
        mouth_width=between(0.22, 0.30),
        lip=between(0.030, 0.055),
        smile=between(0.006, 0.030),
        ear=between(0.14, 0.19),
        beard=between(0.3, 1.0) if style in {HairStyle.SHORT, HairStyle.BALD, HairStyle.PARTED} and age > 0.4 else 0.0,
        freckles=between(0.0, 1.0),
        skin=_blend(_SKIN, between(0, len(_SKIN) - 1)),
        hair=_HAIR[int(rng.integers(len(_HAIR)))],
        iris=_IRIS[int(rng.integers(len(_IRIS)))],
        shirt=_SHIRT[int(rng.integers(len(_SHIRT)))],
        hair_style=style,
        round_glasses=bool(rng.random() < 0.5),
    )


def aged(traits: Traits, years: float) -> Traits:
    """How the same face looks `years` later (before, below zero): what time changes, and never the bones."""
    if not years:
        return traits
    share = min(1.0, abs(years) / 20)
    hair = tuple(round(part + ((170 if years > 0 else part * 0.7) - part) * share * 0.4) for part in traits.hair)
    return replace(
        traits,
        hair=(hair[0], hair[1], hair[2]),
        beard=min(1.0, max(0.0, traits.beard * (1 + 0.6 * years / 20))),
        smile=traits.smile * (1 - 0.5 * share) + 0.018 * 0.5 * share,
        lip=traits.lip * (1 - 0.12 * years / 20),
        brow_thickness=traits.brow_thickness * (1 + 0.15 * years / 20),
        freckles=traits.freckles * (1 - 0.3 * share),
        shirt=_SHIRT[int(abs(years) * 3 + traits.shirt[0]) % len(_SHIRT)],
    )


def _blend(palette: tuple[Color, ...], at: float) -> Color:
    low = min(int(at), len(palette) - 2)
    share = at - low
    mixed = [round(a + (b - a) * share) for a, b in zip(palette[low], palette[low + 1], strict=True)]
    return mixed[0], mixed[1], mixed[2]
