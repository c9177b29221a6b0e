"""A driver from the plain values of the configuration, with every mistake told at once."""

from collections.abc import Mapping
from pathlib import Path

from app.devices.controlid.driver import ControlId
from app.devices.controlid.options import ResultsBy, Tuning
from app.devices.controlid.transport import Trust, base_url
from app.devices.values import Value, address_problem, of_kind, out_of_range
from app.domain.errors import ConfigurationInvalid

KEYS: dict[str, tuple[type, ...]] = {
    "address": (str,),
    "login": (str,),
    "password": (str,),
    "serial": (str,),
    "ca_file": (str,),
    "verify_tls": (bool,),
    "results": (str,),
    "callback_host": (str,),
    "request_timeout_s": (int, float),
    "enroll_timeout_s": (int, float),
    "save_on_terminal": (bool,),
    "prompt_as_msg": (bool,),
    "state_every_s": (int, float),
    "settle_s": (int, float),
    "grace_s": (int, float),
}

LIMITS = {
    "request_timeout_s": (1.0, 120.0),
    "enroll_timeout_s": (10.0, 300.0),
    "state_every_s": (0.02, 10.0),
    "settle_s": (0.1, 30.0),
    "grace_s": (0.1, 60.0),
}


def build(device_id: str, label: str, values: Mapping[str, Value], recovery: Path) -> ControlId:
    """The driver, closed. ConfigurationInvalid with every wrong, missing or unknown key."""
    problems = dict(_problems(values))
    if problems:
        raise ConfigurationInvalid(problems)
    usual = Tuning()
    return ControlId(
        device_id,
        label,
        str(values["address"]),
        recovery,
        login=str(values.get("login", "admin")),
        password=str(values["password"]),
        serial=str(values.get("serial", "")).strip(),
        trust=Trust(str(values.get("ca_file", "")), bool(values.get("verify_tls", True))),
        request_timeout_s=float(values.get("request_timeout_s", 10.0)),
        results=ResultsBy(str(values.get("results", ResultsBy.MONITOR.value))),
        callback_host=str(values.get("callback_host", "")),
        save=bool(values.get("save_on_terminal", False)),
        prompt_as_msg=bool(values.get("prompt_as_msg", False)),
        tuning=Tuning(
            state_every_s=float(values.get("state_every_s", usual.state_every_s)),
            settle_s=float(values.get("settle_s", usual.settle_s)),
            grace_s=float(values.get("grace_s", usual.grace_s)),
            patience_s=float(values.get("enroll_timeout_s", usual.patience_s)),
        ),
    )


def _problems(values: Mapping[str, Value]) -> dict[str, str]:
    found = of_kind(values, KEYS, "a Control iD terminal")
    found |= {key: problem for key, problem in out_of_range(values, LIMITS).items() if key not in found}
    if "address" not in found and (problem := address_problem(base_url, values.get("address", ""))):
        found["address"] = problem
    if "password" not in found and not values.get("password"):
        found["password"] = "is needed"  # noqa: S105 - a sentence
    if "results" not in found and values.get("results", "monitor") not in set(ResultsBy):
        found["results"] = 'must be "monitor" or "online"'
    return found
