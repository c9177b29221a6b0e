"""Devices and their connections to a gateway; a master gateway's calls name the gateway below it (facts 3, 4)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from app.devices.gsdk.line import DeviceFault, Line, refused
from app.devices.gsdk.pb import ServerStream, Unary
from app.devices.gsdk.several import Outcome, Proof, ReadBack, compared, proven
from app.domain.errors import DeviceError, NotWritten, ProtocolError, WrongDevice

SEARCH_MS = 5_000


class Status(IntEnum):
    """How a device stands to its gateway."""

    DISCONNECTED = 0x0
    TCP_CONNECTED = 0x1
    TLS_CONNECTED = 0x2
    TRYING = 0x4
    TCP_CANNOT_CONNECT = 0x100
    TCP_NOT_ALLOWED = 0x101
    TLS_CANNOT_CONNECT = 0x200
    TLS_NOT_ALLOWED = 0x201


CONNECTED = frozenset({Status.TCP_CONNECTED, Status.TLS_CONNECTED})
WORDS = {
    Status.DISCONNECTED: "not connected",
    Status.TCP_CONNECTED: "connected",
    Status.TLS_CONNECTED: "connected with TLS",
    Status.TRYING: "connecting",
    Status.TCP_CANNOT_CONNECT: "does not answer",
    Status.TCP_NOT_ALLOWED: "not allowed",
    Status.TLS_CANNOT_CONNECT: "TLS failed",
    Status.TLS_NOT_ALLOWED: "TLS not allowed",
}


def status_words(status: int) -> str:
    """A status for a table, also one we do not know."""
    return WORDS.get(Status(status), "") if status in set(Status) else f"status {status}"


@dataclass(frozen=True)
class Managed:
    """A device the gateway keeps a connection for, or has seen on its network."""

    number: int
    address: str
    port: int
    status: int = 0
    by_device: bool = False
    auto: bool = False
    tls: bool = False
    kind: int = 0

    @property
    def is_connected(self) -> bool:
        """True when calls to it will be passed on."""
        return self.status in CONNECTED


class Connections:
    """Reads and changes a gateway's connections. `gateway_id` is set on a master gateway only."""

    def __init__(self, line: Line, gateway_id: str = "") -> None:
        self._line = line
        self._gateway_id = gateway_id
        self._package: Any = line.api.connect_master if gateway_id else line.api.connect

    async def managed(self) -> tuple[Managed, ...]:
        """GetDeviceList: every device the gateway looks after."""
        reply = await self._ask("devices", "GetDeviceList")
        return tuple(
            Managed(
                each.deviceID,
                each.IPAddr,
                each.port,
                each.status,
                each.connectionMode == 1,
                each.autoReconnect,
                each.useSSL,
                each.type,
            )
            for each in reply.deviceInfos
        )

    async def find(self, number: int) -> Managed | None:
        """The managed device of this number."""
        return next((each for each in await self.managed() if each.number == number), None)

    async def search(self, timeout_ms: int = SEARCH_MS) -> tuple[Managed, ...]:
        """SearchDevice: whoever answers on the gateway's network within the time."""
        reply = await self._ask("search", "SearchDevice", timeout_s=timeout_ms / 1000 + 10, timeout=timeout_ms)
        return tuple(
            Managed(each.deviceID, each.IPAddr, each.port, 0, each.connectionMode == 1, False, each.useSSL, each.type)
            for each in reply.deviceInfos
        )

    async def pending(self) -> tuple[Managed, ...]:
        """GetPendingList: devices that dialed in and were not accepted."""
        reply = await self._ask("pending", "GetPendingList")
        return tuple(Managed(each.deviceID, each.IPAddr, 0, kind=each.type) for each in reply.deviceInfos)

    async def connect(self, number: int, host: str, port: int, *, tls: bool) -> None:
        """Connect once, without reconnecting; WrongDevice when another one answers there (it is let go again)."""
        api = self._line.api.connect
        info = api.ConnectInfo(IPAddr=host, port=port, useSSL=tls)
        reply = await self._ask("connect", "Connect", changes=True, timeout_s=25, connectInfo=info)
        if reply.deviceID != number:
            await self.disconnect(reply.deviceID)
            raise WrongDevice(step="connect", expected="device-number")

    async def keep_connected(self, number: int, host: str, port: int, *, tls: bool) -> None:
        """AddAsyncConnection: the gateway dials and reconnects by itself from now on."""
        info = self._line.api.connect.AsyncConnectInfo(deviceID=number, IPAddr=host, port=port, useSSL=tls)
        await self._ask("connect", "AddAsyncConnection", changes=True, connectInfos=[info])

    async def no_longer_keep(self, number: int) -> None:
        """DeleteAsyncConnection."""
        await self._ask("disconnect", "DeleteAsyncConnection", changes=True, deviceIDs=[number])
        held = await self.find(number)
        _prove("disconnect", held is None or not held.auto)

    async def accept(self, number: int) -> None:
        """Let a device dial in: its number is added to the accept filter, the rest of which stays."""
        found = (await self._ask("filter", "GetAcceptFilter")).filter
        if found.allowAll or number in found.deviceIDs:
            return
        found.deviceIDs.append(number)
        await self._ask("filter", "SetAcceptFilter", changes=True, filter=found)
        _prove("filter", number in (await self._ask("filter", "GetAcceptFilter")).filter.deviceIDs)

    async def disconnect(self, number: int) -> None:
        """Disconnect; the device leaves the managed list when it was connected once."""
        request = self._package.DisconnectRequest(deviceIDs=[number])
        await self._line.ask("disconnect", self._package.Disconnect, request, changes=True)

    async def slaves(self) -> dict[int, tuple[int, ...]]:
        """GetSlaveDevice: numbers on the RS-485 bus of each device (the gateway forgets them when it restarts)."""
        reply = await self._ask("slaves", "GetSlaveDevice")
        return {each.deviceID: tuple(each.rs485SlaveDeviceIDs) for each in reply.slaveDeviceInfos}

    async def set_slaves(self, number: int, slaves: Iterable[int]) -> None:
        """SetSlaveDevice for one device; the lists of the others stay, Wiegand readers too."""
        reply = await self._ask("slaves", "GetSlaveDevice")
        infos = {each.deviceID: each for each in reply.slaveDeviceInfos}
        info = infos.setdefault(number, self._line.api.connect.SlaveDeviceInfo(deviceID=number))
        del info.rs485SlaveDeviceIDs[:]
        info.rs485SlaveDeviceIDs.extend(slaves)
        await self._ask("slaves", "SetSlaveDevice", changes=True, slaveDeviceInfos=list(infos.values()))
        _prove("slaves", (await self.slaves()).get(number, ()) == tuple(info.rs485SlaveDeviceIDs))

    async def set_tls(self, numbers: tuple[int, ...], *, on: bool) -> tuple[Outcome, ...]:
        """EnableSSL or DisableSSL at each device, and what the gateway says of it afterwards.

        A master gateway has no call for several devices (facts 4): there each is asked by itself.
        """
        name = "EnableSSL" if on else "DisableSSL"
        if self._gateway_id:
            faults = tuple([each for number in numbers for each in await self._one_tls(name, number)])
        else:
            method = getattr(self._package, f"{name}Multi")
            faults = await self._line.ask_many("tls", method, method.request(deviceIDs=numbers))
        return await proven(numbers, faults, self._told(lambda device: device.tls is on))

    async def _one_tls(self, name: str, number: int) -> tuple[DeviceFault, ...]:
        method = getattr(self._package, name)
        try:
            await self._line.ask("tls", method, method.request(deviceID=number), changes=True)
        except DeviceError as error:  # such as a device that is not connected
            return (refused(number, error),)
        return ()

    async def set_mode(self, numbers: tuple[int, ...], *, by_device: bool) -> tuple[Outcome, ...]:
        """SetConnectionModeMulti: who dials from now on, and what the gateway says of each device afterwards."""
        method = self._package.SetConnectionModeMulti
        request = method.request(deviceIDs=numbers, connectionMode=1 if by_device else 0)
        faults = await self._line.ask_many("connection-mode", method, request)
        return await proven(numbers, faults, self._told(lambda device: device.by_device is by_device))

    def _told(self, holds: Callable[[Managed], bool]) -> ReadBack:
        async def read_back(number: int) -> Proof:
            found = await self.find(number)
            return Proof.ABSENT if found is None else compared(same=holds(found))

        return read_back

    @property
    def status_changes(self) -> ServerStream[Any, Any]:
        """SubscribeStatus, for a thread."""
        stream: ServerStream[Any, Any] = self._package.SubscribeStatus
        return stream

    async def _ask(
        self, step: str, name: str, *, changes: bool = False, timeout_s: float | None = None, **values: object
    ) -> Any:
        method = getattr(self._package, name)
        if not isinstance(method, Unary):
            raise ProtocolError(step=step, reason="no-such-method")
        if self._gateway_id:
            values["gatewayID"] = self._gateway_id
        return await self._line.ask(step, method, method.request(**values), changes=changes, timeout_s=timeout_s)


def _prove(step: str, held: bool) -> None:
    if not held:
        raise NotWritten(step=step, reason="different")
