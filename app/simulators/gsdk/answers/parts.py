"""User: cards, fingers, faces, access groups and job codes of users, read and written apart."""

from collections.abc import Callable
from typing import Any, Final

import grpc

from app.devices.gsdk.pb.c import user_pb2 as pb
from app.simulators.gsdk.answers import checks
from app.simulators.gsdk.answers.users import UPDATED
from app.simulators.gsdk.device import Device
from app.simulators.gsdk.front import Answer
from app.simulators.gsdk.wire import missing
from app.simulators.gsdk.world import World

_PARTS: Final = {
    "Card": ("cards", "userCards", "UserCard"),
    "Finger": ("fingers", "userFingers", "UserFinger"),
    "Face": ("faces", "userFaces", "UserFace"),
    "AccessGroup": ("accessGroupIDs", "userAccessGroups", "UserAccessGroup"),
    "JobCode": ("jobCodes", "userJobCodes", "UserJobCode"),
}
_ADDABLE: Final = frozenset({"Card", "Finger", "Face"})


def part_answers(world: World) -> dict[str, Answer]:
    """Get, Set and SetMulti for each part of a user."""
    answers: dict[str, Answer] = {}
    for part in _PARTS:
        answers[f"Get{part}"] = _get(world, part)
        answers[f"Set{part}"] = _set(world, part)
        answers[f"Set{part}Multi"] = _set_multi(world, part)
    return answers


def _get(world: World, part: str) -> Answer:
    member, told, message = _PARTS[part]

    def answer(request: Any, _context: grpc.ServicerContext) -> Any:
        device = world.device(request.deviceID)
        with device.gate:
            users = [device.users[number] for number in request.userIDs if number in device.users]
            found = [getattr(world.at.user, message)(userID=u.hdr.ID, **{member: getattr(u, member)}) for u in users]
        return getattr(world.at.user, f"Get{part}Response")(**{told: found})

    return answer


def _set(world: World, part: str) -> Answer:
    def answer(request: Any, _context: grpc.ServicerContext) -> Any:
        _writer(world, part, request)(world.device(request.deviceID))
        return getattr(world.at.user, f"Set{part}Response")()

    return answer


def _set_multi(world: World, part: str) -> Answer:
    def answer(request: Any, _context: grpc.ServicerContext) -> Any:
        world.each(f"User/Set{part}Multi", request.deviceIDs, _writer(world, part, request))
        return getattr(world.at.user, f"Set{part}MultiResponse")()

    return answer


def _writer(world: World, part: str, request: Any) -> Callable[[Device], None]:
    member, told, _message = _PARTS[part]

    def write(device: Device) -> None:
        with device.gate:
            changed = [_changed(world, device, one, part, member) for one in getattr(request, told)]
            for user in changed:
                device.users[user.hdr.ID] = user
                world.log(device, UPDATED, user_id=user.hdr.ID)

    return write


def _changed(world: World, device: Device, given: Any, part: str, member: str) -> pb.UserInfo:
    before = device.users.get(given.userID)
    if before is None:
        raise missing("user not found (BS_SDK_ERROR_CANNOT_FIND_USER, -714)")
    user = world.at.user.UserInfo()
    user.CopyFrom(before)
    if not (world.variants.set_adds and part in _ADDABLE):
        user.ClearField(member)  # type: ignore[arg-type] # the name comes from the table above
    getattr(user, member).extend(getattr(given, member))
    checks.count(user)
    checks.user(device, user)
    checks.duplicates(device, user)
    return user
