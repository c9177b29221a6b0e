"""A driver from the plain values of the configuration, with every mistake told at once."""

from collections.abc import Mapping
from pathlib import Path

from app.devices.ef45.client import Dialect
from app.devices.ef45.driver import Ef45
from app.devices.ef45.options import Tuning
from app.devices.ef45.transport import base_url
from app.devices.values import Value, address_problem, of_kind, out_of_range
from app.domain.errors import ConfigurationInvalid

FASTEST_PREVIEW = 60.0

KEYS: dict[str, tuple[type, ...]] = {
    "address": (str,),
    "serial": (str,),
    "preview_per_second": (int, float),
    "result_every_s": (int, float),
    "card_every_s": (int, float),
    "set_clock": (bool,),
    "bare_file_names": (bool,),
    "bare_file_bodies": (bool,),
}

LIMITS = {
    "preview_per_second": (1.0, FASTEST_PREVIEW),
    "result_every_s": (0.02, 10.0),
    "card_every_s": (0.02, 10.0),
}


def build(device_id: str, label: str, values: Mapping[str, Value], recovery: Path) -> Ef45:
    """The driver, closed. ConfigurationInvalid with every wrong, missing or unknown key."""
    problems = dict(_problems(values))
    if problems:
        raise ConfigurationInvalid(problems)
    usual = Tuning()
    return Ef45(
        device_id,
        label,
        str(values["address"]),
        recovery,
        serial=str(values.get("serial", "")).strip(),
        set_clock=bool(values.get("set_clock", False)),
        tuning=Tuning(
            preview_per_second=float(values.get("preview_per_second", usual.preview_per_second)),
            result_every_s=float(values.get("result_every_s", usual.result_every_s)),
            card_every_s=float(values.get("card_every_s", usual.card_every_s)),
        ),
        dialect=Dialect(
            bare_file_names=bool(values.get("bare_file_names", False)),
            bare_file_bodies=bool(values.get("bare_file_bodies", False)),
        ),
    )


def _problems(values: Mapping[str, Value]) -> dict[str, str]:
    found = of_kind(values, KEYS, "an EF-45")
    found |= {key: problem for key, problem in out_of_range(values, LIMITS).items() if key not in found}
    if "address" not in found and (problem := address_problem(base_url, values.get("address", ""))):
        found["address"] = problem
    return found
