"""What a device offers for its care, described so that one page can show any vendor.

A section loads facts or a table; actions belong to a section. The page asks for the fields, says the
consequence, asks twice when it destroys, and shows the result.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Danger(StrEnum):
    """How an action is guarded."""

    NONE = "none"
    CHANGES = "changes"
    """Changes the device; said before, asked once."""
    DESTROYS = "destroys"
    """Cannot be undone or opens a door; supervisor only, asked twice."""


class FieldKind(StrEnum):
    """What a field accepts."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    FILE = "file"


@dataclass(frozen=True)
class Field:
    """One thing an action needs to know; values arrive as str, int, float, bool, or a path for FILE."""

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    required: bool = True
    default: str | int | float | bool | None = None
    choices: tuple[str, ...] = ()
    column: str = ""
    """Filled from this column of the selected row when the section shows a table."""


Values = Mapping[str, str | int | float | bool]


@dataclass(frozen=True)
class Table:
    """Rows as text, with column titles; `more` says that a further page exists."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = field(repr=False)
    total: int | None = None
    more: bool = False
    page: int = 1


@dataclass(frozen=True)
class ActionResult:
    """What came of an action: a sentence key with facts, perhaps a table, perhaps a file to save."""

    message: str
    table: Table | None = None
    file_name: str = ""
    file_data: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Step:
    """Progress of a long action: done of total."""

    done: int
    total: int
    note: str = ""


@dataclass(frozen=True)
class Action:
    """Something that can be done; exactly one of `run` and `run_long` is set. Cancelling the task aborts it."""

    name: str
    title: str
    run: Callable[[Values], Awaitable[ActionResult]] | None = None
    run_long: Callable[[Values], AsyncIterator[Step]] | None = None
    fields: tuple[Field, ...] = ()
    danger: Danger = Danger.NONE
    consequence: str = ""
    """What will happen, in a sentence, when `danger` is not NONE."""
    beside: bool = False
    """A long action that only looks on: the device is captured at and delivered to meanwhile."""


@dataclass(frozen=True)
class Section:
    """A part of a device's console. `load` gets the page number (from 1) and the filter's values."""

    name: str
    title: str
    load: Callable[[int, Values], Awaitable[Table]] | None = None
    filters: tuple[Field, ...] = ()
    actions: tuple[Action, ...] = ()
    supervisor: bool = False
    note: str = ""
