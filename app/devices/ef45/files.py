"""The terminal's files we may read or write: a fixed list, never a name somebody typed (facts row 25)."""

from dataclasses import dataclass
from enum import StrEnum

from app.devices.ef45.calls import is_plain_name
from app.domain.errors import InvalidInput

FOLDER = "/usr/local/share/CMITECH/Images/"


class PersonImage(StrEnum):
    """The images the terminal keeps of a person."""

    LEFT_EYE = "lefteye"
    RIGHT_EYE = "righteye"
    FACE_COLOR = "faroff"
    FACE_GRAY = "faron"
    GLASSES_COLOR = "nearoff"
    GLASSES_GRAY = "nearon"


@dataclass(frozen=True)
class TerminalFile:
    """One of the documented files; made by person_image() or taken from ENROLL_LOGO."""

    name: str

    def written(self, *, bare: bool) -> str:
        """The full terminal path, or the name alone for firmware that wants it."""
        return self.name if bare else FOLDER + self.name


ENROLL_LOGO = TerminalFile("pc_enroll_logo.png")
"""Shown on the terminal while a computer enrolls; PNG."""


def person_image(user_uuid: str, which: PersonImage) -> TerminalFile:
    """A person's image; InvalidInput unless the identifier is letters, digits, dash and underscore."""
    if not is_plain_name(user_uuid):
        raise InvalidInput(field="user_uuid", reason="not-a-name")
    return TerminalFile(f"{user_uuid}_{which.value}.jpg")
