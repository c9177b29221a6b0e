"""Bringing a person to the terminal and proving it: check, write, read back, compare, or roll back."""

import asyncio

from app.devices.base import to_end
from app.devices.ef45.client import Ef45Client
from app.devices.ef45.codec import Subject, UserInfo
from app.devices.ef45.enrollment import Registration
from app.devices.proving import rolling_back
from app.domain.errors import (
    DuplicateFound,
    NotWritten,
    OutcomeUnknown,
    RemoteRefused,
    StationError,
)

NO_BATCH = frozenset({400, 404, 405, 415, 500, 501})
"""Refusals of POST /user after which the three single registrations are tried."""


class Delivery:
    """Writes and removes one person at a time, with the session's lock."""

    def __init__(self, client: Ef45Client, device_id: str) -> None:
        self._client = client
        self._device_id = device_id

    async def write(self, wanted: Registration, *, replace: bool) -> str:
        """The digest of what the terminal holds now. Writing what it holds already changes nothing.

        Raises DuplicateFound, NotWritten, PartlyWritten, DeviceFull, OutcomeUnknown, RemoteRefused.
        """
        earlier = await self.held(wanted.subject.user_uuid)
        if earlier is not None and wanted.is_held_as(earlier):
            return earlier.digest
        if not replace:
            await self._check_unknown(wanted.subject, earlier)
        try:
            if earlier is not None:
                await self._client.unregister(wanted.subject.user_uuid)
            return await self._write_proven(wanted)
        except (StationError, asyncio.CancelledError) as error:
            await to_end(self._roll_back(wanted.subject.user_uuid, earlier, error))
            raise

    async def duplicate_of(self, subject: Subject) -> str:
        """Whose templates these are, empty when nobody's."""
        return await self._client.find_duplicate(subject)

    async def remove(self, user_uuid: str) -> None:
        """Remove and read absence back; NotWritten when the person is still there."""
        try:
            await self._client.unregister(user_uuid)
        except RemoteRefused as error:
            if error.facts.get("remote") not in NO_BATCH:
                raise
            await self._remove_singly(user_uuid)
        if await self.held(user_uuid) is not None:
            raise NotWritten(device=self._device_id, step="remove")

    async def held(self, user_uuid: str) -> Registration | None:
        """What the terminal holds of a person; None only when it holds nothing at all."""
        subject = await self._client.subject(user_uuid)
        info = await self._client.user(user_uuid)
        faces = await self._client.faces_of(user_uuid)
        if subject is None and info is None and not faces:
            return None
        return Registration(subject or Subject(""), info or UserInfo(""), faces)

    async def _check_unknown(self, subject: Subject, earlier: Registration | None) -> None:
        if earlier is not None:
            raise DuplicateFound(device=self._device_id, step="register", same_identifier=True)
        if not (subject.left_eye or subject.right_eye):
            return
        if await self.duplicate_of(subject) not in ("", subject.user_uuid):
            raise DuplicateFound(device=self._device_id, step="register")

    async def _write_proven(self, wanted: Registration) -> str:
        lost: StationError | None = None
        try:
            await self._register(wanted)
        except OutcomeUnknown as error:
            lost = error  # reading back tells whether it happened
        held = await self.held(wanted.subject.user_uuid)
        if held is not None and wanted.is_held_as(held):
            return held.digest
        raise lost or NotWritten(
            device=self._device_id, step="register", reason="absent" if held is None else "different"
        )

    async def _register(self, wanted: Registration) -> None:
        try:
            await self._client.register(wanted.subject, wanted.info, wanted.faces)
        except RemoteRefused as error:
            if error.facts.get("remote") not in NO_BATCH:
                raise
            await self._client.unregister(wanted.subject.user_uuid)  # half of the batch may have been taken
            await self._register_singly(wanted)

    async def _register_singly(self, wanted: Registration) -> None:
        await self._client.add_subject(wanted.subject)
        await self._client.add_user(wanted.info)
        for face in wanted.faces:
            await self._client.add_face(face)

    async def _remove_singly(self, user_uuid: str) -> None:
        for face in await self._client.faces_of(user_uuid):
            await self._client.delete_face(user_uuid, face.sub_id)
        await self._client.delete_user(user_uuid)
        await self._client.delete_subject(user_uuid)

    async def _roll_back(self, user_uuid: str, earlier: Registration | None, cause: BaseException) -> None:
        """Take back what was written and put back what was replaced."""
        with rolling_back(self._device_id, cause):
            await self.remove(user_uuid)
            if earlier is not None:
                await self._write_proven(earlier)
