"""User: who is known to a device, whole or in parts, one device or several."""

import hashlib
from collections.abc import Callable, Iterable
from typing import Any, Final

import grpc

from app.devices.gsdk.pb.c import user_pb2 as pb
from app.simulators.gsdk.answers import checks
from app.simulators.gsdk.device import Device
from app.simulators.gsdk.front import Answer
from app.simulators.gsdk.wire import failed, invalid, missing
from app.simulators.gsdk.world import World

ENROLLED, UPDATED, DELETED, ALL_DELETED, DUPLICATE = 0x2000, 0x2200, 0x2400, 0x2600, 0x2800
_PARTS: Final = {
    pb.USER_MASK_SETTING: "setting",
    pb.USER_MASK_NAME: "name",
    pb.USER_MASK_PHOTO: "photo",
    pb.USER_MASK_PIN: "PIN",
    pb.USER_MASK_CARD: "cards",
    pb.USER_MASK_FINGER: "fingers",
    pb.USER_MASK_FACE: "faces",
    pb.USER_MASK_ACCESS_GROUP: "accessGroupIDs",
    pb.USER_MASK_JOB: "jobCodes",
}
_KEPT: Final = {
    pb.KEEP_USER_JOB_CODE: "jobCodes",
    pb.KEEP_USER_NAME: "name",
    pb.KEEP_USER_PHOTO: "photo",
    pb.KEEP_USER_PIN: "PIN",
    pb.KEEP_USER_CARD: "cards",
    pb.KEEP_USER_FINGER: "fingers",
    pb.KEEP_USER_FACE: "faces",
}


class Users:
    """The methods for whole users."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._at = world.at.user

    def answers(self) -> dict[str, Answer]:
        return {
            "GetList": self.get_list,
            "Get": self.get,
            "GetPartial": self.get_partial,
            "Enroll": self._single("Enroll", self._enroll),
            "EnrollMulti": self._multi("EnrollMulti", self._enroll),
            "Update": self._single("Update", self._update),
            "UpdateMulti": self._multi("UpdateMulti", self._update),
            "Delete": self._single("Delete", self._delete),
            "DeleteMulti": self._multi("DeleteMulti", self._delete),
            "DeleteAll": self._single("DeleteAll", self._delete_all),
            "DeleteAllMulti": self._multi("DeleteAllMulti", self._delete_all),
            "GetPINHash": lambda request, _context: self._hash(request.PIN, b""),
            "GetPINHashWithKey": lambda request, _context: self._hash(request.PIN, request.hashKey),
            "GetStatistic": self.get_statistic,
        }

    def get_list(self, request: Any, _context: grpc.ServicerContext) -> pb.GetListResponse:
        device = self._world.device(request.deviceID)
        with device.gate:
            return self._at.GetListResponse(hdrs=[user.hdr for user in device.users.values()])

    def get(self, request: Any, _context: grpc.ServicerContext) -> pb.GetResponse:
        device = self._world.device(request.deviceID)
        with device.gate:
            return self._at.GetResponse(users=self._chosen(device, request.userIDs))

    def get_partial(self, request: Any, _context: grpc.ServicerContext) -> pb.GetPartialResponse:
        device = self._world.device(request.deviceID)
        with device.gate:
            whole = self._chosen(device, request.userIDs)
            return self._at.GetPartialResponse(users=[self._part(user, request.infoMask) for user in whole])

    def get_statistic(self, request: Any, _context: grpc.ServicerContext) -> pb.GetStatisticResponse:
        device = self._world.device(request.deviceID)
        with device.gate:
            users = list(device.users.values())
        told = self._at.UserStatistic(numOfUsers=len(users), numOfCards=sum(len(user.cards) for user in users))
        told.numOfFingerprints = sum(len(user.fingers) for user in users)
        told.numOfFaces, told.numOfNames = sum(len(user.faces) for user in users), sum(bool(u.name) for u in users)
        return self._at.GetStatisticResponse(userStatistic=told)

    def _single(self, name: str, act: Callable[[Device, Any], None]) -> Answer:
        def answer(request: Any, _context: grpc.ServicerContext) -> Any:
            act(self._world.device(request.deviceID), request)
            return getattr(self._at, f"{name}Response")()

        return answer

    def _multi(self, name: str, act: Callable[[Device, Any], None]) -> Answer:
        def answer(request: Any, _context: grpc.ServicerContext) -> Any:
            self._world.each(f"User/{name}", request.deviceIDs, lambda device: act(device, request))
            return getattr(self._at, f"{name}Response")()

        return answer

    def _enroll(self, device: Device, request: Any) -> None:
        with device.gate:
            for user in request.users:
                if user.hdr.ID in device.users and not request.overwrite:
                    raise failed("user ID already exists (BS_SDK_ERROR_DUPLICATE_ID, -702)")
                self._check(device, user)
            for user in request.users:
                self._keep(device, user)
                self._world.log(device, ENROLLED, user_id=user.hdr.ID)

    def _update(self, device: Device, request: Any) -> None:
        with device.gate:
            for user in request.users:
                before = device.users.get(user.hdr.ID)
                if before is None:
                    raise missing("user not found (BS_SDK_ERROR_CANNOT_FIND_USER, -714)")
                merged = self._merged(before, user)
                self._check(device, merged)
                self._keep(device, merged)
                self._world.log(device, UPDATED, user_id=user.hdr.ID)

    def _merged(self, before: pb.UserInfo, user: pb.UserInfo) -> pb.UserInfo:
        merged = self._at.UserInfo()
        merged.CopyFrom(user)
        for bit, part in _KEPT.items():
            if user.hdr.updateMask & bit:
                checks.copy_part(before, merged, part)
        checks.count(merged)
        return merged

    def _delete(self, device: Device, request: Any) -> None:
        with device.gate:
            for user_id in request.userIDs:
                if device.users.pop(user_id, None) is None:
                    raise missing("user not found (BS_SDK_ERROR_CANNOT_FIND_USER, -714)")
                self._world.log(device, DELETED, user_id=user_id)

    def _delete_all(self, device: Device, _request: Any) -> None:
        with device.gate:
            device.users.clear()
            self._world.log(device, ALL_DELETED)

    def _check(self, device: Device, user: pb.UserInfo) -> None:
        checks.user(device, user)
        checks.duplicates(device, user)

    def _keep(self, device: Device, user: pb.UserInfo) -> None:
        kept = self._at.UserInfo()
        kept.CopyFrom(user)
        kept.hdr.updateMask = 0
        if not kept.HasField("setting"):
            kept.setting.CopyFrom(checks.undefined_setting(self._at))
        checks.count(kept)
        device.users[kept.hdr.ID] = kept

    def _chosen(self, device: Device, numbers: Iterable[str]) -> list[pb.UserInfo]:
        wanted = list(numbers) or list(device.users)
        return [device.users[number] for number in wanted if number in device.users]

    def _part(self, user: pb.UserInfo, mask: int) -> pb.UserInfo:
        part = self._at.UserInfo(hdr=self._at.UserHdr(ID=user.hdr.ID))
        if mask & pb.USER_MASK_HDR:
            part.hdr.CopyFrom(user.hdr)
        for bit, name in _PARTS.items():
            if mask & bit:
                checks.copy_part(user, part, name)
        return part

    def _hash(self, pin: str, key: bytes) -> pb.GetPINHashResponse:
        if not 0 < len(pin.encode()) <= 16:
            raise invalid("a PIN has 1 to 16 bytes")
        return self._at.GetPINHashResponse(hashVal=hashlib.sha256(key + pin.encode()).digest())
