"""How calls are sent and their answers read: the few shapes that all 62 operations share."""

from collections.abc import Callable
from typing import TypeVar

from app.devices.ef45 import calls, wire
from app.devices.ef45.codec import Body, CommandReply, Page, read_page
from app.devices.ef45.replies import Call, accepted, command
from app.devices.ef45.transport import Reader, Transport
from app.domain.errors import LockHeld, ProtocolError, RemoteRefused

T = TypeVar("T")
ReadMembers = Callable[[wire.Members], T]

NO_LOCK = "00000000-0000-0000-0000-000000000000"


class Sender:
    """Sends with the lock in `lock_uid`, set by whoever took it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.lock_uid = ""

    async def _send(self, call: Call, read: Reader[T]) -> T:
        return await self._transport.send(call, self.lock_uid, read)

    async def _take_lock(self, method: str) -> str:
        """A no of any kind means that somebody holds it, unless a page of HTML shows that it was not the API's."""
        call = Call("lock", method, "/lock", locked=False, read_s=5.0)
        try:
            found = await self._send(call, members_of(call))
        except RemoteRefused as error:
            if error.facts.get("html"):
                raise
            raise LockHeld(step="lock", remote=error.facts.get("remote")) from error
        lock_uid = wire.text(found, "lock_uid")
        if not lock_uid or lock_uid == NO_LOCK:
            raise LockHeld(step="lock", reason="no-lock-given")
        return lock_uid

    async def _read(self, step: str, path: str, read: ReadMembers[T]) -> T:
        """An object that must be there."""
        return await self._send(Call(step, "GET", path), lambda payload: read(_filled(payload, step)))

    async def _find(self, step: str, path: str, read: ReadMembers[T]) -> T | None:
        """An object that may be absent: 404, an empty answer, or an object of empty members."""
        call = Call(step, "GET", path, own_codes=calls.ABSENT)
        found = await self._or_absent(call, members_of(call))
        return read(found) if found and any(value not in (None, "") for value in found.values()) else None

    async def _or_absent(self, call: Call, read: Reader[T]) -> T | None:
        try:
            return await self._send(call, read)
        except RemoteRefused as error:
            if error.facts.get("remote") in calls.ABSENT:
                return None
            raise

    async def _page(self, step: str, path: str, read: ReadMembers[T], query: calls.Query = ()) -> Page[T]:
        call = Call(step, "GET", path, query, bulk=True, read_s=30.0)
        return await self._send(call, lambda payload: read_page(payload, step, read))

    async def _write(self, step: str, method: str, path: str, body: Body, query: calls.Query = ()) -> None:
        call = Call(step, method, path, query, body, read_s=20.0, changes=True, own_codes=calls.CONFLICT)
        await self._send(call, lambda payload: accepted(call, payload))

    async def _command(
        self, step: str, method: str, path: str, query: calls.Query = (), body: Body | None = None
    ) -> CommandReply:
        call = Call(step, method, path, query, body)
        return await self._send(call, lambda payload: command(call, payload))

    async def _delete(self, step: str, path: str, query: calls.Query = (), body: Body | None = None) -> None:
        """Gone already is as good as gone."""
        call = Call(step, "DELETE", path, query, body, changes=True, own_codes=calls.ABSENT)
        await self._or_absent(call, lambda payload: accepted(call, payload))


def members_of(call: Call) -> Reader[wire.Members]:
    """Reads the answer as an object; nothing at all is an empty one."""
    return lambda payload: wire.members(payload, call.step)


def _filled(payload: object, step: str) -> wire.Members:
    found = wire.members(payload, step)
    if not found:
        raise ProtocolError(step=step, reason="empty-answer")
    return found
