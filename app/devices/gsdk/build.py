"""A driver from the plain values of the configuration, with every mistake told at once.

The gateway's own settings come along as values that begin with `gateway_`, the same for every device.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from app.devices.gsdk.channel import GatewayAccess
from app.devices.gsdk.driver import GsdkDevice
from app.devices.gsdk.options import Dial, Login, Target
from app.devices.gsdk.pb import Generation
from app.devices.values import Value, of_kind, out_of_range
from app.domain.errors import ConfigurationInvalid

FORMATS = {"iso": 1, "ansi": 2}
KINDS = ("device", "master")
GENERATIONS: dict[str, Generation | None] = {
    "auto": None,
    "A": Generation.A,
    "B": Generation.B,
    "C": Generation.C,
}
KEYS: dict[str, tuple[type, ...]] = {
    "device_number": (int,),
    "address": (str,),
    "use_tls": (bool,),
    "connection": (str,),
    "finger_format": (str,),
    "finger_quality": (int,),
    "access_groups": (str,),
    "group_names": (str,),
    "gateway_kind": (str,),
    "gateway_address": (str,),
    "gateway_ca_file": (str,),
    "gateway_target_name": (str,),
    "gateway_client_cert_file": (str,),
    "gateway_client_key_file": (str,),
    "gateway_tenant_cert_file": (str,),
    "gateway_gateway_id": (str,),
    "gateway_generation": (str,),
    "gateway_call_timeout_s": (int, float),
    "gateway_keepalive_s": (int, float),
    "gateway_receive_limit_mb": (int,),
}
CHOICES: dict[str, tuple[str, ...]] = {
    "connection": tuple(Dial),
    "finger_format": tuple(FORMATS),
    "gateway_kind": KINDS,
    "gateway_generation": tuple(GENERATIONS),
}
RANGES: dict[str, tuple[float, float]] = {
    "device_number": (1, 4_294_967_295),
    "finger_quality": (0, 100),
    "gateway_call_timeout_s": (0.05, 120),
    "gateway_keepalive_s": (0, 3_600),
    "gateway_receive_limit_mb": (4, 512),
}


def build(device_id: str, label: str, values: Mapping[str, Value], recovery: Path) -> GsdkDevice:
    """The driver, closed. ConfigurationInvalid with every wrong, missing or unknown key."""
    if problems := dict(_problems(values)):
        raise ConfigurationInvalid(problems)
    return GsdkDevice(device_id, label, target_of(values), recovery)


def target_of(values: Mapping[str, Value]) -> Target:
    """The device these values describe; they are taken as checked."""
    master = _text(values, "gateway_kind", "device") == "master"
    return Target(
        access_of(values),
        int(values["device_number"]),
        _text(values, "address"),
        bool(values.get("use_tls", False)),
        Dial(_text(values, "connection", Dial.ASYNC)),
        FORMATS[_text(values, "finger_format", "iso")],
        int(values.get("finger_quality", 50)),
        tuple(int(group) for group in _text(values, "access_groups").split(",") if group.strip()),
        GENERATIONS[_text(values, "gateway_generation", "auto")],
        Login(_text(values, "gateway_tenant_cert_file"), _text(values, "gateway_gateway_id")) if master else None,
        tuple(_names(_text(values, "group_names"))),
    )


def _names(written: str) -> Iterator[tuple[int, str]]:
    for line in written.splitlines():
        number, _, name = line.partition("=")
        yield int(number), name


def access_of(values: Mapping[str, Value]) -> GatewayAccess:
    """The gateway these values describe."""
    usual = GatewayAccess("")
    return GatewayAccess(
        _text(values, "gateway_address"),
        _text(values, "gateway_ca_file"),
        _text(values, "gateway_target_name"),
        int(values.get("gateway_receive_limit_mb", usual.receive_limit_mb)),
        float(values.get("gateway_keepalive_s", usual.keepalive_s)),
        float(values.get("gateway_call_timeout_s", usual.call_timeout_s)),
        _text(values, "gateway_client_cert_file"),
        _text(values, "gateway_client_key_file"),
    )


def _text(values: Mapping[str, Value], key: str, usual: str = "") -> str:
    return str(values.get(key, usual)).strip()


def _problems(values: Mapping[str, Value]) -> dict[str, str]:
    found = of_kind(values, KEYS, "a gateway device")
    found |= {key: told for key, told in _of_content(values).items() if key not in found}
    for key in ("device_number", "gateway_address"):
        if not values.get(key):
            found.setdefault(key, "is needed")
    return found


def _of_content(values: Mapping[str, Value]) -> dict[str, str]:
    found = {}
    for key, choices in CHOICES.items():
        if key in values and values[key] not in choices:
            found[key] = f"must be one of {', '.join(choices)}"
    found |= out_of_range(values, RANGES)
    if not all(group.strip().isdigit() for group in _text(values, "access_groups").split(",") if group.strip()):
        found["access_groups"] = "must be numbers with commas between them"
    if _text(values, "connection", Dial.ASYNC) != Dial.DEVICE and not _text(values, "address"):
        found["address"] = "is needed unless the device dials"
    if values.get("gateway_kind") == "master" and not _text(values, "gateway_tenant_cert_file"):
        found["gateway_tenant_cert_file"] = "is needed for a master gateway"
    return found
