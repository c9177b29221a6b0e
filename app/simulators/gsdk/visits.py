"""A person at a door's device: the whole authentication as the device runs it, with the server or alone."""

from dataclasses import dataclass

from app.devices.gsdk.pb.c import server_pb2, user_pb2
from app.devices.gsdk.pb.common import auth_pb2
from app.simulators.gsdk import touches
from app.simulators.gsdk.asking import Asking
from app.simulators.gsdk.channel import Answer, Asked
from app.simulators.gsdk.device import Device
from app.simulators.gsdk.world import World
from app.simulators.people import Person

VERIFIED, NOT_VERIFIED, IDENTIFIED, NOT_IDENTIFIED, FAILED, DENIED = 0x1000, 0x1100, 0x1300, 0x1400, 0x1800, 0x1900
_TIMEOUT, _REFUSAL = 3, 4
_DENIED_DISABLED, _DENIED_EXPIRED, _DENIED_APB = 2, 3, 5
_SUB_CARD, _SUB_ID, _SUB_FINGER = 6, 1, 1
_FAIL_ID, _FAIL_CARD, _FAIL_FINGER = 1, 2, 4


@dataclass(frozen=True)
class Visit:
    """How it ended. `granted`: the door opened; `phrase` is what the display said."""

    granted: bool
    event: int
    sub_code: int
    user_id: str = ""
    phrase: str = ""


class Visits:
    """Each method waits for the end, at most the device's authTimeout for each question."""

    def __init__(self, world: World, asking: Asking) -> None:
        self._world, self._asking = world, asking

    def tap(self, device_id: int, card: bytes) -> Visit:
        """Somebody holds a card of 32 bytes to the device."""
        device = self._world.device(device_id)
        card = device.as_read(card)
        if device.auth.useServerMatching:
            asked = self._asking.verify_card(device_id, card)
            return self._decided(device, asked, (VERIFIED, _SUB_CARD), (NOT_VERIFIED, _FAIL_CARD))
        holder = device.holder(card)
        return self._alone(device, holder, (VERIFIED, _SUB_CARD), (NOT_VERIFIED, _FAIL_CARD))

    def type_id(self, device_id: int, user_id: str) -> Visit:
        """Somebody types an ID."""
        device = self._world.device(device_id)
        if device.auth.useServerMatching:
            asked = self._asking.verify_id(device_id, user_id)
            return self._decided(device, asked, (VERIFIED, _SUB_ID), (NOT_VERIFIED, _FAIL_ID))
        known = user_id if user_id in device.users else None
        return self._alone(device, known, (VERIFIED, _SUB_ID), (NOT_VERIFIED, _FAIL_ID))

    def touch(self, device_id: int, who: Person, finger: int = 2) -> Visit:
        """Somebody presses a finger: 1 right thumb .. 10 left little."""
        device = self._world.device(device_id)
        template_format = device.finger_format
        probe = touches.finger_template(who, finger, next(device.touches), template_format)
        if device.auth.useServerMatching:
            asked = self._asking.identify(device_id, probe, template_format)
            return self._decided(device, asked, (IDENTIFIED, _SUB_FINGER), (NOT_IDENTIFIED, _FAIL_FINGER))
        owners = (user_id for user_id, template in device.templates() if touches.same_owner(template, probe))
        return self._alone(device, next(owners, None), (IDENTIFIED, _SUB_FINGER), (NOT_IDENTIFIED, _FAIL_FINGER))

    def _alone(self, device: Device, user_id: str | None, good: tuple[int, int], bad: tuple[int, int]) -> Visit:
        if user_id is None:
            return self._end(device, *bad)
        if reason := _barred(device, device.users[user_id]):
            return self._end(device, DENIED, reason, user_id)
        return self._admitted(device, user_id, good)

    def _decided(self, device: Device, asked: Asked, good: tuple[int, int], bad: tuple[int, int]) -> Visit:
        answer = self._answer(device, asked)
        if answer is None:
            return self._end(device, FAILED, _TIMEOUT)
        if answer.code != server_pb2.SUCCESS:
            return self._end(device, *bad)
        if not answer.user_id:
            return self._end(device, FAILED, _REFUSAL)
        return self._admitted(device, answer.user_id, good)

    def _admitted(self, device: Device, user_id: str, good: tuple[int, int]) -> Visit:
        if device.auth.useGlobalAPB and not self._may_pass(device, user_id):
            return self._end(device, DENIED, _DENIED_APB, user_id)
        return self._end(device, *good, user_id, granted=True, phrase=self._phrase(device, user_id))

    def _may_pass(self, device: Device, user_id: str) -> bool:
        answer = self._answer(device, self._asking.global_apb(device.device_id, [user_id]))
        if answer is None:
            return device.auth.globalAPBFailAction != auth_pb2.GLOBAL_APB_FAIL_ACTION_HARD
        return answer.code != server_pb2.HARD_APB_VIOLATION

    def _phrase(self, device: Device, user_id: str) -> str:
        config = device.configs["display"]
        if not config.useUserPhrase:
            return ""
        if not config.queryUserPhrase:
            return device.phrases.get(user_id, "")
        answer = self._answer(device, self._asking.user_phrase(device.device_id, user_id))
        return answer.phrase if answer is not None else ""

    def _answer(self, device: Device, asked: Asked) -> Answer | None:
        return asked.wait(device.auth.authTimeout)

    def _end(
        self,
        device: Device,
        event: int,
        sub_code: int,
        user_id: str = "",
        *,
        granted: bool = False,
        phrase: str = "",
    ) -> Visit:
        self._world.log(device, event, sub_code, user_id)
        return Visit(granted, event, sub_code, user_id, phrase)


def _barred(device: Device, user: user_pb2.UserInfo) -> int:
    now = device.now()
    if user.setting.endTime and not user.setting.startTime <= now <= user.setting.endTime:
        return _DENIED_EXPIRED
    return _DENIED_DISABLED if getattr(user.hdr, "userFlag", 0) & user_pb2.USER_FLAG_DISABLED else 0
