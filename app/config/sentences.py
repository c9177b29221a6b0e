"""Turns pydantic's findings into sentences by key, without ever repeating a value."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from app.config.devices import ControlIdSettings, DeviceBase, Ef45Settings, GsdkSettings
from app.config.station import Configuration
from app.config.values import model_in

VENDORS: Mapping[str, type[DeviceBase]] = {
    "ef45": Ef45Settings,
    "controlid": ControlIdSettings,
    "gsdk": GsdkSettings,
}

_SENTENCES = {
    "missing": "is required.",
    "string_type": "must be a text in quotes.",
    "int_type": "must be a whole number without quotes.",
    "int_from_float": "must be a whole number.",
    "float_type": "must be a number without quotes.",
    "finite_number": "must be a finite number.",
    "bool_type": "must be true or false, without quotes.",
    "list_type": "must be a list in brackets.",
    "tuple_type": "must be a list in brackets.",
    "dict_type": "must be a table of names and values.",
    "mapping_type": "must be a table of names and values.",
    "model_type": "must be a section with keys of its own.",
    "model_attributes_type": "must be a section with keys of its own.",
    "string_pattern_mismatch": "is not written as described in the example file.",
    "string_unicode": "contains characters that are not allowed.",
}
_LIMITS = {
    "greater_than_equal": ("must be at least {}.", "ge"),
    "less_than_equal": ("must be at most {}.", "le"),
    "string_too_short": ("must have at least {} characters.", "min_length"),
    "string_too_long": ("must have at most {} characters.", "max_length"),
    "too_short": ("is too short: at least {} needed.", "min_length"),
    "too_long": ("is too long: at most {} allowed.", "max_length"),
    "enum": ("must be one of {}.", "expected"),
    "literal_error": ("must be one of {}.", "expected"),
}


def problems(error: ValidationError, data: Mapping[str, Any]) -> dict[str, str]:
    """Key → sentences, in the order of the file's sections."""
    found: dict[str, list[str]] = {}
    for item in error.errors(include_input=False, include_url=False):
        where, what = _told(item, data)
        if what not in found.setdefault(where, []):
            found[where].append(what)
    return {where: " ".join(told) for where, told in found.items()}


def key(location: Iterable[str | int], data: object) -> str:
    """A readable key: `devices[iris-1].address`, or with a number from 1 where the entry has no id of its own."""
    text = ""
    node: Any = data
    for part in location:
        if isinstance(part, int):
            node = node[part] if isinstance(node, list) and part < len(node) else None
            text += f"[{_entry(node, part)}]"
        elif part in VENDORS and text.startswith("devices[") and not (isinstance(node, dict) and part in node):
            continue  # the discriminator's tag is not a level of the file
        else:
            node = node.get(part) if isinstance(node, dict) else None
            text += f".{_plain(part)}" if text else _plain(part)
    return text or "file"


def _told(item: Any, data: Mapping[str, Any]) -> tuple[str, str]:
    kind, context, location = item["type"], item.get("ctx", {}), item["loc"]
    if kind == "extra_forbidden":
        return key(location, data), _unknown(location)
    if kind in {"union_tag_not_found", "union_tag_invalid"}:
        names = ", ".join(f'"{name}"' for name in VENDORS)
        return key((*location, "vendor"), data), f"must be one of {names}."
    if kind in _LIMITS:
        sentence, limit = _LIMITS[kind]
        return key(location, data), sentence.format(str(context[limit]).replace("'", '"'))
    if kind == "value_error":
        return key(location, data), f"{context['error']}."
    return key(location, data), _SENTENCES.get(kind, "is not acceptable here.")


def _unknown(location: Sequence[str | int]) -> str:
    known = _known(location[:-1])
    near = difflib.get_close_matches(str(location[-1]), known, n=1)
    return f'is not a known key; did you mean "{near[0]}"?' if near else "is not a known key."


def _known(location: Iterable[str | int]) -> list[str]:
    """The keys of the section at a location."""
    model: Any = Configuration
    for part in location:
        if part in VENDORS:
            model = VENDORS[str(part)]
        elif isinstance(part, str) and model is not None:
            model = model_in(model.model_fields[part].annotation) if part in model.model_fields else None
    return [name for name in model.model_fields if name != "folder"] if model is not None else []


def _entry(node: object, index: int) -> str:
    for name in ("id", "name"):
        told = node.get(name) if isinstance(node, dict) else None
        if isinstance(told, str) and 0 < len(told) <= 32 and told.isprintable():
            return told
    return str(index + 1)


def _plain(part: str) -> str:
    """A key as it may be repeated: what is no key at all (a secret pasted in the wrong place) is not."""
    plain = len(part) <= 40 and part.replace("-", "").replace("_", "").isalnum() and part.isascii()
    return part if plain else "(unreadable key)"
