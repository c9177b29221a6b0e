"""Reads station.toml: every mistake at once, by its key; a file of garbage is a mistake like any other."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from app.config.crosschecks import crosschecks
from app.config.sentences import problems
from app.config.station import Configuration
from app.config.values import FileName
from app.domain.errors import ConfigurationInvalid

MAX_BYTES = 1_000_000
FILE = "file"
"""The key of mistakes that concern the whole file."""


def load(path: Path) -> Configuration:
    """The configuration in a file. Raises ConfigurationInvalid, also when the file cannot be read."""
    try:
        text = _text_of(path)
    except OSError as error:
        raise ConfigurationInvalid({FILE: f"cannot be read ({error.strerror or 'no reason given'})."}) from None
    configuration = parse(text).model_copy(update={"folder": path.resolve().parent})
    missing = dict(_missing_files(configuration, configuration, ""))
    if missing:
        raise ConfigurationInvalid(missing)
    return configuration


def load_or_default(named: Path | None, usual: Path) -> Configuration:
    """The named file, which must exist; else the usual one; else a station with nothing configured yet."""
    if named is not None:
        return load(named)
    return load(usual) if usual.exists() else Configuration(folder=usual.parent)


def parse(text: str) -> Configuration:
    """The configuration in a TOML text. Raises ConfigurationInvalid."""
    data, found = _tables(text), {}
    between = crosschecks(data)
    try:
        configuration = Configuration.model_validate_json(_json(data), strict=True)
    except ValidationError as error:
        found = problems(error, data)
    else:
        if not between:
            return configuration
    raise ConfigurationInvalid(found | {where: told for where, told in between.items() if where not in found})


def _text_of(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ConfigurationInvalid({FILE: "is larger than 1 MB and cannot be a configuration."})
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ConfigurationInvalid({FILE: f"line {line} is not UTF-8 text; save the file as UTF-8."}) from None


def _tables(text: str) -> dict[str, Any]:
    try:
        # As an editor on any system may have saved it; the last newline lets the parser name the last line.
        return tomllib.loads(text.replace("\r\n", "\n") + "\n")
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationInvalid({FILE: _syntax(error)}) from None
    except (ValueError, RecursionError, OverflowError):
        raise ConfigurationInvalid({FILE: "holds a number or a nesting too large to read."}) from None


def _syntax(error: tomllib.TOMLDecodeError) -> str:
    """Where, and only where: the parser's own words may repeat what stands there."""
    _, _, place = str(error).rpartition("(at ")
    place = place.rstrip(")") if place != str(error) else "some line"
    return f"is not valid TOML at {place}; compare that line with the example file."


def _json(data: Mapping[str, Any]) -> str:
    """TOML's dates become text, which no key accepts without saying so."""
    try:
        return json.dumps(data, default=str)
    except (ValueError, RecursionError):
        raise ConfigurationInvalid({FILE: "holds a number or a nesting too large to read."}) from None


def _missing_files(configuration: Configuration, section: BaseModel, prefix: str) -> Iterator[tuple[str, str]]:
    for name, info in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            yield from _missing_files(configuration, value, f"{prefix}{name}.")
        elif isinstance(value, tuple | str):
            yield from _missing_in(configuration, info, value, f"{prefix}{name}")


def _missing_in(
    configuration: Configuration, info: FieldInfo, value: tuple[Any, ...] | str, key: str
) -> Iterator[tuple[str, str]]:
    for index, item in enumerate(value if isinstance(value, tuple) else (value,)):
        if isinstance(item, BaseModel):
            yield from _missing_files(configuration, item, f"{key}[{getattr(item, 'id', index + 1)}].")
        elif _is_file(info) and item and not _exists(configuration, item):
            yield key, "names a file that does not exist or cannot be opened."


def _is_file(info: FieldInfo) -> bool:
    inner = [getattr(argument, "__metadata__", ()) for argument in getattr(info.annotation, "__args__", ())]
    return any(isinstance(mark, FileName) for mark in [*info.metadata, *(mark for marks in inner for mark in marks)])


def _exists(configuration: Configuration, text: str) -> bool:
    try:
        path = configuration.path(text)
        return path is not None and path.is_file()
    except (OSError, ValueError, RuntimeError):
        return False
