"""Makes a terminal ask the station: reads its configuration, changes the few switches, keeps the rest, puts it back.

Only the switches' former values are kept on disk: a configuration as a whole names operators.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import grpc

from app.devices.gsdk.channel import GatewayAccess, fault_of, faults_told, open_channel
from app.devices.gsdk.pb.generations import Generation, from_version, wire
from app.domain.errors import DeviceError, NotCapable, NotWritten, RemoteRefused, StationError
from app.gateway.values import TemplateFormat
from app.journeys.doors import DoorTerminal, FingerForm, Switch, Switches

T = TypeVar("T")
FORMS: Final = {
    TemplateFormat.SUPREMA: FingerForm.SUPREMA,
    TemplateFormat.ISO: FingerForm.ISO,
    TemplateFormat.ANSI: FingerForm.ANSI,
}
NUMBERS: Final = {form: number for number, form in FORMS.items()}
CALL_S: Final = 15.0


class DoorSetup:
    """The Setup port, over a channel of its own. Blocking calls are made on worker threads."""

    def __init__(
        self,
        access: GatewayAccess,
        terminals: Sequence[DoorTerminal],
        folder: Path,
        generation: Generation | None = None,
    ) -> None:
        self._access, self._folder, self._wanted = access, folder, generation
        self._terminals = tuple(terminals)
        self._channel: grpc.Channel | None = None
        self._at: Any = wire(generation or Generation.C)
        self._turn = asyncio.Lock()

    @property
    def terminals(self) -> tuple[DoorTerminal, ...]:
        """Every configured terminal of the gateway."""
        return self._terminals

    async def close(self) -> None:
        """End the channel."""
        if self._channel is not None:
            await asyncio.to_thread(self._channel.close)
            self._channel = None

    async def read(self, device_id: str) -> Switches:
        """How it is set now."""
        return await self._on(device_id, lambda number: self._read(device_id, number))

    async def change(self, device_id: str, on: Mapping[Switch, bool], form: FingerForm | None = None) -> Switches:
        """Set these and read back; NotWritten when the terminal has something else afterwards."""
        return await self._on(device_id, lambda number: self._change(device_id, number, on, form))

    async def put_back(self, device_id: str) -> Switches:
        """As it was before the first change; nothing happens when there was none."""
        return await self._on(device_id, lambda number: self._put_back(device_id, number))

    async def _on(self, device_id: str, work: Callable[[int], T]) -> T:
        number = next(one.number for one in self._terminals if one.device_id == device_id)
        async with self._turn:
            return await asyncio.to_thread(self._worked, work, number, device_id)

    def _worked(self, work: Callable[[int], T], number: int, device_id: str) -> T:
        try:
            self._connect()
            return work(number)
        except grpc.RpcError as error:
            raise fault_of(error, device=device_id, step="configure") from error
        except DeviceError as error:
            error.facts.setdefault("device", device_id)
            raise

    def _connect(self) -> None:
        if self._channel is not None:
            return
        channel = open_channel(self._access)
        admin = wire(Generation.C).admin
        with faults_told(step="meet"):
            version = admin.GetInfo.on(channel)(admin.GetInfoRequest(), timeout=CALL_S).version
        self._at = wire(self._wanted or from_version(version).generation)
        self._channel = channel

    def _read(self, device_id: str, number: int) -> Switches:
        auth, display, finger = (self._config(name, number) for name in ("auth", "display", "finger"))
        on: dict[Switch, bool] = {}
        if auth is not None:
            on |= {Switch.MATCHING: auth.useServerMatching, Switch.PASSBACK: auth.useGlobalAPB}
        if display is not None:
            on |= {Switch.PHRASE: display.useUserPhrase and display.queryUserPhrase}
        form = FORMS.get(finger.templateFormat) if finger is not None else None
        return Switches(on, form, self._fingers(number), self._original(device_id))

    def _change(self, device_id: str, number: int, on: Mapping[Switch, bool], form: FingerForm | None) -> Switches:
        before = self._read(device_id, number)
        if form not in {None, before.form} and before.fingers:
            raise RemoteRefused(step="template-format", reason="fingers-enrolled", count=before.fingers)
        if before.original is None:
            self._keep(device_id, before)
        self._write(number, on, form if form is not before.form else None)
        after = self._read(device_id, number)
        wrong = [each for each, wanted in on.items() if after.on.get(each) is not wanted]
        if wrong or (form is not None and after.form is not form):
            raise NotWritten(step="configure", setting=wrong[0] if wrong else "template-format")
        return after

    def _put_back(self, device_id: str, number: int) -> Switches:
        original = self._original(device_id)
        if original is not None:
            self._change(device_id, number, original.on, original.form)
            self._file(device_id).unlink(missing_ok=True)
        return self._read(device_id, number)

    def _write(self, number: int, on: Mapping[Switch, bool], form: FingerForm | None) -> None:
        """Read, change and write the same messages, so that members we do not know stay as they are."""
        if {Switch.MATCHING, Switch.PASSBACK} & on.keys() and (auth := self._config("auth", number)) is not None:
            auth.useServerMatching = on.get(Switch.MATCHING, auth.useServerMatching)
            auth.useGlobalAPB = on.get(Switch.PASSBACK, auth.useGlobalAPB)
            self._set("auth", number, auth)
        if Switch.PHRASE in on and (display := self._config("display", number)) is not None:
            display.queryUserPhrase = on[Switch.PHRASE]
            display.useUserPhrase = display.useUserPhrase or on[Switch.PHRASE]
            self._set("display", number, display)
        if form is not None and (finger := self._config("finger", number)) is not None:
            finger.templateFormat = int(NUMBERS[form])
            self._set("finger", number, finger)

    def _config(self, name: str, number: int) -> Any:
        """One configuration, None where the terminal has none of it."""
        package = getattr(self._at, name)
        try:
            with faults_told(step=f"read-{name}"):
                return package.GetConfig.on(self._channel)(
                    package.GetConfigRequest(deviceID=number), timeout=CALL_S
                ).config
        except (NotCapable, RemoteRefused):
            if name == "auth":  # every terminal has it: this is a refusal to be told
                raise
            return None

    def _set(self, name: str, number: int, config: Any) -> None:
        package = getattr(self._at, name)
        with faults_told(changes=True, step=f"write-{name}"):
            package.SetConfig.on(self._channel)(
                package.SetConfigRequest(deviceID=number, config=config), timeout=CALL_S
            )

    def _fingers(self, number: int) -> int:
        user = self._at.user
        with faults_told(step="count-fingers"):
            listed = user.GetList.on(self._channel)(user.GetListRequest(deviceID=number), timeout=2 * CALL_S)
        return sum(header.numOfFinger for header in listed.hdrs)

    def _file(self, device_id: str) -> Path:
        return self._folder / f"doors-{device_id}.json"

    def _keep(self, device_id: str, before: Switches) -> None:
        told = {"on": {each.value: state for each, state in before.on.items()}, "form": before.form}
        self._folder.mkdir(parents=True, exist_ok=True)
        fresh = self._file(device_id).with_suffix(".new")
        fresh.write_text(json.dumps(told), "utf-8")
        fresh.replace(self._file(device_id))

    def _original(self, device_id: str) -> Switches | None:
        try:
            told = json.loads(self._file(device_id).read_text("utf-8"))
            form = FingerForm(told["form"]) if told["form"] else None
            return Switches({Switch(name): bool(state) for name, state in told["on"].items()}, form)
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise StationError(step="read-original", reason="unreadable") from error
