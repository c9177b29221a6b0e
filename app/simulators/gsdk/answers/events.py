"""Event: the log by ranges, image logs, and the live stream of monitored devices."""

from collections.abc import Callable, Iterator
from typing import Any

import grpc

from app.devices.gsdk.pb.common import event_pb2 as pb
from app.simulators.gsdk.device import Device
from app.simulators.gsdk.front import Answer
from app.simulators.gsdk.wire import invalid
from app.simulators.gsdk.world import World

LOG_CLEARED = 0x4200


class Events:
    """The methods of Event."""

    def __init__(self, world: World) -> None:
        self._world, self._at = world, world.at.event

    def answers(self) -> dict[str, Answer]:
        return {
            "EnableMonitoring": lambda request, _context: self._monitor(request, on=True),
            "DisableMonitoring": lambda request, _context: self._monitor(request, on=False),
            "EnableMonitoringMulti": lambda request, _context: self._monitor_multi(request, on=True),
            "DisableMonitoringMulti": lambda request, _context: self._monitor_multi(request, on=False),
            "SubscribeRealtimeLog": self.subscribe,
            "GetLog": self.get_log,
            "GetLogWithFilter": self.get_log_with_filter,
            "GetImageLog": self.get_image_log,
            "GetImageFilter": self.get_image_filter,
            "SetImageFilter": self.set_image_filter,
            "SetImageFilterMulti": self._multi("SetImageFilterMulti", _set_filter),
            "ClearLog": self.clear_log,
            "ClearLogMulti": self._multi("ClearLogMulti", self._clear),
        }

    def subscribe(self, request: Any, context: grpc.ServicerContext) -> Iterator[pb.EventLog]:
        devices, codes = set(request.deviceIDs), set(request.eventCodes)

        def wanted(entry: pb.EventLog) -> bool:
            return (not devices or entry.deviceID in devices) and (not codes or entry.eventCode in codes)

        return self._world.live.subscribe(request.queueSize, context, wanted)

    def get_log(self, request: Any, _context: grpc.ServicerContext) -> pb.GetLogResponse:
        device = self._world.device(request.deviceID)
        return self._at.GetLogResponse(events=_range(device.events, request))

    def get_log_with_filter(self, request: Any, _context: grpc.ServicerContext) -> pb.GetLogWithFilterResponse:
        if len(request.filters) > 32:
            raise invalid("at most 32 filters")
        device = self._world.device(request.deviceID)
        kept = [entry for entry in device.events if _passes(entry, request.filters)]
        return self._at.GetLogWithFilterResponse(events=_range(kept, request))

    def get_image_log(self, request: Any, _context: grpc.ServicerContext) -> pb.GetImageLogResponse:
        device = self._world.device(request.deviceID)
        return self._at.GetImageLogResponse(imageEvents=_range(device.images, request))

    def get_image_filter(self, request: Any, _context: grpc.ServicerContext) -> pb.GetImageFilterResponse:
        return self._at.GetImageFilterResponse(filters=self._world.device(request.deviceID).image_filters)

    def set_image_filter(self, request: Any, _context: grpc.ServicerContext) -> pb.SetImageFilterResponse:
        _set_filter(self._world.device(request.deviceID), request)
        return self._at.SetImageFilterResponse()

    def clear_log(self, request: Any, _context: grpc.ServicerContext) -> pb.ClearLogResponse:
        self._clear(self._world.device(request.deviceID), request)
        return self._at.ClearLogResponse()

    def _clear(self, device: Device, _request: Any) -> None:
        device.events, device.images = [], []
        self._world.log(device, LOG_CLEARED)

    def _multi(self, name: str, act: Callable[[Device, Any], None]) -> Answer:
        def answer(request: Any, _context: grpc.ServicerContext) -> Any:
            self._world.each(f"Event/{name}", request.deviceIDs, lambda device: act(device, request))
            return getattr(self._at, f"{name}Response")()

        return answer

    def _monitor(self, request: Any, *, on: bool) -> Any:
        self._world.device(request.deviceID).monitored = on
        return self._at.EnableMonitoringResponse() if on else self._at.DisableMonitoringResponse()

    def _monitor_multi(self, request: Any, *, on: bool) -> Any:
        def act(device: Device) -> None:
            device.monitored = on

        name = "EnableMonitoringMulti" if on else "DisableMonitoringMulti"
        self._world.each(f"Event/{name}", request.deviceIDs, act)
        return getattr(self._at, f"{name}Response")()


def _set_filter(device: Device, request: Any) -> None:
    device.image_filters = list(request.filters)


def _range(entries: list[Any], request: Any) -> list[Any]:
    """From this ID on, oldest first; 0 as a number means all."""
    chosen = [entry for entry in entries if request.startEventID <= entry.ID]
    return chosen[: request.maxNumOfLog] if request.maxNumOfLog else chosen


def _passes(entry: pb.EventLog, filters: Any) -> bool:
    return not filters or any(_matches(entry, one) for one in filters)


def _matches(entry: pb.EventLog, one: pb.EventFilter) -> bool:
    return (
        one.userID in ("", entry.userID)
        and one.startTime <= entry.timestamp
        and (not one.endTime or entry.timestamp <= one.endTime)
        and one.eventCode in (0, entry.eventCode)
        and one.TNAKey in (0, entry.TNAKey)
    )
