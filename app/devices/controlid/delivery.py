"""Bringing a person to the terminal and proving it: check, write, read back, compare, or roll back."""

import asyncio
import time

from app.devices.base import Worker, to_end
from app.devices.controlid.client import ControlIdClient
from app.devices.controlid.codec import CardRow, TemplateRow, User
from app.devices.controlid.enrollment import Finger, Held, Registration, person_id_of, user_id_of
from app.devices.controlid.images import gray, identify
from app.devices.proving import rolling_back
from app.domain.errors import (
    DuplicateFound,
    NotWritten,
    OutcomeUnknown,
    RemoteRefused,
    StationError,
)

MOST_COMPARED = 1000
"""Stored fingers that are compared one by one to find an owner; beyond them the owner stays unknown."""
UNKNOWN_OWNER = "unknown"


class Delivery:
    """Writes and removes one person at a time."""

    def __init__(self, client: ControlIdClient, worker: Worker, device_id: str) -> None:
        self._client = client
        self._worker = worker
        self._device_id = device_id

    async def write(self, wanted: Registration, *, replace: bool) -> str:
        """The digest of what the terminal holds now. Writing what it holds already changes nothing.

        Raises DuplicateFound, NotWritten, PartlyWritten, DeviceFull, OutcomeUnknown, RemoteRefused.
        """
        keeps = await self._keeps_photos()
        earlier = await self.held(wanted.user.user_id)
        if earlier is not None and not earlier.lacks(wanted, keeps_photos=keeps):
            return earlier.digest
        if not replace:
            await self._check_unknown(wanted, earlier)
        try:
            return await self._write_proven(wanted, earlier, replace=replace, keeps=keeps)
        except (StationError, asyncio.CancelledError) as error:
            await to_end(self._roll_back(wanted.user.user_id, earlier, error))
            raise

    async def remove(self, person_id: str) -> None:
        """Remove and read absence back; NotWritten when the person is still there."""
        user_id = user_id_of(person_id)
        await self._clear(user_id)
        if await self.held(user_id) is not None:
            raise NotWritten(device=self._device_id, step="remove")

    async def held(self, user_id: int) -> Held | None:
        """What the terminal holds of a user; None when it does not know the user."""
        users = await self._client.load_objects("users", User.read, {"users": {"id": user_id}})
        if not users:
            return None
        cards = await self._client.load_objects("cards", CardRow.read, {"cards": {"user_id": user_id}})
        rows = await self._client.load_objects("templates", TemplateRow.read, {"templates": {"user_id": user_id}})
        return Held(
            users[0],
            tuple(card.value for card in cards),
            tuple((row.template, row.finger_type) for row in rows),
            await self._client.user_image(user_id),
        )

    async def owner_of(self, templates: tuple[bytes, ...]) -> str | None:
        """Whose finger this is already; None when nobody's. Asks the terminal to compare, changes nothing."""
        if not templates:
            return None
        try:
            await self._client.template_match(templates[:1])
        except DuplicateFound:
            return await self._find_owner(templates[0])
        except RemoteRefused:
            return None
        return None

    async def _find_owner(self, template: bytes) -> str:
        rows = await self._client.load_objects("templates", TemplateRow.read)
        for row in rows[:MOST_COMPARED]:
            if await self.same_finger(template, row.template):
                users = await self._client.load_objects("users", User.read, {"users": {"id": row.user_id}})
                return person_id_of(users[0]) if users else str(row.user_id)
        return UNKNOWN_OWNER

    async def same_finger(self, one: bytes, other: bytes) -> bool:
        """Whether the terminal finds one finger in both: of two that are not one it says so before anything else."""
        try:
            await self._client.template_match((one, other))
        except DuplicateFound:
            return True
        except RemoteRefused:
            return False
        return True

    async def _keeps_photos(self) -> bool:
        found = await self._client.get_configuration({"general": ("keep_user_image",)})
        return found["general"].get("keep_user_image") != "0"

    async def _check_unknown(self, wanted: Registration, earlier: Held | None) -> None:
        if earlier is not None and (earlier.cards or earlier.templates or earlier.photo):
            raise DuplicateFound(device=self._device_id, step="register", same_identifier=True)
        mine = str(wanted.user.user_id), wanted.user.registration
        for finger in wanted.fingers:
            probes = (finger.whole,) if finger.whole else finger.presses
            if await self.owner_of(probes) not in {None, *mine}:
                raise DuplicateFound(device=self._device_id, step="register")

    async def _write_proven(self, wanted: Registration, earlier: Held | None, *, replace: bool, keeps: bool) -> str:
        lost: StationError | None = None
        try:
            if earlier is not None:
                await self._clear(wanted.user.user_id)
            await self._register(wanted, replace=replace)
        except OutcomeUnknown as error:
            lost = error  # reading back tells whether it happened
        held = await self.held(wanted.user.user_id)
        lacking = "user" if held is None else held.lacks(wanted, keeps_photos=keeps)
        if held is not None and not lacking:
            return held.digest
        raise lost or NotWritten(device=self._device_id, step="register", what=lacking)

    async def _register(self, wanted: Registration, *, replace: bool) -> None:
        user_id = wanted.user.user_id
        await self._client.create_objects("users", [wanted.user.write()])
        if wanted.cards:
            await self._client.create_objects("cards", [CardRow(user_id, value).write() for value in wanted.cards])
        for finger in wanted.fingers:
            await self._store(user_id, finger)
        if wanted.photo:
            await self._store_photo(user_id, wanted.photo, match=not replace)

    async def _store(self, user_id: int, finger: Finger) -> None:
        if finger.whole:
            row = TemplateRow(user_id, finger.whole, int(finger.panic))
            await self._client.create_objects("templates", [row.write()])
            return
        presses = finger.presses or await self._extracted(finger.pictures)
        await self._client.template_create(user_id, presses, panic=finger.panic)

    async def _extracted(self, pictures: tuple[bytes, ...]) -> tuple[bytes, ...]:
        """Templates the terminal makes of pictures that came from elsewhere."""
        made = []
        for picture in pictures:
            image = await self._worker.run(identify, picture)
            pixels = await self._worker.run(gray, image)
            made.append((await self._client.template_extract(pixels, image.width, image.height)).template)
        return tuple(made)

    async def _store_photo(self, user_id: int, photo: bytes, *, match: bool) -> None:
        verdict = await self._client.set_user_image(user_id, photo, int(time.time()), match=match)
        if verdict.match_user not in {None, user_id}:
            raise DuplicateFound(device=self._device_id, step="register")
        if not verdict.success:
            raise RemoteRefused(
                device=self._device_id, step="photo", remote=verdict.codes[0] if verdict.codes else None
            )

    async def _clear(self, user_id: int) -> None:
        await self._client.destroy_user_image(user_id)
        await self._client.destroy_objects("users", {"users": {"id": user_id}})
        for name in ("templates", "cards"):  # a firmware that does not take them along
            await self._client.destroy_objects(name, {name: {"user_id": user_id}})

    async def _roll_back(self, user_id: int, earlier: Held | None, cause: BaseException) -> None:
        """Take back what was written and put back what was replaced."""
        with rolling_back(self._device_id, cause):
            await self._clear(user_id)
            if earlier is not None:
                await self._put_back(earlier)
            held = await self.held(user_id)
            if (held.digest if held else "") != (earlier.digest if earlier else ""):
                raise NotWritten(device=self._device_id, step="roll-back")

    async def _put_back(self, earlier: Held) -> None:
        fingers = tuple(Finger(whole=template, panic=kind == 1) for template, kind in earlier.templates)
        await self._register(Registration(earlier.user, earlier.cards, fingers, earlier.photo), replace=True)
