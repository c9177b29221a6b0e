"""Writes a configuration as a documented TOML file: each key below its description, saved in one step."""

import json
import textwrap
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from app.config.station import Configuration
from app.config.values import SecretRef, model_in
from app.paths import keep_or_make, write_private

_HEADER = """\
# Configuration of an enrollment station.
# A key with a default may be left out. Secrets never stand here: a key that needs one says where it is kept, as
# "keyring:SERVICE/NAME" (put it there with `enrollment-station secret set keyring:SERVICE/NAME`) or "env:NAME".
# Relative paths start at the folder of this file.
# `enrollment-station check` lists every mistake by its key. The settings page writes this file anew.
"""


def save(configuration: Configuration, path: Path) -> None:
    """Replace the file in one step; raises OSError and leaves the old one untouched."""
    keep_or_make(path.parent)
    write_private(path, emit(configuration).encode())


def emit(configuration: Configuration) -> str:
    """The configuration as TOML; reading it gives an equal configuration."""
    blocks = [_HEADER, *_tables(configuration, ())]
    return "\n".join(blocks)


def _tables(section: BaseModel, path: tuple[str, ...], comments: bool = True) -> Iterator[str]:
    """A block per table: the section's own keys first, then the tables within."""
    fields = {name: info for name, info in type(section).model_fields.items() if not info.exclude}
    if path:
        yield "".join(_entry(name, section, info, comments) for name, info in fields.items() if not _is_table(info))
    for name, info in fields.items():
        if _is_table(info):
            yield from _inner(getattr(section, name), (*path, name), info)


def _inner(value: Any, path: tuple[str, ...], info: FieldInfo) -> Iterator[str]:
    title = ".".join(path)
    if isinstance(value, BaseModel):
        yield from _titled(value, path, f"[{title}]")
    elif isinstance(value, Mapping):
        lines = [f"{_name(key)} = {_value(item)}\n" for key, item in value.items()]
        yield "".join([_comment(info.description or ""), f"[{title}]\n", *lines])
    else:
        kinds = [type(item) for item in value]
        for index, item in enumerate(value):  # the first of a kind explains the others
            yield from _titled(item, path, f"[[{title}]]", comments=kinds.index(type(item)) == index)


def _titled(section: BaseModel, path: tuple[str, ...], title: str, comments: bool = True) -> Iterator[str]:
    own, *within = _tables(section, path, comments)
    yield f"{_comment(type(section).__doc__ or '') if comments else ''}{title}\n{own}"
    yield from within


def _is_table(info: FieldInfo) -> bool:
    return model_in(info.annotation) is not None or get_origin(info.annotation) is Mapping


def _entry(name: str, section: BaseModel, info: FieldInfo, comments: bool) -> str:
    value = getattr(section, name)
    return f"{_comment(_described(value, info)) if comments else ''}{name} = {_value(value)}\n"


def _described(value: object, info: FieldInfo) -> str:
    """The description, the choices of an enum, and the default where there is a plain one."""
    told = [info.description or ""]
    if isinstance(value, Enum):
        told.append(f"One of {', '.join(_value(member) for member in type(value))}.")
    if not info.is_required() and info.default not in {None, "", ()}:
        told.append(f"Default: {_value(info.default)}.")
    return " ".join(part for part in told if part)


def _comment(text: str) -> str:
    lines = textwrap.wrap(" ".join(text.split()), 116, break_long_words=False, break_on_hyphens=False)
    return "".join(f"# {line}\n" for line in lines)


def _name(text: str) -> str:
    bare = text.isascii() and text.replace("-", "").replace("_", "").isalnum()
    return text if bare else _quoted(text)


def _value(value: object) -> str:
    if isinstance(value, Enum):
        return _value(value.value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(item) for item in value)}]"
    if value is None or isinstance(value, str | SecretRef):
        return _quoted("" if value is None else str(value))
    raise TypeError(type(value).__name__)


def _quoted(text: str) -> str:
    """A TOML basic string; JSON's escapes are a part of TOML's, except for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
