"""How the device contract is run for a vendor: one adapter each, over the vendor's real simulator.

A new vendor: subclass VendorAdapter, add it to ADAPTERS. Every method of the class is needed; none has a default
that would let a vendor pass untested.
"""

import time
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Self

from app.devices.registry import build
from app.devices.values import Value
from app.domain.capture import CaptureRequest
from app.domain.device import Device
from app.domain.modality import IRISES, Modality, Position
from app.simulators.controlid import ControlIdTerminal, Mischief
from app.simulators.controlid import Make as ControlIdMake
from app.simulators.ef45 import Ef45Terminal, Make, Phase, Presence
from app.simulators.faults import Fault, Kind
from app.simulators.gsdk import Authority, DeviceMake, Model, SimulatedGateway
from app.simulators.gsdk import Make as GatewayMake
from app.simulators.gsdk import Mischief as GatewayMischief
from app.simulators.people import person

ISO_FORMAT = 1
"""finger.TemplateFormat of the gateway."""


class VendorAdapter(ABC):
    """One simulated device, and drivers for it. Used as a context: the simulator runs inside."""

    vendor: str

    def __init__(self, recovery: Path) -> None:
        self.recovery = recovery

    @abstractmethod
    def __enter__(self) -> Self: ...

    @abstractmethod
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    @property
    @abstractmethod
    def values(self) -> dict[str, Value]:
        """The settings of a driver for the simulator, with the right credential when there is one."""

    @property
    @abstractmethod
    def wrong_credential(self) -> dict[str, Value] | None:
        """The settings with a wrong credential; None when this vendor's devices know none."""

    @abstractmethod
    def request(self, deadline_s: float = 20.0) -> CaptureRequest:
        """A capture of the vendor's main modality."""

    @abstractmethod
    def person_comes(self) -> None:
        """The next capture succeeds."""

    @abstractmethod
    def poor_person_comes(self) -> None:
        """The next capture ends with Retry."""

    @abstractmethod
    def person_waits(self) -> None:
        """The next capture runs until it is stopped."""

    @abstractmethod
    def unplug(self) -> None:
        """The device is gone from the network."""

    @abstractmethod
    def plug_in(self) -> None:
        """The device is back at the same address, freshly started."""

    @abstractmethod
    def answer_slowly(self, seconds: float) -> None:
        """Every following answer takes this long."""

    @abstractmethod
    def answer_garbage(self) -> None:
        """What a capture waits for arrives as garbage from now on."""

    @abstractmethod
    def is_capturing(self) -> bool:
        """Seen from the device: a capture runs."""

    @abstractmethod
    def is_at_rest(self) -> bool:
        """Seen from the device: nothing runs, nothing of a person waits in it, it does its own work."""

    @abstractmethod
    def is_free(self) -> bool:
        """Seen from the device: at rest, and nobody holds it."""

    def device(self, values: dict[str, Value] | None = None) -> Device:
        """A new closed driver."""
        return build(self.vendor, "desk-1", "Desk", values or self.values, self.recovery)


class Ef45Adapter(VendorAdapter):
    vendor = "ef45"

    def __init__(self, recovery: Path) -> None:
        super().__init__(recovery)
        self.terminal = Ef45Terminal(Make(speed=100.0, reboot_seconds=40.0, preview_size=(320, 180)))

    def __enter__(self) -> Self:
        self.terminal.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.terminal.stop()

    @property
    def values(self) -> dict[str, Value]:
        return {"address": f"127.0.0.1:{self.terminal.port}", "result_every_s": 0.05, "card_every_s": 0.05}

    @property
    def wrong_credential(self) -> dict[str, Value] | None:
        return None

    def request(self, deadline_s: float = 20.0) -> CaptureRequest:
        return CaptureRequest(Modality.IRIS, IRISES, deadline_s)

    def person_comes(self) -> None:
        self.terminal.present(person(3))

    def poor_person_comes(self) -> None:
        self.terminal.present(Presence(person(3), quality=0.3))

    def person_waits(self) -> None:
        self.terminal.present(Presence(person(3), hold=Phase.ALIGN))

    def unplug(self) -> None:
        self.terminal.stop()

    def plug_in(self) -> None:
        self.terminal.start()

    def answer_slowly(self, seconds: float) -> None:
        self.terminal.faults.add(Fault(Kind.SLOW, times=None, delay=seconds))

    def answer_garbage(self) -> None:
        self.terminal.faults.add(Fault(Kind.GARBAGE, "GET /biometric-data*", times=None))

    def is_capturing(self) -> bool:
        return self.terminal.state.phase is not None

    def is_at_rest(self) -> bool:
        state = self.terminal.state
        return (state.mode, state.phase, state.buffer, state.card_standby) == ("Recog", None, (), False)

    def is_free(self) -> bool:
        return self.is_at_rest() and self.terminal.state.lock_uid is None


