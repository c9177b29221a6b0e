"""What no single key can tell: doubles, references to nothing, sections that need each other.

Works on the raw tables, so that these mistakes are listed together with all the others.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from app.config.sentences import key

Raw = Mapping[str, Any]
Found = Iterator[tuple[str, str]]


def crosschecks(data: Raw) -> dict[str, str]:
    """Key → sentence of everything wrong between keys."""
    return {where: told for rule in RULES for where, told in rule(data)}


def _device_ids(data: Raw) -> Found:
    yield from _doubles(data, ("devices",), "id", "is the id of more than one device.")


def _person_fields(data: Raw) -> Found:
    yield from _doubles(data, ("policy", "person_fields"), "name", "is the name of more than one field.")
    fields = _tables(data, "policy", "person_fields")
    for index, field in enumerate(fields):
        where = key(("policy", "person_fields", index, "choices"), data)
        if field.get("kind") == "choice" and not field.get("choices"):
            yield where, "is required for a choice."
    if fields and "last_name" not in {_text(field.get("name")) for field in fields}:
        yield "policy.person_fields", 'must contain a field named "last_name".'


def _zones(data: Raw) -> Found:
    yield from _doubles(data, ("gateway", "zones"), "id", "is the id of more than one zone.")
    yield from _doubles(data, ("gateway", "zones"), "number", "is the number of more than one zone.")
    known = {_text(device.get("id")) for device in _tables(data, "devices")}
    for index, zone in enumerate(_tables(data, "gateway", "zones")):
        for side in ("entry", "exit"):
            named = zone.get(side)
            if isinstance(named, list) and any(_text(name) not in known for name in named):
                yield key(("gateway", "zones", index, side), data), "names a device that is not configured."


def _access_groups(data: Raw) -> Found:
    yield from _doubles(data, ("gateway", "access_groups"), "number", "is the number of more than one group.")
    yield from _doubles(data, ("gateway", "access_groups"), "name", "is the name of more than one group.")


def _vendors(data: Raw) -> Found:
    for index, device in enumerate(_tables(data, "devices")):
        vendor = device.get("vendor")
        if device.get("enabled") is False:
            continue
        if vendor == "gsdk" and _table(data, "gateway").get("enabled") is not True:
            yield "gateway.enabled", "must be true, because a Suprema device is configured."
        if vendor == "gsdk" and device.get("connection") != "device" and not device.get("address"):
            yield key(("devices", index, "address"), data), 'is required unless connection is "device".'
        if vendor == "controlid" and _table(data, "callbacks").get("enabled") is False:
            yield "callbacks.enabled", "must be true, because a Control iD terminal is configured."
        if vendor == "controlid" and device.get("password") == "":
            yield key(("devices", index, "password"), data), "is required."


def _gateway(data: Raw) -> Found:
    gateway = _table(data, "gateway")
    if gateway.get("enabled") is not True:
        return
    if not gateway.get("ca_file"):
        yield "gateway.ca_file", "is required: the gateway always speaks TLS."
    if gateway.get("kind") != "master":
        return
    for name in ("client_cert_file", "client_key_file", "tenant_cert_file"):
        if not gateway.get(name):
            yield f"gateway.{name}", "is required for a master gateway."
    if gateway.get("server_matching") is True:
        yield "gateway.server_matching", "must be false: a master gateway offers no server matching."


def _bioserver(data: Raw) -> Found:
    bioserver = _table(data, "bioserver")
    if bioserver.get("enabled") is not True:
        return
    for name in ("address", "api_key"):
        if not bioserver.get(name):
            yield f"bioserver.{name}", "is required while bioserver.enabled is true."
    rule = _table(_table(data, "policy"), "bioserver").get("signature", "required")
    if rule == "required" and not bioserver.get("signature_key_files"):
        yield "bioserver.signature_key_files", 'is required unless policy.bioserver.signature is "shown".'


def _doubles(data: Raw, path: tuple[str, ...], name: str, told: str) -> Found:
    tables = _tables(data, *path)
    counts = Counter(_text(table.get(name)) for table in tables if table.get(name) not in {None, ""})
    for index, table in enumerate(tables):
        if counts[_text(table.get(name))] > 1:
            yield key((*path, index, name), data), told


def _table(data: Raw, name: str) -> Raw:
    found = data.get(name)
    return found if isinstance(found, dict) else {}


def _tables(data: Raw, *path: str) -> list[Raw]:
    """A list of tables at a path; an entry of another shape counts as an empty table, so that numbers stay right."""
    for name in path[:-1]:
        data = _table(data, name)
    found = data.get(path[-1])
    return [item if isinstance(item, dict) else {} for item in found] if isinstance(found, list) else []


def _text(value: object) -> str:
    """As devices and file systems compare names: without case."""
    return str(value).casefold()


RULES: tuple[Callable[[Raw], Found], ...] = (
    _device_ids,
    _person_fields,
    _zones,
    _access_groups,
    _vendors,
    _gateway,
    _bioserver,
)
