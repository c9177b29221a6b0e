"""Drivers from plain values; every mistake is told at once, by its key."""

from pathlib import Path

import pytest

from app.devices.registry import VENDORS, build
from app.devices.values import Value
from app.domain.device import Device, HasConsole, HoldsPeople, ReadsCards, RecoversAfterCrash
from app.domain.errors import ConfigurationInvalid


def test_a_vendor_by_name(tmp_path: Path) -> None:
    device = build("ef45", "iris-1", "Desk", {"address": "192.0.2.10"}, tmp_path)
    for role in (Device, HoldsPeople, ReadsCards, RecoversAfterCrash, HasConsole):
        assert isinstance(device, role)
    assert (device.vendor, device.device_id, device.label) == ("ef45", "iris-1", "Desk")
    assert device.info is None


def test_an_unknown_vendor(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationInvalid) as told:
        build("nobody", "x", "X", {}, tmp_path)
    assert set(told.value.problems) == {"vendor"}
    assert all(name in told.value.problems["vendor"] for name in VENDORS)


def test_every_mistake_at_once(tmp_path: Path) -> None:
    wrong: dict[str, Value] = {
        "address": "https://192.0.2.10",
        "preview_per_second": 500,
        "set_clock": "yes",
        "colour": "blue",
    }
    with pytest.raises(ConfigurationInvalid) as told:
        build("ef45", "iris-1", "Desk", wrong, tmp_path)
    assert set(told.value.problems) == set(wrong)


@pytest.mark.parametrize(
    ("address", "base"),
    [
        ("192.0.2.10", "http://192.0.2.10:9980/1.0"),
        (" terminal.example.org:8080 ", "http://terminal.example.org:8080/1.0"),
        ("http://192.0.2.10:9980/1.0/", "http://192.0.2.10:9980/1.0"),
        ("[2001:db8::7]", "http://[2001:db8::7]:9980/1.0"),
    ],
)
def test_addresses(address: str, base: str) -> None:
    from app.devices.ef45.transport import base_url

    assert base_url(address) == base


@pytest.mark.parametrize("address", ["", "  ", "ftp://x", "host:port", "a b", "http://user@host", "host:99999"])
def test_what_is_no_address(tmp_path: Path, address: str) -> None:
    with pytest.raises(ConfigurationInvalid) as told:
        build("ef45", "iris-1", "Desk", {"address": address}, tmp_path)
    assert set(told.value.problems) == {"address"}
