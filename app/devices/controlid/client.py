"""The terminal's commands, one method each (facts, section 3; the remote_enroll document)."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import TypeVar

from app.devices.controlid import wire
from app.devices.controlid.access import Access
from app.devices.controlid.codec import (
    EnrollerState,
    EnrollResult,
    Extracted,
    Order,
    PhotoVerdict,
    SystemInfo,
    read_result,
)
from app.devices.controlid.replies import Call, Reply
from app.devices.controlid.wire import Members
from app.domain.errors import InvalidInput, NotCapable, ProtocolError, RemoteRefused

T = TypeVar("T")
Settings = Mapping[str, Mapping[str, str]]
"""Modules of keys; every value a text, as the terminal insists."""

PAGE = 500
MOST_IDS = 999
MOST_PHOTOS = 100
LEAST_ENROLL_S = 120.0
PHOTO_BYTES = 2_000_000


class ControlIdClient:
    """Typed commands over one signed-in access. Raises what `replies.judge` and the transport raise."""

    def __init__(self, access: Access) -> None:
        self.access = access

    # the terminal

    async def system_information(self) -> SystemInfo:
        """Who it is; learn `device_id` here."""
        return SystemInfo.read(_filled(await self._send(Call("system_information")), "system-information"))

    async def get_configuration(self, wanted: Mapping[str, Sequence[str]]) -> dict[str, dict[str, str]]:
        """The values of these keys, asked per module: one the firmware does not know fails the whole call."""
        found: dict[str, dict[str, str]] = {}
        for module, keys in wanted.items():
            reply = await self._send(Call("get_configuration", {module: list(keys)}))
            values = wire.members(wire.members(reply.payload, "get-configuration").get(module), "get-configuration")
            found[module] = {key: wire.text(values, key) for key in keys if key in values}
        return found

    async def set_configuration(self, changes: Settings) -> None:
        """Write keys; a value that is not a text is a mistake of ours."""
        for keys in changes.values():
            if not all(isinstance(value, str) for value in keys.values()):
                raise InvalidInput(field="configuration", reason="not-a-text")
        await self._send(Call("set_configuration", {name: dict(keys) for name, keys in changes.items()}, changes=True))

    async def message_to_screen(self, message: str, timeout_ms: int = 0) -> None:
        """Show a text: 0 until cleared, an empty one clears."""
        await self._send(Call("message_to_screen", {"message": message, "timeout": timeout_ms}))

    # objects

    async def load_objects(self, name: str, read: Callable[[Members], T], where: Members | None = None) -> list[T]:
        """Every row of an object, page by page; `where` as {"users": {"id": 7}}."""
        return [row async for row in self._pages(name, read, where)]

    async def load_page(self, name: str, read: Callable[[Members], T], offset: int, limit: int) -> list[T]:
        """Some rows of an object."""
        reply = await self._send(Call("load_objects", {"object": name, "limit": limit, "offset": offset}))
        return [read(row) for row in _rows(reply, name)]

    async def count_objects(self, name: str) -> int:
        """How many rows there are."""
        reply = await self._send(Call("load_objects", {"object": name, "fields": ["COUNT(*)"]}))
        rows = _rows(reply, name)
        return wire.integer(rows[0], "COUNT(*)") if rows else 0

    async def create_objects(self, name: str, values: Sequence[Members]) -> list[int]:
        """New rows, all or none; their ids. DuplicateFound when something unique is there already."""
        call = Call("create_objects", {"object": name, "values": [dict(row) for row in values]}, changes=True)
        reply = await self._send(call)
        ids = wire.members(reply.payload, call.step).get("ids")
        if not isinstance(ids, list):
            return []
        return [number for each in ids if (number := wire.optional_integer({"id": each}, "id")) is not None]

    async def modify_objects(self, name: str, values: Members, where: Members) -> int:
        """Change the rows that fit; a filter is needed."""
        body = {"object": name, "values": dict(values), "where": _filter(where)}
        return _changes(await self._send(Call("modify_objects", body, changes=True)))

    async def destroy_objects(self, name: str, where: Members) -> int:
        """Remove the rows that fit; without a filter the terminal would remove all of them, so one is needed."""
        body = {"object": name, "where": _filter(where)}
        return _changes(await self._send(Call("destroy_objects", body, changes=True)))

    # enrollment

    async def remote_enroll(self, order: Order, patience_s: float = LEAST_ENROLL_S) -> EnrollResult | None:
        """Start an enrollment. A synchronous one answers when the person is done: its result.

        An asynchronous one answers at once: None, or a refusal as its result. OutcomeUnknown when the answer was
        lost: never repeat it, ask the terminal instead.
        """
        read_s = max(LEAST_ENROLL_S, patience_s) if order.sync else None
        call = Call("remote_enroll", order.write(), read_s=read_s, changes=True, own_refusals=True)
        reply = await self._send(call)
        if not order.sync and not _tells_failure(reply):
            return None
        return read_result(reply.payload, order.kind)

    async def cancel_remote_enroll(self) -> None:
        """End what runs; nothing running is fine."""
        try:
            await self._send(Call("cancel_remote_enroll"))
        except RemoteRefused as error:
            if error.facts.get("remote") != 400:
                raise

    async def enroller_state(self, *, finger: bool) -> EnrollerState:
        """How far an enrollment is. NotCapable where the firmware does not have this undocumented command."""
        name = "enroller_biometry_state" if finger else "enroller_state"
        return EnrollerState.read(_filled(await self._send(Call(name, read_s=5.0)), "enroller-state"))

    # templates

    async def template_extract(self, pixels: bytes, width: int, height: int) -> Extracted:
        """The terminal's own template of a gray picture, with its quality."""
        query = (("width", str(width)), ("height", str(height)))
        source = _filled(await self._send(Call("template_extract", pixels, query, read_s=20.0)), "template-extract")
        return Extracted(wire.integer(source, "quality"), wire.blob(source, "template"))

    async def template_match(self, templates: Sequence[bytes]) -> None:
        """Compare up to three templates with each other and with everyone. DuplicateFound, RemoteRefused."""
        query = (*_sizes(templates), ("temp_num", str(len(templates))))
        await self._send(Call("template_match", b"".join(templates), query, read_s=30.0))

    async def template_create(self, user_id: int, templates: Sequence[bytes], *, panic: bool = False) -> None:
        """Store the templates of one finger for a user."""
        query = (("user_id", str(user_id)), *_sizes(templates), ("finger_type", str(int(panic))))
        await self._send(Call("template_create", b"".join(templates), query, changes=True))

    async def is_valid_biometry(self, template: bytes) -> bool:
        """Whether the terminal can read a template."""
        reply = await self._send(Call("is_valid_biometry", {"biometry": wire.write_base64(template)}))
        return bool(wire.flag(wire.members(reply.payload, "is-valid-biometry"), "isValid"))

    # pictures of users

    async def user_image(self, user_id: int) -> bytes:
        """A user's photo, empty when there is none."""
        call = Call("user_get_image", query=(("user_id", str(user_id)), ("get_timestamp", "0")), method="GET")
        try:
            reply = await self._send(call)
        except (NotCapable, RemoteRefused) as error:
            if error.facts.get("remote") not in {400, 404}:
                raise
            return b""
        if isinstance(reply.payload, dict):
            return wire.blob(reply.payload, "image")
        return reply.data

    async def users_with_image(self) -> list[int]:
        """The ids of users with a photo."""
        reply = await self._send(Call("user_list_images", query=(("get_timestamp", "0"),), method="GET"))
        source = wire.members(reply.payload, "user-list-images")
        ids = source.get("user_ids")
        if isinstance(ids, list):
            return [number for each in ids if (number := wire.optional_integer({"id": each}, "id")) is not None]
        return [wire.integer(row, "user_id") for row in wire.rows(source.get("image_info"), "user-list-images")]

    async def user_images(self, user_ids: Sequence[int]) -> dict[int, bytes]:
        """The photos of these users; who has none is missing."""
        found: dict[int, bytes] = {}
        for at in range(0, len(user_ids), MOST_PHOTOS):
            body = {"user_ids": list(user_ids[at : at + MOST_PHOTOS])}
            reply = await self._send(Call("user_get_image_list", body, read_s=30.0))
            rows = wire.rows(wire.members(reply.payload, "photos").get("user_images"), "photos")
            found |= {wire.integer(row, "id"): image for row in rows if (image := wire.blob(row, "image"))}
        return found

    async def set_user_image(self, user_id: int, image: bytes, timestamp: int, *, match: bool) -> PhotoVerdict:
        """Store a JPEG or PNG below 2 MB; with `match` a face that is another user's is refused."""
        query = (("user_id", str(user_id)), ("timestamp", str(timestamp)), ("match", str(int(match))))
        call = Call("user_set_image", _photo(image), query, read_s=30.0, changes=True, own_refusals=True)
        return PhotoVerdict.read(_filled(await self._send(call), call.step))

    async def set_user_images(
        self, photos: Mapping[int, bytes], timestamp: int, *, match: bool
    ) -> dict[int, PhotoVerdict]:
        """Several photos in one request, which may have 2 MB in all."""
        images = [
            {"user_id": user, "timestamp": timestamp, "image": wire.write_base64(image)}
            for user, image in photos.items()
        ]
        body = {"match": match, "user_images": images}
        call = Call("user_set_image_list", body, read_s=30.0, changes=True, own_refusals=True)
        results = wire.members((await self._send(call)).payload, call.step).get("results")
        return {wire.integer(row, "user_id"): PhotoVerdict.read(row) for row in wire.rows(results, call.step)}

    async def test_user_image(self, image: bytes) -> PhotoVerdict:
        """What the terminal thinks of a photo; stores nothing."""
        call = Call("user_test_image", _photo(image), read_s=30.0, own_refusals=True)
        return PhotoVerdict.read(_filled(await self._send(call), call.step))

    async def destroy_user_image(self, user_id: int) -> None:
        """Remove a user's photo; none is fine."""
        await self._send(Call("user_destroy_image", {"user_id": user_id}, changes=True))

    # shared

    async def _send(self, call: Call) -> Reply:
        return await self.access.send(call)

    async def _pages(self, name: str, read: Callable[[Members], T], where: Members | None) -> AsyncIterator[T]:
        offset = 0
        while True:
            body: dict[str, object] = {"object": name, "limit": PAGE, "offset": offset}
            rows = _rows(await self._send(Call("load_objects", body | ({"where": where} if where else {}))), name)
            for row in rows:
                yield read(row)
            if len(rows) < PAGE:
                return
            offset += PAGE


