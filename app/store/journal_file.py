"""The journal as a file that anybody can check with the station's public key: lines of JSON.

    {"format": "enrollment-station journal", "version": 1, "key": "<PEM>", "head": {checkpoint}}
    {"seq": 1, "at": 1767225600000000, "nonce": "<hex>", "body": "<hex>", "link": "<hex>", "entry": "<JSON>"}
    ...
    {"checkpoint": {...}}

The entries stand in it readably: keep it like the store's passphrase.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from app.domain.audit import Bond, Checkpoint, JournalHead, Kept, Sighted, SightedCheckpoint
from app.domain.errors import InvalidInput
from app.store import checkpoints

FORMAT = "enrollment-station journal"
VERSION = 1


@dataclass(frozen=True)
class JournalCopy:
    """A whole journal with what vouches for it; `key` is the public key as PEM."""

    key: str
    kept: Kept
    checkpoints: tuple[SightedCheckpoint, ...]
    rows: tuple[Sighted, ...] = ()


def write(copy: JournalCopy) -> bytes:
    """The file. The last genuine checkpoint stands in its first line."""
    return b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in _lines(copy))


def _lines(copy: JournalCopy) -> Iterator[dict[str, Any]]:
    told = [each.checkpoint for each in copy.checkpoints if each.checkpoint is not None]
    head = asdict(told[-1]) if told else None
    yield {"format": FORMAT, "version": VERSION, "key": copy.key, "head": head}
    for row in copy.rows:
        yield _entry_line(row)
    for each in told:
        yield {"checkpoint": asdict(each)}


def _entry_line(row: Sighted) -> dict[str, Any]:
    tie = row.tie
    bound = {} if tie is None else {"nonce": tie.nonce.hex(), "body": tie.body.hex(), "link": tie.link.hex()}
    text = {} if row.text is None else {"entry": row.text.decode("utf-8", "replace")}
    return {"seq": row.seq, "at": row.at, **bound, **text}


def read(data: bytes, key: str = "") -> JournalCopy:
    """A copy from a file, its checkpoints checked with `key` (PEM), or with the file's own when none is given.

    InvalidInput when it is no such file. A line that makes no sense counts as an altered entry.
    """
    lines = data.decode("utf-8", "replace").splitlines()
    head = _object(lines[0]) if lines else {}
    if head.get("format") != FORMAT or head.get("version") != VERSION:
        raise InvalidInput(field="file")
    pem = key or str(head.get("key", ""))
    nodes = [_object(line) for line in lines[1:]]
    told = [json.dumps(node["checkpoint"]).encode() for node in nodes if "checkpoint" in node]
    sighted = checkpoints.sight(told, pem)
    rows = tuple(_row(node, number) for number, node in enumerate(nodes, 1) if "checkpoint" not in node)
    return JournalCopy(pem, _kept(head, pem), sighted, rows)


def _kept(head: dict[str, Any], pem: str) -> Kept:
    """The checkpoint of the first line; one that this key did not sign says nothing."""
    (first,) = checkpoints.sight([json.dumps(head.get("head")).encode()], pem)
    if first.checkpoint is None or not first.genuine:
        return Kept(None)
    return Kept(_head_of(first.checkpoint), first.checkpoint.number)


def _head_of(checkpoint: Checkpoint) -> JournalHead | None:
    try:
        return JournalHead(checkpoint.count, bytes.fromhex(checkpoint.head))
    except ValueError:
        return None


def _row(node: dict[str, Any], number: int) -> Sighted:
    text = node.get("entry")
    return Sighted(
        _number(node.get("seq"), number),
        _number(node.get("at"), 0),
        text.encode() if isinstance(text, str) else None,
        _tie(node),
    )


def _tie(node: dict[str, Any]) -> Bond | None:
    try:
        return Bond(bytes.fromhex(node["nonce"]), bytes.fromhex(node["body"]), bytes.fromhex(node["link"]))
    except (ValueError, KeyError, TypeError):
        return None


def _number(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) and 0 <= value < 2**63 else otherwise


def _object(line: str) -> dict[str, Any]:
    try:
        node = json.loads(line)
    except ValueError:
        return {}
    return node if isinstance(node, dict) else {}
