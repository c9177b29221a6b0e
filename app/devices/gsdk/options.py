"""What a gateway device is told by the configuration, as one value."""

from dataclasses import dataclass, field
from enum import StrEnum

from app.devices.gsdk.channel import GatewayAccess
from app.devices.gsdk.pb import Generation

DEVICE_PORT = 51211


class Dial(StrEnum):
    """Who dials between gateway and device."""

    DIRECT = "direct"
    ASYNC = "async"
    DEVICE = "device"


@dataclass(frozen=True)
class Login:
    """A master gateway: the tenant's certificate (PEM) and which gateway below it, empty for the only one."""

    tenant_cert_file: str
    gateway_id: str = ""


@dataclass(frozen=True)
class Target:
    """One device behind a gateway. `generation` None asks the gateway; `login` None is a device gateway.

    `address` is where the gateway reaches the device, host or host:port; empty when the device dials.
    """

    access: GatewayAccess
    number: int
    address: str = ""
    use_tls: bool = False
    dial: Dial = Dial.ASYNC
    finger_format: int = 1
    finger_quality: int = 50
    access_groups: tuple[int, ...] = ()
    generation: Generation | None = None
    login: Login | None = field(default=None, repr=False)
    group_names: tuple[tuple[int, str], ...] = ()

    @property
    def host(self) -> str:
        """The device's address without its port."""
        return self.address.rpartition(":")[0] if self.address.rpartition(":")[2].isdigit() else self.address

    @property
    def port(self) -> int:
        """The device's port."""
        written = self.address.rpartition(":")[2]
        return int(written) if ":" in self.address and written.isdigit() else DEVICE_PORT
