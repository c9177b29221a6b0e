"""Checks of a driver's configured values that are the same for every vendor; each tells its problems by key."""

from collections.abc import Callable, Mapping

from app.domain.errors import InvalidInput

Value = str | int | float | bool
Kinds = Mapping[str, tuple[type, ...]]
Limits = Mapping[str, tuple[float, float]]


def of_kind(values: Mapping[str, Value], kinds: Kinds, device: str) -> dict[str, str]:
    """Keys that are no setting of this `device` ("an EF-45"), and values of another kind than theirs."""
    found = {key: f"is not a setting of {device}" for key in values if key not in kinds}
    for key, allowed in kinds.items():
        value = values.get(key)
        if value is not None and (not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed)):
            found[key] = f"must be {allowed[-1].__name__}"
    return found


def out_of_range(values: Mapping[str, Value], limits: Limits) -> dict[str, str]:
    """Numbers outside what is allowed; what is no number is left to of_kind()."""
    found = {}
    for key, (low, high) in limits.items():
        value = values.get(key)
        if isinstance(value, (int, float)) and not low <= value <= high:
            found[key] = f"must be from {low:g} to {high:g}"
    return found


def address_problem(base_url: Callable[[str], str], value: Value) -> str:
    """What is wrong with an address a vendor's `base_url` refuses; empty when it takes it."""
    try:
        base_url(str(value))
    except InvalidInput:
        return "must be a host name or IP address, optionally with a port"
    return ""
