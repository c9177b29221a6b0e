"""Every method, field and enum value of the vendor's description, by its number in each generation.

`numbers.txt` has a line for each: `package.Message.field`, `package.Method/request.field`, `package.Enum=VALUE`, with
one number, or three where the generations differ (A, B, C; - where one lacks it), and `package.Method()`.
"""

import importlib
from pathlib import Path
from typing import Any

import pytest

from app.devices.gsdk.pb import Generation, wire

LINES = (Path(__file__).parent / "numbers.txt").read_text("ascii").splitlines()
ELSEWHERE = {("device", "Type"): "device_type"}
"""Enums that stand in a file of their own, because several packages use them."""


def messages_of(package: str, generation: Generation) -> Any:
    """The generated module."""
    name = f"app.devices.gsdk.pb.{{}}.{package}_pb2"
    try:
        return importlib.import_module(name.format(generation.value))
    except ModuleNotFoundError:
        return importlib.import_module(name.format("common"))


def number_of(what: str, generation: Generation) -> int | None:
    """The number that our code has for a line of the file; None where it has none."""
    package, _, rest = what.partition(".")
    if "=" in rest:
        enum, _, value = rest.partition("=")
        module = messages_of(ELSEWHERE.get((package, enum), package), generation)
        found = module.DESCRIPTOR.enum_types_by_name[enum].values_by_name.get(value)
        return None if found is None else int(found.number)
    owner, _, field = rest.partition(".")
    if "/" in owner:
        method, _, side = owner.partition("/")
        descriptor = getattr(getattr(wire(generation), package).methods[method], side).DESCRIPTOR
    else:
        descriptor = messages_of(package, generation).DESCRIPTOR.message_types_by_name[owner]
    found = descriptor.fields_by_name.get(field)
    return None if found is None else int(found.number)


@pytest.mark.parametrize("generation", Generation)
def test_every_number_is_the_vendors(generation: Generation) -> None:
    wrong = []
    for line in LINES:
        what, *numbers = line.split()
        if not numbers:
            continue
        wanted = numbers[list(Generation).index(generation)] if len(numbers) > 1 else numbers[0]
        if number_of(what, generation) != (None if wanted == "-" else int(wanted)):
            wrong.append(line)
    assert not wrong
    assert len(LINES) > 1_000


@pytest.mark.parametrize("generation", Generation)
def test_every_method_is_there(generation: Generation) -> None:
    methods = [line.removesuffix("()").split(".") for line in LINES if line.endswith("()")]
    assert len(methods) > 150
    assert not [name for package, name in methods if name not in getattr(wire(generation), package).methods]
