"""Device, Operator, Schedule, Time, APBZone: what a device tells of itself and the small things it keeps."""

import time
from collections.abc import Callable
from typing import Any

import grpc

from app.devices.gsdk.pb.common import zone_pb2
from app.simulators.gsdk.answers.credentials import hash_key_checksum
from app.simulators.gsdk.device import Device
from app.simulators.gsdk.front import Answer
from app.simulators.gsdk.wire import failed
from app.simulators.gsdk.world import World


class Upkeep:
    """The methods of Device."""

    def __init__(self, world: World) -> None:
        self._world, self._at = world, world.at.device
        self.acts: list[tuple[str, int]] = []

    def answers(self) -> dict[str, Answer]:
        return {
            "GetInfo": self.get_info,
            "GetCapability": self.get_capability,
            "GetCapabilityInfo": self.get_capability_info,
            "GetHashKey": self.get_hash_key,
            "SetHashKey": self.set_hash_key,
            "Lock": self._act("Lock", lambda device: None),
            "Unlock": self._act("Unlock", lambda device: None),
            "Reboot": self._act("Reboot", lambda device: None),
            "DeleteRootCA": self._act("DeleteRootCA", lambda device: None),
            "ClearDB": self._act("ClearDB", Device.clear),
            "FactoryReset": self._act("FactoryReset", _factory_reset),
            "ResetConfig": self._act("ResetConfig", Device.set_defaults),
        }

    def get_info(self, request: Any, _context: grpc.ServicerContext) -> Any:
        make = self._world.device(request.deviceID).make
        mac = f"00:17:fc:{make.device_id >> 16 & 255:02x}:{make.device_id >> 8 & 255:02x}:{make.device_id & 255:02x}"
        info = self._at.FactoryInfo(MACAddr=mac, modelName=make.model.upper(), firmwareVersion=make.firmware)
        info.kernelVersion, info.BSCoreVersion, info.boardVersion = "4.4.0", "1.7.0", "1.0.0"
        return self._at.GetInfoResponse(info=info)

    def get_capability(self, request: Any, _context: grpc.ServicerContext) -> Any:
        return self._at.GetCapabilityResponse(deviceCapability=self._world.device(request.deviceID).capability())

    def get_capability_info(self, request: Any, _context: grpc.ServicerContext) -> Any:
        return self._at.GetCapabilityInfoResponse(capInfo=self._world.device(request.deviceID).capability_info())

    def get_hash_key(self, request: Any, _context: grpc.ServicerContext) -> Any:
        key = self._world.device(request.deviceID).hash_key
        return self._at.GetHashKeyResponse(isDefault=key is None, checksum=hash_key_checksum(key))

    def set_hash_key(self, request: Any, _context: grpc.ServicerContext) -> Any:
        device = self._world.device(request.deviceID)
        device.hash_key = None if request.setDefault else request.hashKey
        return self._at.SetHashKeyResponse()

    def _act(self, name: str, act: Callable[[Device], None]) -> Answer:
        def answer(request: Any, _context: grpc.ServicerContext) -> Any:
            device = self._world.device(request.deviceID)
            self.acts.append((name, device.device_id))
            act(device)
            return getattr(self._at, f"{name}Response")()

        return answer


def operator_answers(world: World) -> dict[str, Answer]:
    at = world.at.operator

    def add(device: Device, request: Any) -> None:
        device.operators.update({one.userID: one for one in request.operators})

    def delete(device: Device, request: Any) -> None:
        for number in request.operatorIDs:
            device.operators.pop(number, None)

    def listed(request: Any, _context: grpc.ServicerContext) -> Any:
        return at.GetListResponse(operators=list(world.device(request.deviceID).operators.values()))

    def clear(device: Device, _request: Any) -> None:
        device.operators.clear()

    answers: dict[str, Answer] = {"GetList": listed}
    for name, act in (("Add", add), ("Delete", delete), ("DeleteAll", clear)):
        answers[name] = _single(world, at, name, act)
        answers[f"{name}Multi"] = _multi(world, at, f"{name}Multi", act)
    return answers


def schedule_answers(world: World) -> dict[str, Answer]:
    at = world.at.schedule

    def add(device: Device, request: Any) -> None:
        device.schedules.update({one.ID: one for one in request.schedules})

    def delete(device: Device, request: Any) -> None:
        for number in request.scheduleIDs:
            device.schedules.pop(number, None)

    def listed(request: Any, _context: grpc.ServicerContext) -> Any:
        return at.GetListResponse(schedules=list(world.device(request.deviceID).schedules.values()))

    return {"GetList": listed, "Add": _single(world, at, "Add", add), "Delete": _single(world, at, "Delete", delete)}


def time_answers(world: World) -> dict[str, Answer]:
    at = world.at.time

    def get(request: Any, _context: grpc.ServicerContext) -> Any:
        return at.GetResponse(GMTTime=world.device(request.deviceID).now())

    def change(device: Device, request: Any) -> None:
        device.clock_error = request.GMTTime - int(time.time())

    return {"Get": get, "Set": _single(world, at, "Set", change)}


def zone_answers(world: World) -> dict[str, Answer]:
    at = world.at.apb_zone

    def add(device: Device, request: Any) -> None:
        if any(zone.zoneID in device.zones for zone in request.zones):
            raise failed("zone exists")
        device.zones.update({zone.zoneID: zone for zone in request.zones})

    def delete(device: Device, request: Any) -> None:
        for number in request.zoneIDs:
            device.zones.pop(number, None)

    def get(request: Any, _context: grpc.ServicerContext) -> Any:
        return at.GetResponse(zones=list(world.device(request.deviceID).zones.values()))

    def get_status(request: Any, _context: grpc.ServicerContext) -> Any:
        zones = world.device(request.deviceID).zones
        numbers = list(request.zoneIDs) or list(zones)
        status = [zone_pb2.ZoneStatus(zoneID=number) for number in numbers if number in zones]
        return at.GetStatusResponse(status=status)

    answers: dict[str, Answer] = {"Get": get, "GetStatus": get_status}
    acts = {"Add": add, "Delete": delete, "DeleteAll": lambda device, _request: device.zones.clear()}
    acts |= dict.fromkeys(("Clear", "ClearAll", "SetAlarm"), lambda _device, _request: None)
    return answers | {name: _single(world, at, name, act) for name, act in acts.items()}


def _factory_reset(device: Device) -> None:
    device.clear()
    device.set_defaults()


def _single(world: World, at: Any, name: str, act: Callable[[Device, Any], None]) -> Answer:
    def answer(request: Any, _context: grpc.ServicerContext) -> Any:
        act(world.device(request.deviceID), request)
        return getattr(at, f"{name}Response")()

    return answer


def _multi(world: World, at: Any, name: str, act: Callable[[Device, Any], None]) -> Answer:
    def answer(request: Any, _context: grpc.ServicerContext) -> Any:
        operation = f"{at.service.rpartition('.')[2]}/{name}"
        world.each(operation, request.deviceIDs, lambda device: act(device, request))
        return getattr(at, f"{name}Response")()

    return answer
