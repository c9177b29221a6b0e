"""Authentication modes in words, and which of them a device allows a person to have of their own (facts 5, 6, 7).

A person's mode fields are numbers in which 0 is a real mode (biometric only): where nothing is meant, 255 is written.
"""

from dataclasses import dataclass, fields
from typing import Any

from app.domain.errors import InvalidInput, NotCapable

PROHIBITED = 254
UNDEFINED = 255

_PLAIN = [
    "BIOMETRIC_ONLY",
    "BIOMETRIC_PIN",
    "CARD_ONLY",
    "CARD_BIOMETRIC",
    "CARD_PIN",
    "CARD_BIOMETRIC_OR_PIN",
    "CARD_BIOMETRIC_PIN",
    "ID_BIOMETRIC",
    "ID_PIN",
    "ID_BIOMETRIC_OR_PIN",
    "ID_BIOMETRIC_PIN",
]
_EXTENDED = [
    "FACE_ONLY",
    "FACE_FINGERPRINT",
    "FACE_PIN",
    "FACE_FINGERPRINT_OR_PIN",
    "FACE_FINGERPRINT_PIN",
    "FINGERPRINT_ONLY",
    "FINGERPRINT_FACE",
    "FINGERPRINT_PIN",
    "FINGERPRINT_FACE_OR_PIN",
    "FINGERPRINT_FACE_PIN",
    "CARD_ONLY",
    "CARD_FACE",
    "CARD_FINGERPRINT",
    "CARD_PIN",
    "CARD_FACE_OR_FINGERPRINT",
    "CARD_FACE_OR_PIN",
    "CARD_FINGERPRINT_OR_PIN",
    "CARD_FACE_OR_FINGERPRINT_OR_PIN",
    "CARD_FACE_FINGERPRINT",
    "CARD_FACE_PIN",
    "CARD_FINGERPRINT_FACE",
    "CARD_FINGERPRINT_PIN",
    "CARD_FACE_OR_FINGERPRINT_PIN",
    "CARD_FACE_FINGERPRINT_OR_PIN",
    "CARD_FINGERPRINT_FACE_OR_PIN",
    "ID_FACE",
    "ID_FINGERPRINT",
    "ID_PIN",
    "ID_FACE_OR_FINGERPRINT",
    "ID_FACE_OR_PIN",
    "ID_FINGERPRINT_OR_PIN",
    "ID_FACE_OR_FINGERPRINT_OR_PIN",
    "ID_FACE_FINGERPRINT",
    "ID_FACE_PIN",
    "ID_FINGERPRINT_FACE",
    "ID_FINGERPRINT_PIN",
    "ID_FACE_OR_FINGERPRINT_PIN",
    "ID_FACE_FINGERPRINT_OR_PIN",
    "ID_FINGERPRINT_FACE_OR_PIN",
]
_PARTS = {"ID": "Id", "PIN": "PIN"}


@dataclass(frozen=True)
class Mode:
    """One mode: its number, its name in the vendor's words, and what a device's capability calls it."""

    number: int
    name: str
    extended: bool

    @property
    def begins_with(self) -> str:
        """What the person shows first: "biometric", "card", "id", "face" or "fingerprint"."""
        return self.name.partition("_")[0].lower()

    @property
    def capability(self) -> str:
        """The field of DeviceCapability that says whether the device knows this mode."""
        parts = "".join(_PARTS.get(part, part.capitalize()) for part in self.name.split("_"))
        return f"extended{parts}Supported" if self.extended else f"{parts[0].lower()}{parts[1:]}Supported"

    @property
    def words(self) -> str:
        """For a table: "card + fingerprint or PIN"."""
        parts = self.name.lower().replace("_or_", " or ").replace("_only", "").replace("_", " + ")
        return (
            parts.replace("pin", "PIN").replace("id", "ID", 1)
            if self.begins_with == "id"
            else parts.replace("pin", "PIN")
        )


MODES: tuple[Mode, ...] = (
    *(Mode(number, name, extended=False) for number, name in enumerate(_PLAIN)),
    *(Mode(number, name, extended=True) for number, name in enumerate(_EXTENDED, len(_PLAIN))),
)
BY_NUMBER = {mode.number: mode for mode in MODES}


@dataclass(frozen=True)
class PrivateModes:
    """A person's own modes by their field in UserSetting; 255 where the device's rules apply."""

    biometricAuthMode: int = UNDEFINED  # noqa: N815
    cardAuthMode: int = UNDEFINED  # noqa: N815
    IDAuthMode: int = UNDEFINED
    faceAuthExtMode: int = UNDEFINED  # noqa: N815
    fingerAuthExtMode: int = UNDEFINED  # noqa: N815
    cardAuthExtMode: int = UNDEFINED  # noqa: N815
    IDAuthExtMode: int = UNDEFINED

    def write_to(self, setting: Any) -> None:
        """Into a UserSetting, every field."""
        for each in fields(self):
            setattr(setting, each.name, getattr(self, each.name))


FIELDS = {
    ("biometric", False): "biometricAuthMode",
    ("card", False): "cardAuthMode",
    ("id", False): "IDAuthMode",
    ("face", True): "faceAuthExtMode",
    ("fingerprint", True): "fingerAuthExtMode",
    ("card", True): "cardAuthExtMode",
    ("id", True): "IDAuthExtMode",
}


def offered(capability: Any) -> tuple[Mode, ...]:
    """The modes a device knows; extended ones when it has those, plain ones otherwise."""
    extended = bool(capability.extendedAuthSupported)
    return tuple(mode for mode in MODES if mode.extended == extended and getattr(capability, mode.capability, False))


def private(wanted: tuple[int, ...], capability: Any) -> PrivateModes:
    """The wanted modes each in its field. NotCapable when the device lacks one, InvalidInput when two share a field."""
    known = {mode.number: mode for mode in offered(capability)}
    chosen: dict[str, int] = {}
    for number in wanted:
        if number not in known:
            raise NotCapable(step="modes", reason="mode")
        field = FIELDS[known[number].begins_with, known[number].extended]
        if field in chosen:
            raise InvalidInput(field="modes", reason="two-of-a-kind")
        chosen[field] = number
    return PrivateModes(**chosen)


def words(number: int) -> str:
    """A mode's number for a table."""
    if number == UNDEFINED:
        return "as the device"
    if number == PROHIBITED:
        return "not permitted"
    mode = BY_NUMBER.get(number)
    return mode.words if mode else f"mode {number}"
