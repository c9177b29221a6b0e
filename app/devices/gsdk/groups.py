"""Access groups by the names of the configuration: no gateway tells which there are (facts 7 names no service)."""

from app.devices.gsdk import limits
from app.devices.gsdk.session import Session
from app.domain.errors import InvalidInput

LARGEST = 0xFFFFFFFF
Names = tuple[tuple[int, str], ...]


def choices(names: Names) -> tuple[str, ...]:
    """What a supervisor chooses from, by number."""
    return tuple(word(number, names) for number, _ in sorted(names))


def word(number: int, names: Names) -> str:
    """A group for a table or a choice: "3 Staff", or its number alone."""
    name = dict(names).get(number, "")
    return f"{number} {name}" if name else str(number)


def chosen(written: str) -> int:
    """The group of a choice, or of a number somebody typed; InvalidInput when it is none."""
    number = written.split(" ", 1)[0]
    if not (number.isascii() and number.isdigit()):
        raise InvalidInput(field="group", reason="not-an-integer")
    return limits.whole(int(number), 1, LARGEST, "group")


def checked(numbers: tuple[int, ...], session: Session) -> list[int]:
    """Up to 16 different groups, each a known one where the configuration names any; InvalidInput otherwise."""
    limits.at_most(limits.GROUPS, numbers, "groups")
    known = dict(session.target.group_names)
    for number in numbers:
        limits.whole(number, 1, LARGEST, "groups")
        if known and number not in known:
            raise InvalidInput(field="groups", reason="not-a-group")
    return list(dict.fromkeys(numbers))
