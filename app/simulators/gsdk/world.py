"""What a gateway's answers share: its devices, streams and faults, and how a call finds the devices it means."""

import time
from collections.abc import Callable, Iterable
from typing import Any

import grpc

from app.devices.gsdk.pb import Generation, Services, from_version, wire
from app.devices.gsdk.pb.common import connect_pb2, event_pb2
from app.simulators.faults import FaultScript
from app.simulators.gsdk.channel import Channel
from app.simulators.gsdk.device import Device
from app.simulators.gsdk.feed import Feed
from app.simulators.gsdk.settings import Make, Mischief, Variants
from app.simulators.gsdk.wire import DeviceFailure, Refused, missing


class World:
    """One gateway and its devices."""

    def __init__(self, make: Make, faults: FaultScript) -> None:
        self.make = make
        self.generation: Generation = from_version(make.version).generation
        self.at: Services = wire(self.generation)
        self.faults = faults
        self.variants = Variants()
        self.devices = {one.device_id: Device(one, make, self.at) for one in make.devices}
        self.reconnecting: set[int] = set()
        self.filter = connect_pb2.AcceptFilter()
        self.slaves: list[connect_pb2.SlaveDeviceInfo] = []
        self.channel = Channel()
        self.status = Feed()
        self.live = Feed()

    def device(self, device_id: int) -> Device:
        """The connected device of this number; raises Refused."""
        device = self.devices.get(device_id)
        if device is None or not device.connected:
            raise missing("device is not connected (BS_SDK_ERROR_NOT_CONNECTED)")
        return device

    def each(self, operation: str, device_ids: Iterable[int], act: Callable[[Device], object]) -> None:
        """A Multi call: done at every device that lets it; raises Refused that names the others."""
        failures = [failure for number in device_ids if (failure := self._try(operation, number, act))]
        if failures:
            raise Refused(grpc.StatusCode.INTERNAL, "multi command failed", tuple(failures))

    def _try(self, operation: str, device_id: int, act: Callable[[Device], object]) -> DeviceFailure | None:
        for fault in self.faults.take(f"{operation}@{device_id}"):
            if fault.kind == Mischief.DEVICE:
                return DeviceFailure(device_id, min(fault.status, 16), fault.body or "device failed")
        try:
            act(self.device(device_id))
        except Refused as refused:
            number: int = refused.code.value[0]
            return DeviceFailure(device_id, number, refused.text)
        return None

    def log(self, device: Device, code: int, sub_code: int = 0, user_id: str = "", **members: Any) -> None:
        """Note an event at a device; a monitored one tells it live."""
        entry: event_pb2.EventLog = device.log(code, sub_code, user_id, **members)
        if device.monitored:
            self.live.tell(entry)

    def set_status(self, device: Device, status: connect_pb2.Status.ValueType) -> None:
        """A device's connection changed."""
        device.status = status
        self.status.tell(connect_pb2.StatusChange(deviceID=device.device_id, status=status, timestamp=int(time.time())))
