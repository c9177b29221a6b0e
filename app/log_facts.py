"""What may stand in a log: the declared facts and the shape each must have; everything else becomes its type.

A new fact is declared here, with the narrowest kind that fits. Names, document and card numbers, identifiers of
persons, remote texts, images, templates, keys and codes typed by people are never declared.
"""

import math
import re
from collections.abc import Mapping
from enum import Enum, StrEnum
from pathlib import Path
from types import TracebackType

from app.domain.errors import StationError

Safe = str | int | float | bool | None | list[str]

MAX_FRAMES = 30
MAX_CAUSES = 5
LARGEST = 10**10
"""Larger numbers are identifiers (cards, documents), not measurements."""


class Kind(StrEnum):
    """The shape a fact must have."""

    NUMBER = "number"
    """Counts, sizes, times, status codes: an int, a finite float or a bool."""
    WORD = "word"
    """A name from our own code: lower-case letters, `-`, `_`, `.`; an enum member gives its value."""
    DEVICE = "device"
    """An identifier from the configuration (device, zone, station): begins with a letter, no long numbers."""
    CODE = "code"
    """An error code of a peer: an int, or upper-case words joined by `_` with a short number at the end."""
    TYPE = "type"
    """The name of a Python type."""
    PLACE = "place"
    """A file name and a line of code."""
    VERSION = "version"
    """A version number."""
    ADDRESS = "address"
    """Scheme, host and port of a peer, without path, query or user; host names of words and short numbers only."""


_LABEL = r"[A-Za-z]{1,16}(?:-?[0-9]{1,3}|-[A-Za-z]{1,16}){0,6}"
_HOST = rf"(?:(?:[0-9]{{1,3}}\.){{3}}[0-9]{{1,3}}|{_LABEL}(?:\.{_LABEL}){{0,6}})"
_SHAPES = {
    Kind.WORD: re.compile(r"[a-z]{1,24}(?:[-_.][a-z]{1,24}){0,5}"),
    Kind.DEVICE: re.compile(r"[A-Za-z]{1,16}(?:[-_]?[0-9]{1,3}|[-_][A-Za-z]{1,16}){0,6}"),
    Kind.CODE: re.compile(r"[A-Z]{1,16}(?:_[A-Z]{1,16}){0,5}(?:_?[0-9]{1,4})?|ES-[0-9]{3}"),
    Kind.TYPE: re.compile(r"_{0,2}[A-Za-z]{2,48}[0-9]{0,2}"),
    Kind.PLACE: re.compile(r"[A-Za-z_0-9.<>-]{1,60}:[0-9]{1,6}"),
    Kind.VERSION: re.compile(r"v?[0-9]{1,4}(?:\.[0-9]{1,5}){1,3}(?:[-+.]?(?:a|b|rc|dev|beta)[0-9]{0,4})?"),
    Kind.ADDRESS: re.compile(rf"(?:https?://)?(?:{_HOST}|\[[0-9a-f:]+\])(?::[0-9]{{1,5}})?"),
}

_DECLARED: Mapping[Kind, str] = {
    Kind.NUMBER: """
        attempt attempts bytes bytes_sent chunk chunks count depth done drops dropped entries expected_bytes failed
        fps frames generation height http_status kept keepalive_s late limit line lines listed max_ms median_ms
        missed ms number of p50_ms p95_ms p99_ms page pages pending percent pid port quality queue rate records
        removed requests retries retry_after_s rows schema seconds seq size started status step_number steps
        templates threads timeout_s total tries width written length minimum waiting versions counted problems html
        same_identifier device_version
    """,
    Kind.WORD: """
        action backend check choice codec cure decision direction event fact field format health kind language
        matcher mode modality operation page_name phase position profile reason result role section setting side
        signal source stage state step table target task topic transport unit vendor verdict what where why
        busy_with cause method expected member needs
    """,
    Kind.DEVICE: "device device_id station zone worker",
    Kind.CODE: "code error_code cause_code remote remote_code grpc_status",
    Kind.TYPE: "warning_type got",
    Kind.PLACE: "place",
    Kind.VERSION: "version firmware protocol_version schema_version",
    Kind.ADDRESS: "address host peer",
}
KINDS: Mapping[str, Kind] = {name: kind for kind, names in _DECLARED.items() for name in names.split()}


def safe_facts(facts: Mapping[str, object]) -> dict[str, Safe]:
    """Declared facts that fit, as they are; of the others, the type of the value."""
    found: dict[str, Safe] = {}
    for name, value in facts.items():
        kind = KINDS.get(name)
        if kind is None:
            found[safe_word(name) or "undeclared"] = _type_of(value)
        else:
            found[name] = _fitting(kind, value)
    return found


def safe_word(text: object) -> str:
    """The text when it is a word of our own code, else nothing."""
    plain = isinstance(text, str) and _SHAPES[Kind.WORD].fullmatch(text)
    return str(text) if plain else ""


def safe_logger_name(name: str) -> str:
    """A logger's name as far as it names modules: identifiers that are short and free of long numbers."""
    kept = [part for part in name.split(".")[:8] if re.fullmatch(r"[A-Za-z_]{1,32}[0-9]{0,2}", part)]
    return ".".join(kept) or "root"


def safe_error(error: BaseException) -> dict[str, Safe]:
    """The types of an exception and its causes, the facts of StationErrors, and the code it came through."""
    chain = _chain(error)
    found: dict[str, Safe] = {"type": " < ".join(_named(link) for link in chain)}
    for link in chain:
        found = _told_by(link) | found
    trace = [place for link in chain for place in _places(link.__traceback__)]
    return found | ({"trace": trace[-MAX_FRAMES:]} if trace else {})


def _told_by(error: BaseException) -> dict[str, Safe]:
    """What an exception of a known kind says without its text."""
    if isinstance(error, StationError):
        return {"code": error.code} | safe_facts(error.facts)
    if isinstance(error, ImportError):
        return {"module": safe_logger_name(error.name or "")}
    if isinstance(error, OSError) and error.errno is not None:
        return {"errno": error.errno}
    return {}


def _chain(error: BaseException) -> list[BaseException]:
    """The exception, what it was raised from, and one level into groups; at most MAX_CAUSES."""
    found: list[BaseException] = []
    waiting = [error]
    while waiting and len(found) < MAX_CAUSES:
        link = waiting.pop(0)
        if any(link is known for known in found):
            continue
        found.append(link)
        if isinstance(link, BaseExceptionGroup):
            waiting += link.exceptions
        cause = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
        waiting += [cause] if cause is not None else []
    return found


def _named(error: BaseException) -> str:
    return _fitting(Kind.TYPE, type(error).__name__) or "Exception"  # type: ignore[return-value]


def _places(trace: TracebackType | None) -> list[str]:
    """`file.py:12 function` of each frame, outermost first; never a source line or a value."""
    found = []
    while trace is not None:
        code = trace.tb_frame.f_code
        found.append(f"{Path(code.co_filename).name}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return found


def _fitting(kind: Kind, value: object) -> Safe:
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return _number(kind, value)
    shape = _SHAPES.get(kind)
    if isinstance(value, str) and shape is not None and shape.fullmatch(value):
        return value
    return _type_of(value)


def _number(kind: Kind, value: float) -> Safe:
    if kind not in {Kind.NUMBER, Kind.CODE} or not math.isfinite(value):
        return _type_of(value)
    if abs(value) >= LARGEST:
        return _type_of(value)
    return round(value, 3) if isinstance(value, float) else value


def _type_of(value: object) -> str:
    return f"<{type(value).__name__}>"