class ControlIdAdapter(VendorAdapter):
    vendor = "controlid"

    def __init__(self, recovery: Path) -> None:
        super().__init__(recovery)
        self.terminal = ControlIdTerminal(ControlIdMake(speed=50.0, reboot_seconds=10.0, patience_seconds=30_000.0))

    def __enter__(self) -> Self:
        self.terminal.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.terminal.stop()

    @property
    def values(self) -> dict[str, Value]:
        return {"address": self.terminal.base_url, "password": "admin", "state_every_s": 0.05, "settle_s": 0.5}

    @property
    def wrong_credential(self) -> dict[str, Value] | None:
        return {**self.values, "password": "wrong"}

    def request(self, deadline_s: float = 20.0) -> CaptureRequest:
        return CaptureRequest(Modality.FINGER, (Position.RIGHT_INDEX,), deadline_s, person_id="731204455")

    def person_comes(self) -> None:
        self.terminal.present(person(3))

    def poor_person_comes(self) -> None:
        self.terminal.faults.add(Fault(Mischief.EMPTY_SUCCESS, "remote_enroll"))
        self.terminal.present(person(3))

    def person_waits(self) -> None:
        self.terminal.present(person(3), waits=True)

    def unplug(self) -> None:
        self.terminal.stop()

    def plug_in(self) -> None:
        self.terminal.start()

    def answer_slowly(self, seconds: float) -> None:
        self.terminal.faults.add(Fault(Kind.SLOW, times=None, delay=seconds))

    def answer_garbage(self) -> None:
        self.terminal.faults.add(Fault(Kind.GARBAGE, "enroller_*", times=None))

    def is_capturing(self) -> bool:
        return self.terminal.state.status.enroller_state != "NORMAL_STATE"

    def is_at_rest(self) -> bool:
        return not self.is_capturing() and not self.terminal.state.screen

    def is_free(self) -> bool:
        state = self.terminal.state
        return self.is_at_rest() and state.configuration["monitor"]["hostname"] == "" and state.mode == "standalone"


class GsdkAdapter(VendorAdapter):
    """A finger device that the driver connects for itself, so that giving it back can be seen."""

    vendor = "gsdk"

    def __init__(self, recovery: Path) -> None:
        super().__init__(recovery)
        device = DeviceMake(model=Model.BIOSTATION_2, connected=False)
        self.gateway = SimulatedGateway(GatewayMake(devices=(device,), speed=100.0, scan_seconds=2000.0))
        config = self.gateway.device().configs["finger"]
        config.templateFormat, config.scanTimeout = ISO_FORMAT, 2000

    def __enter__(self) -> Self:
        self.gateway.start()
        self.recovery.mkdir(parents=True, exist_ok=True)
        (self.recovery / "ca.crt").write_bytes(self.gateway.ca_pem)
        (self.recovery / "another.crt").write_bytes(Authority("Another root").pem)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.gateway.stop()

    @property
    def values(self) -> dict[str, Value]:
        make = self.gateway.device().make
        return {
            "device_number": make.device_id,
            "address": make.address,
            "connection": "direct",
            "gateway_address": self.gateway.target,
            "gateway_ca_file": str(self.recovery / "ca.crt"),
        }

    @property
    def wrong_credential(self) -> dict[str, Value] | None:
        return {**self.values, "gateway_ca_file": str(self.recovery / "another.crt")}

    def request(self, deadline_s: float = 20.0) -> CaptureRequest:
        return CaptureRequest(Modality.FINGER, (Position.RIGHT_INDEX,), deadline_s)

    def person_comes(self) -> None:
        self.gateway.present(person(3))

    def poor_person_comes(self) -> None:
        self.gateway.present(person(3), quality=0.3)

    def person_waits(self) -> None:
        self.gateway.present(person(3), waits=True)

    def unplug(self) -> None:
        self.gateway.stop()

    def plug_in(self) -> None:
        self.gateway.start()

    def answer_slowly(self, seconds: float) -> None:
        self.gateway.faults.add(Fault(Kind.SLOW, times=None, delay=seconds))

    def answer_garbage(self) -> None:
        self.gateway.faults.add(Fault(GatewayMischief.FORGETS, "Finger/Scan", times=None))
        self.gateway.present(person(3))  # ends the scan that runs; the next one is answered with nothing

    def is_capturing(self) -> bool:
        return bool(self.gateway.device().stage.scanning)

    def is_at_rest(self) -> bool:
        """A gateway hears of a call's end a moment after the caller."""
        deadline = time.monotonic() + 2.0
        while self.is_capturing() and time.monotonic() < deadline:
            time.sleep(0.005)
        return not self.is_capturing()

    def is_free(self) -> bool:
        return self.is_at_rest() and not self.gateway.device().connected


ADAPTERS: tuple[type[VendorAdapter], ...] = (Ef45Adapter, ControlIdAdapter, GsdkAdapter)
