"""Users of a device and their credentials, read and written; every error of several devices told per device (7)."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from app.devices.gsdk import limits
from app.devices.gsdk.enrollment import is_held_as
from app.devices.gsdk.line import LONG_S, Line
from app.devices.gsdk.several import Outcome, Proof, compared, proven
from app.domain.errors import InvalidInput, NotCapable, RemoteRefused

AT_ONCE = 100
"""Users read in one call: with faces some 100 KB each."""
KEEP_PHRASE = 0x1
HEADER = 0x1
"""InfoMask: identifier, flag and counts."""

T = TypeVar("T")


class Users:
    """The users of one device; `several` names other devices too."""

    def __init__(self, line: Line, number: int, *, can_update: bool = False) -> None:
        self._line = line
        self._api = line.api.user
        self._can_update = can_update
        self.number = number

    async def headers(self) -> list[Any]:
        """GetList: identifier and counts of everyone."""
        return await self._listed(list)

    async def identifiers(self) -> list[str]:
        """Everyone's identifier."""
        return await self._listed(lambda headers: [header.ID for header in headers])

    async def has(self, user: str) -> bool:
        """Whether the device has this user; a device of 100,000 is not listed for it when it answers by itself."""
        api = self._api
        request = api.GetPartialRequest(deviceID=self.number, userIDs=[user], infoMask=HEADER)
        try:
            found = (await self._line.ask("users", api.GetPartial, request)).users
        except (RemoteRefused, NotCapable):  # how a gateway tells that there is none is not documented
            return user in await self.identifiers()
        return any(user == each.hdr.ID for each in found)

    async def get(self, user: str) -> Any | None:
        """One user with everything, None when the device has none."""
        if not await self.has(user):
            return None
        return next((found for found in await self.get_many([user]) if user == found.hdr.ID), None)

    async def get_many(self, users: Iterable[str]) -> list[Any]:
        """Users with everything, in pieces; empty in, empty out (a gateway would send everyone)."""
        wanted, found = list(users), []
        for start in range(0, len(wanted), AT_ONCE):
            request = self._api.GetRequest(deviceID=self.number, userIDs=wanted[start : start + AT_ONCE])
            found += list((await self._line.ask("users", self._api.Get, request, timeout_s=LONG_S)).users)
        return found

    async def enroll(self, user: Any, *, overwrite: bool) -> None:
        """Enroll; without `overwrite` a known identifier is refused."""
        request = self._api.EnrollRequest(deviceID=self.number, users=[user], overwrite=overwrite)
        await self._line.ask("register", self._api.Enroll, request, changes=True, timeout_s=LONG_S)

    async def put(self, user: Any) -> None:
        """Write a user the device may have already; its phrase survives where the device can update (1.6 and later)."""
        if not self._can_update or not await self.has(user.hdr.ID):
            await self.enroll(user, overwrite=True)
            return
        user.hdr.updateMask = KEEP_PHRASE
        request = self._api.UpdateRequest(deviceID=self.number, users=[user])
        await self._line.ask("update", self._api.Update, request, changes=True, timeout_s=LONG_S)

    async def delete(self, user: str) -> None:
        """Delete."""
        request = self._api.DeleteRequest(deviceID=self.number, userIDs=[user])
        await self._line.ask("remove", self._api.Delete, request, changes=True, timeout_s=LONG_S)

    async def enroll_several(self, devices: tuple[int, ...], user: Any) -> tuple[Outcome, ...]:
        """EnrollMulti with overwrite, read back from each device and compared."""
        request = self._api.EnrollMultiRequest(deviceIDs=devices, users=[user], overwrite=True)
        faults = await self._line.ask_many("register", self._api.EnrollMulti, request)

        async def read_back(number: int) -> Proof:
            held = await Users(self._line, number).get(user.hdr.ID)
            return Proof.ABSENT if held is None else compared(same=is_held_as(user, held))

        return await proven(devices, faults, read_back)

    async def delete_several(self, devices: tuple[int, ...], user: str) -> tuple[Outcome, ...]:
        """DeleteMulti, and absence read back from each device."""
        request = self._api.DeleteMultiRequest(deviceIDs=devices, userIDs=[user])
        faults = await self._line.ask_many("remove", self._api.DeleteMulti, request)

        async def read_back(number: int) -> Proof:
            return Proof.PRESENT if await Users(self._line, number).has(user) else Proof.SAME

        return await proven(devices, faults, read_back)

    async def set_cards(self, user: str, cards: list[Any]) -> None:
        """SetCard: the whole list."""
        limits.at_most(limits.CARDS, cards, "card")
        api = self._api
        request = api.SetCardRequest(deviceID=self.number, userCards=[api.UserCard(userID=user, cards=cards)])
        await self._line.ask("card", api.SetCard, request, changes=True)

    async def set_fingers(self, user: str, fingers: list[Any]) -> None:
        """SetFinger: the whole list."""
        limits.at_most(limits.FINGERS, fingers, "finger")
        api = self._api
        request = api.SetFingerRequest(deviceID=self.number, userFingers=[api.UserFinger(userID=user, fingers=fingers)])
        await self._line.ask("finger", api.SetFinger, request, changes=True, timeout_s=LONG_S)

    async def set_groups(self, user: str, groups: list[int]) -> None:
        """SetAccessGroup: the whole list."""
        limits.at_most(limits.GROUPS, groups, "groups")
        api = self._api
        one = api.UserAccessGroup(userID=user, accessGroupIDs=groups)
        request = api.SetAccessGroupRequest(deviceID=self.number, userAccessGroups=[one])
        await self._line.ask("groups", api.SetAccessGroup, request, changes=True)

    async def pin_hash(self, pin: str) -> bytes:
        """GetPINHash: what is stored instead of the PIN."""
        request = self._api.GetPINHashRequest(PIN=limits.pin(pin))
        return limits.pin_hash((await self._line.ask("pin", self._api.GetPINHash, request)).hashVal)

    async def change(self, user: str, edit: Callable[[Any], None]) -> Any:
        """Read a user, change it, write it back with everything else as it was, and read it again."""
        found = await self.get(user)
        if found is None:
            raise InvalidInput(field="user", reason="not-on-the-device")
        edit(found)
        await self.put(found)
        return await self.get(user)

    async def _listed(self, read: Callable[[Any], list[T]]) -> list[T]:
        """What `read` makes of all headers, on a thread: 100,000 of them take a tenth of a second."""
        request = self._api.GetListRequest(deviceID=self.number)
        reply = await self._line.ask("users", self._api.GetList, request, timeout_s=LONG_S)
        return await asyncio.to_thread(read, reply.hdrs)
