"""Bringing a person to the device and proving it: check, write, read back, compare, or roll back."""

import asyncio
from typing import Any

from app.devices.base import to_end
from app.devices.gsdk import cards, photos
from app.devices.gsdk import enrollment as records
from app.devices.gsdk.capture import card_order
from app.devices.gsdk.session import Session
from app.devices.gsdk.templates import FORMATS
from app.devices.gsdk.users import Users
from app.devices.proving import rolling_back
from app.domain.enrollment import Enrollment
from app.domain.errors import (
    DuplicateFound,
    NotCapable,
    NotWritten,
    OutcomeUnknown,
    RemoteRefused,
    StationError,
)


class Delivery:
    """Writes and removes one person at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._device_id = session.name
        self._users = users_of(session)

    async def write(self, enrollment: Enrollment, *, replace: bool) -> str:
        """The digest of what the device holds now. Writing what it holds already changes nothing.

        Raises DuplicateFound, NotWritten, PartlyWritten, DeviceFull, NotCapable, OutcomeUnknown, RemoteRefused.
        """
        terms = await terms_of(self._session)
        ready = await photos.with_faces(self._session, enrollment, terms)
        earlier = await self._users.get(enrollment.person.person_id)
        wanted = records.user_of(ready, terms, self._session.api, earlier)
        if earlier is not None:
            if records.is_held_as(wanted, earlier):
                return records.digest(earlier)
            if not replace:
                raise DuplicateFound(device=self._device_id, step="register", same_identifier=True)
        try:
            return await self._write_proven(wanted)
        except (StationError, asyncio.CancelledError) as error:
            await to_end(self._roll_back(wanted.hdr.ID, earlier, error))
            raise

    async def remove(self, user: str) -> None:
        """Remove and read absence back; absent already is fine."""
        if not await self._users.has(user):
            return
        lost: StationError | None = None
        try:
            await self._users.delete(user)
        except OutcomeUnknown as error:
            lost = error
        if await self._users.has(user):
            raise lost or NotWritten(device=self._device_id, step="remove")

    async def _write_proven(self, wanted: Any) -> str:
        lost: StationError | None = None
        try:
            await self._users.put(wanted)
        except OutcomeUnknown as error:
            lost = error  # reading back tells whether it happened
        except RemoteRefused as error:
            if error.fact("reason") == "duplicate":
                raise DuplicateFound(device=self._device_id, step="register") from error
            raise
        held = await self._users.get(wanted.hdr.ID)
        if held is not None and records.is_held_as(wanted, held):
            return records.digest(held)
        reason = "absent" if held is None else "different"
        raise lost or NotWritten(device=self._device_id, step="register", reason=reason)

    async def _roll_back(self, user: str, earlier: Any | None, cause: BaseException) -> None:
        """Take back what was written and put back what was replaced."""
        with rolling_back(self._device_id, cause):
            if earlier is None:
                await self.remove(user)
            else:
                await self._write_proven(earlier)


def users_of(session: Session) -> Users:
    """The device's users."""
    return Users(session.line, session.number, can_update=bool(session.can.modes.updateUserSupported))


async def terms_of(session: Session) -> records.Terms:
    """What the device takes, by its capability and its configuration now."""
    info, api, number = session.can.info, session.api, session.number
    form = FORMATS[session.target.finger_format]
    if info.fingerSupported:
        request = api.finger.GetConfigRequest(deviceID=number)
        config = (await session.line.ask("finger-config", api.finger.GetConfig, request)).config
        form = FORMATS.get(config.templateFormat, "")
    alphanumeric = False
    if info.alphanumericIDSupported:
        asked = api.system.GetConfigRequest(deviceID=number)
        system = (await session.line.ask("system-config", api.system.GetConfig, asked)).config
        alphanumeric = bool(system.useAlphanumericID)
    return records.Terms(
        alphanumeric=alphanumeric,
        cards=bool(info.cardSupported),
        fingers=bool(info.fingerSupported),
        faces=bool(info.faceSupported),
        visual=is_visual(session),
        finger_format=form,
        groups=session.target.access_groups,
        order=await card_order(session) if info.cardSupported else cards.USUAL,
    )


def is_visual(session: Session) -> bool:
    """True for a device that recognizes faces in ordinary pictures; its templates and those of others never mix."""
    return bool(session.can.info.faceSupported and session.can.modes.extendedAuthSupported)


def needs(*, what: bool, step: str, device: str) -> None:
    """NotCapable when the device lacks something."""
    if not what:
        raise NotCapable(device=device, step=step)
