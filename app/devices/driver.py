"""What every driver is around its protocol: opened and given back, one action at a time, visited while closed."""

import logging
from abc import abstractmethod
from collections.abc import Awaitable, Callable
from typing import Generic, ParamSpec, TypeVar

from app import logs
from app.devices.base import GIVE_BACK_S, OneAction, Worker, finish
from app.domain.device import Device, DeviceInfo, Finding, Health
from app.domain.errors import StationError, Unreachable

S = TypeVar("S")
P = ParamSpec("P")
T = TypeVar("T")


class Driver(Device, Generic[S, P]):
    """A device with a session `S` while it is open; work on it is called with `P`.

    Main loop only, but for what runs on threads named after the device.
    """

    busy_check: str
    """The finding that tells of a device too busy to be diagnosed."""

    def __init__(self, device_id: str, label: str) -> None:
        super().__init__(device_id, label)
        self._actions = OneAction(device_id)
        self._worker = Worker(f"{self.vendor}-{device_id}")
        self._session: S | None = None

    async def open(self, *, take_over: bool = False) -> DeviceInfo:
        await self._actions.after("recover")  # the start looks every device over; nobody is refused for that
        if self._session is None:
            await self._actions.run("open", lambda: self._open(take_over=take_over))
        info = self.info
        if info is None:  # closed again by somebody in between
            raise Unreachable(device=self.device_id, step="open", reason="closed")
        return info

    async def close(self) -> None:
        await self._actions.stop()
        session, self._session = self._session, None
        if session is not None:
            await finish("close", self._give_back(session), GIVE_BACK_S)
            logs.event(logging.getLogger(type(self).__module__), "device-closed", device=self.device_id)
        await finish("close", self._release(), GIVE_BACK_S)

    async def recover(self) -> bool:
        """Give back what a killed run left behind. The note stays while the device cannot be reached."""
        if self._session is not None:
            return False
        return await self._actions.run("recover", self._recover_and_release)

    async def diagnose(self) -> list[Finding]:
        findings = await self._network_findings()
        if findings[-1].health is not Health.GOOD:
            return findings
        try:
            return [*findings, *await self._actions.run("diagnose", self._inner_findings)]
        except StationError as error:
            return [*findings, Finding(self.busy_check, Health.WARNING, error.code, "wait")]

    async def act(self, step: str, work: Callable[P, Awaitable[T]]) -> T:
        """Run `work` with the open device. DeviceBusy when another action runs, Unreachable when it is not open."""
        return await self._actions.run(step, lambda: self._with_session(step, work))

    async def visit(self, step: str, work: Callable[P, Awaitable[T]]) -> T:
        """Like act(); a closed device is opened for it and closed afterwards."""
        if self._session is not None:
            return await self.act(step, work)
        await self.open()
        try:
            return await self.act(step, work)
        finally:
            await self.close()

    def _opened_session(self, step: str) -> S:
        if self._session is None:
            raise Unreachable(device=self.device_id, step=step, reason="not-open")
        return self._session

    async def _recover_and_release(self) -> bool:
        try:
            return await self._recover()
        finally:
            await finish("recover", self._release(), GIVE_BACK_S)

    @abstractmethod
    async def _open(self, *, take_over: bool) -> None:
        """Set the session, or leave nothing behind."""

    @abstractmethod
    async def _with_session(self, step: str, work: Callable[P, Awaitable[T]]) -> T:
        """Run `work` with the open session; what its failure says of the session is settled here."""

    @abstractmethod
    async def _give_back(self, session: S) -> None:
        """Leave the device as it was found."""

    @abstractmethod
    async def _release(self) -> None:
        """Close what leads to the device and end the threads; also when nothing is open."""

    @abstractmethod
    async def _recover(self) -> bool:
        """True when something was left behind and is given back."""

    @abstractmethod
    async def _network_findings(self) -> list[Finding]:
        """From the outside in, ending with the first that is not good."""

    @abstractmethod
    async def _inner_findings(self) -> list[Finding]:
        """What can be told once the device answers."""
