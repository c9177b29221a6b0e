"""Every vendor's driver by the name used in the configuration; built from plain values. One line per vendor."""

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from app.devices.values import Value
from app.domain.device import Device
from app.domain.errors import ConfigurationInvalid


class Build(Protocol):
    """A vendor's `build`: raises ConfigurationInvalid with every mistake by its key."""

    def __call__(self, device_id: str, label: str, values: Mapping[str, Value], recovery: Path) -> Device: ...


VENDORS: dict[str, str] = {
    "controlid": "app.devices.controlid.build",
    "ef45": "app.devices.ef45.build",
    "gsdk": "app.devices.gsdk.build",
}
"""Vendor name to the module whose `build` makes its driver, imported when first needed."""


def build(vendor: str, device_id: str, label: str, values: Mapping[str, Value], recovery: Path) -> Device:
    """A closed device. `values` are the vendor's own settings with secrets resolved; `recovery` is a private folder.

    ConfigurationInvalid names an unknown vendor and every wrong, missing or unknown value.
    """
    if vendor not in VENDORS:
        raise ConfigurationInvalid({"vendor": f"is not supported yet; use one of {', '.join(VENDORS)}"})
    module = import_module(VENDORS[vendor])
    return cast(Build, cast(Callable[..., Device], module.build))(device_id, label, values, recovery)