def _rows(reply: Reply, name: str) -> list[Members]:
    """The rows under the object's name; one firmware answers under `data`."""
    source = wire.members(reply.payload, "load-objects")
    return wire.rows(wire.pick(source, name, "data"), "load-objects")


def _filled(reply: Reply, step: str) -> Members:
    found = wire.members(reply.payload, step)
    if not found:
        raise ProtocolError(step=step, reason="empty-answer")
    return found


def _tells_failure(reply: Reply) -> bool:
    if not isinstance(reply.payload, dict):
        return False
    return wire.flag(reply.payload, "success") is False or bool(reply.payload.get("error"))


def _changes(reply: Reply) -> int:
    return wire.integer(wire.members(reply.payload, "changes"), "changes")


def _filter(where: Members) -> dict[str, object]:
    if not where or not all(isinstance(each, Mapping) and each for each in where.values()):
        raise InvalidInput(field="where", reason="missing")
    return dict(where)


def _sizes(templates: Sequence[bytes]) -> tuple[tuple[str, str], ...]:
    if not 1 <= len(templates) <= 3 or not all(templates):
        raise InvalidInput(field="templates", reason="one-to-three")
    return tuple((f"size{index}", str(len(each))) for index, each in enumerate(templates))


def _photo(image: bytes) -> bytes:
    if not 0 < len(image) < PHOTO_BYTES:
        raise InvalidInput(field="photo", reason="too-large")
    return image
