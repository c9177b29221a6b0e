"""The terminal's objects: users, cards, templates and the rest, as tables with their rules."""

import threading
from dataclasses import dataclass, field
from typing import Any, Final

from app.simulators.controlid.filters import matches
from app.simulators.controlid.wire import Document, Refused, typed


@dataclass(frozen=True)
class Table:
    """One object: its columns and their types, which must be given, which are unique, which name a user."""

    columns: dict[str, type]
    required: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()
    user_column: str = ""
    defaults: Document = field(default_factory=dict)


TABLES: Final[dict[str, Table]] = {
    "users": Table(
        {"id": int, "registration": str, "name": str, "password": str, "salt": str, "user_type_id": int,
         "begin_time": int, "end_time": int, "image_timestamp": int},
        required=("name", "registration"),
        defaults={"password": "", "salt": "", "user_type_id": 0, "begin_time": 0, "end_time": 0, "image_timestamp": 0},
    ),
    "cards": Table({"id": int, "value": int, "user_id": int}, ("value", "user_id"), ("value",), "user_id"),
    "templates": Table(
        {"id": int, "finger_type": int, "finger_position": int, "template": str, "user_id": int},
        ("template", "user_id"), (), "user_id", {"finger_type": 0, "finger_position": 0},
    ),
    "pins": Table({"id": int, "value": str, "user_id": int}, ("value", "user_id"), ("value",), "user_id"),
    "groups": Table({"id": int, "name": str}, ("name",)),
    "user_groups": Table({"id": int, "user_id": int, "group_id": int}, ("user_id", "group_id"), (), "user_id"),
    "devices": Table(
        {"id": int, "name": str, "ip": str, "public_key": str}, ("name", "ip"), (), "", {"public_key": ""}
    ),
    "access_logs": Table(
        {"id": int, "time": int, "event": int, "user_id": int, "portal_id": int, "card_value": int},
        ("time", "event"), (), "", {"user_id": 0, "portal_id": 1, "card_value": 0},
    ),
    "areas": Table({"id": int, "name": str}, ("name",)),
    "portals": Table({"id": int, "name": str}, ("name",)),
}  # fmt: skip
_ASKING: Final = {"object", "fields", "where", "limit", "offset", "order", "join", "finish"}
_DIRECTIONS: Final = ("ascending", "descending")


class Tables:
    """All rows, from any thread. Rows are given and taken as copies."""

    def __init__(self) -> None:
        self.gate = threading.RLock()
        self._rows: dict[str, list[Document]] = {name: [] for name in TABLES}
        self._last: dict[str, int] = dict.fromkeys(TABLES, 0)
        self._rows["groups"].append({"id": 1, "name": "Standard"})
        self._last["groups"] = 1

    def rows(self, name: str, **equal: Any) -> tuple[Document, ...]:
        """Copies of the rows with these values."""
        with self.gate:
            return tuple(dict(row) for row in self._rows[name] if all(row[key] == v for key, v in equal.items()))

    def create(self, name: str, values: Any) -> list[int]:
        """create_objects: all rows or none; gives their ids."""
        with self.gate:
            before, last = list(self._rows[_known(name)]), self._last[name]
            try:
                return [self._insert(name, typed(row, dict, "values")) for row in typed(values, list, "values")]
            except Refused:
                self._rows[name], self._last[name] = before, last
                raise

    def load(self, document: Document) -> list[Document]:
        """load_objects, the rows of its answer."""
        if unknown := sorted(set(document) - _ASKING):
            raise Refused(f"Failed: Invalid member '{unknown[0]}'")
        name = _known(document.get("object"))
        with self.gate:
            rows = [dict(row) for row in self._rows[name] if matches(name, row, document.get("where"))]
        rows = _ordered(name, rows, document.get("order", []))
        start = typed(document.get("offset", 0), int, "offset")
        limit = typed(document["limit"], int, "limit") if "limit" in document else len(rows)
        return _chosen(name, rows[start : start + limit], document.get("fields", []))

    def modify(self, name: str, values: Any, where: Any) -> int:
        """modify_objects: how many rows changed; without a filter all of them."""
        changes = typed(values, dict, "values")
        with self.gate:
            _check_types(_known(name), changes)
            hit = [row for row in self._rows[name] if matches(name, row, where)]
            for row in hit:
                self._check_place(name, {**row, **changes}, row)
                row.update(changes)
            return len(hit)

    def destroy(self, name: str, where: Any) -> int:
        """destroy_objects: how many rows went; without a filter all of them, and with users all that is theirs."""
        with self.gate:
            gone = [row for row in self._rows[_known(name)] if matches(name, row, where)]
            self._rows[name] = [row for row in self._rows[name] if row not in gone]
            if name == "users":
                self._drop_belongings({row["id"] for row in gone})
            return len(gone)

    def _drop_belongings(self, users: set[int]) -> None:
        for name, table in TABLES.items():
            if column := table.user_column:
                self._rows[name] = [row for row in self._rows[name] if row[column] not in users]

    def _insert(self, name: str, given: Document) -> int:
        table = TABLES[name]
        _check_types(name, given)
        for column in table.required:
            if column not in given:
                raise Refused(f"constraint failed: NOT NULL constraint failed: {name}.{column}", code=1)
        row = {"id": self._last[name] + 1, **table.defaults, **given}
        self._check_place(name, row, None)
        self._rows[name].append(row)
        self._last[name] = max(self._last[name], row["id"])
        return int(row["id"])

    def _check_place(self, name: str, row: Document, old: Document | None) -> None:
        table = TABLES[name]
        for column in ("id", *table.unique):
            if any(other is not old and other[column] == row[column] for other in self._rows[name]):
                raise Refused(f"constraint failed: UNIQUE constraint failed: {name}.{column}", code=1)
        if table.user_column and not self.rows("users", id=row[table.user_column]):
            raise Refused("constraint failed: FOREIGN KEY constraint failed", code=1)


def _known(name: Any) -> str:
    if typed(name, str, "object") not in TABLES:
        raise Refused(f"Failed: Invalid object '{name}'")
    return str(name)


def _check_types(name: str, values: Document) -> None:
    for column, value in values.items():
        if column not in TABLES[name].columns:
            raise Refused(f"Failed: Invalid member '{column}'")
        typed(value, TABLES[name].columns[column], column)


def _ordered(name: str, rows: list[Document], order: Any) -> list[Document]:
    words = [typed(word, str, "order") for word in typed(order, list, "order")]
    for column in reversed([word for word in words if word not in _DIRECTIONS]):
        if column not in TABLES[name].columns:
            raise Refused(f"Failed: Invalid field '{column}'")
        rows = sorted(rows, key=lambda row: row[column], reverse="descending" in words)
    return rows


def _chosen(name: str, rows: list[Document], fields: Any) -> list[Document]:
    wanted = [typed(word, str, "fields") for word in typed(fields, list, "fields")]
    if wanted == ["COUNT(*)"]:
        return [{"COUNT(*)": len(rows)}]
    if unknown := [word for word in wanted if word not in TABLES[name].columns]:
        raise Refused(f"Failed: Invalid field '{unknown[0]}'")
    return [{word: row[word] for word in wanted or row} for row in rows]
