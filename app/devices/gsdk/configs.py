"""Configurations of a device: read, changed in one place, written back, read again; the original stays on disk.

SetConfig replaces everything, so the very message that was read is changed and sent: fields we do not know survive.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import DecodeError

from app.devices.base import Worker
from app.devices.gsdk.recovery import NoteBook
from app.devices.gsdk.session import Session
from app.devices.gsdk.several import Outcome, Proof, compared, proven
from app.domain.errors import InvalidInput, NotWritten

Edit = Callable[[Any], None]

KINDS = ("auth", "finger", "face", "card", "display", "system")
"""The packages with a GetConfig, SetConfig and SetConfigMulti."""
HIDDEN = ("key", "operators")
"""Parts of names whose values are never shown: keys of cards, and who is an operator."""
RANGES: dict[str, tuple[int, int]] = {
    "auth.matchTimeout": (1, 20),
    "auth.authTimeout": (3, 20),
    "finger.scanTimeout": (1, 20),
    "display.volume": (0, 100),
    "display.msgTimeout": (500, 5_000),
    "face.enrollTimeout": (10, 60),
}
DESTRUCTIVE = frozenset({"finger.templateFormat", "face.unableToSaveImageOfVisualFace"})
"""Fields that cost people their templates or pictures; they have actions of their own."""


@dataclass(frozen=True)
class Setting:
    """One plain field of a configuration: its name, its value in words, and what may be written."""

    name: str
    value: str
    choices: tuple[str, ...] = ()


class Configs:
    """The configurations of an open device."""

    def __init__(self, session: Session, book: NoteBook, worker: Worker) -> None:
        self._session = session
        self._book = book
        self._worker = worker

    async def read(self, kind: str, number: int = 0) -> Any:
        """GetConfig, of another device of the gateway when a number is given."""
        package = self._package(kind)
        request = package.GetConfig.request(deviceID=number or self._session.number)
        return (await self._session.line.ask(f"{kind}-config", package.GetConfig, request)).config

    async def change(self, kind: str, edit: Edit) -> Any:
        """Read, keep the original on disk, edit, write, read again. NotWritten when it reads back differently."""
        config = await self.read(kind)
        before = config.SerializeToString(deterministic=True)
        edit(config)
        if config.SerializeToString(deterministic=True) == before:
            return config
        await self._worker.run(self._book.keep_original, kind, before)
        return await self._write(kind, config)

    async def restore(self, kind: str) -> bool:
        """Write the original back and forget it; False when there is none."""
        kept = await self._worker.run(self._book.original, kind)
        if kept is None:
            return False
        config = await self.read(kind)
        try:
            config.ParseFromString(kept)
        except DecodeError as error:
            raise InvalidInput(field=kind, reason="original-unreadable") from error
        await self._write(kind, config)
        await self._worker.run(self._book.give_up_original, kind)
        return True

    async def accept(self, kind: str) -> None:
        """What the device has now is as it should be: the original is given up."""
        await self._worker.run(self._book.give_up_original, kind)

    async def has_original(self, kind: str) -> bool:
        """True while a change of ours can be taken back."""
        return await self._worker.run(self._book.original, kind) is not None

    async def copy_to(self, kind: str, devices: tuple[int, ...]) -> tuple[Outcome, ...]:
        """SetConfigMulti with this device's configuration, read back from each device and compared."""
        package, config = self._package(kind), await self.read(kind)
        request = package.SetConfigMulti.request(deviceIDs=devices, config=config)
        faults = await self._session.line.ask_many(f"{kind}-config", package.SetConfigMulti, request)

        async def read_back(number: int) -> Proof:
            return compared(same=_same(config, await self.read(kind, number)))

        return await proven(devices, faults, read_back)

    async def _write(self, kind: str, config: Any) -> Any:
        package = self._package(kind)
        request = package.SetConfig.request(deviceID=self._session.number, config=config)
        await self._session.line.ask(f"{kind}-config", package.SetConfig, request, changes=True)
        held = await self.read(kind)
        if not _same(held, config):
            raise NotWritten(device=self._session.name, step=f"{kind}-config", reason="different")
        return held

    def _package(self, kind: str) -> Any:
        return getattr(self._session.api, kind)


def _same(one: Any, other: Any) -> bool:
    return bool(one.SerializeToString(deterministic=True) == other.SerializeToString(deterministic=True))


def settings(kind: str, config: Any) -> Iterator[Setting]:
    """Every plain field with its value in words; keys and nested parts are left out."""
    for field in config.DESCRIPTOR.fields:
        if _is_plain(field) and not any(part in field.name.lower() for part in HIDDEN):
            yield Setting(field.name, _words(field, getattr(config, field.name)), choices(field))


def set_value(kind: str, name: str, written: str) -> Edit:
    """An edit that sets one field from text. InvalidInput for an unknown field, a value that does not fit, a range."""

    def edit(config: Any) -> None:
        field = config.DESCRIPTOR.fields_by_name.get(name)
        if field is None or not _is_plain(field) or any(part in name.lower() for part in HIDDEN):
            raise InvalidInput(field="setting", reason="unknown")
        if f"{kind}.{name}" in DESTRUCTIVE:
            raise InvalidInput(field="setting", reason="has-its-own-action")
        setattr(config, name, _value(kind, field, written.strip()))

    return edit


def choices(field: FieldDescriptor) -> tuple[str, ...]:
    """What a field with a few values accepts; empty for numbers and texts."""
    if field.type == FieldDescriptor.TYPE_BOOL:
        return ("yes", "no")
    if field.enum_type is not None:
        return tuple(value.name for value in field.enum_type.values)
    return ()


def _value(kind: str, field: FieldDescriptor, written: str) -> int | bool:
    if field.type == FieldDescriptor.TYPE_BOOL:
        if written.lower() not in {"yes", "no", "true", "false", "1", "0"}:
            raise InvalidInput(field=field.name, reason="yes-or-no")
        return written.lower() in {"yes", "true", "1"}
    if field.enum_type is not None and not written.lstrip("-").isdigit():
        found = field.enum_type.values_by_name.get(written)
        if found is None:
            raise InvalidInput(field=field.name, reason="not-a-choice")
        return int(found.number)
    if not written.lstrip("-").isdigit():
        raise InvalidInput(field=field.name, reason="not-an-integer")
    low, high = RANGES.get(f"{kind}.{field.name}", (0, 0xFFFFFFFF))
    signed = field.type in {FieldDescriptor.TYPE_INT32, FieldDescriptor.TYPE_SINT32}
    low, high = (-0x80000000, 0x7FFFFFFF) if signed and f"{kind}.{field.name}" not in RANGES else (low, high)
    if not low <= int(written) <= high:
        raise InvalidInput(field=field.name, reason="out-of-range")
    return int(written)


def _words(field: FieldDescriptor, value: Any) -> str:
    if field.type == FieldDescriptor.TYPE_BOOL:
        return "yes" if value else "no"
    if field.enum_type is not None:
        found = field.enum_type.values_by_number.get(value)
        return str(found.name) if found else str(value)
    return str(value)


def _is_plain(field: FieldDescriptor) -> bool:
    return not field.is_repeated and field.type not in {FieldDescriptor.TYPE_MESSAGE, FieldDescriptor.TYPE_BYTES}
