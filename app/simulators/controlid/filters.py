"""`where` in all its forms: `{"users": {"id": 3}}`, lists, operators, and the array of clauses.

    {"users": {"id": [1, 2]}}                        one of these
    {"users": {"id": {">=": 10, "<": 20}}}           operators
    [{"object": "users", "field": "id", "operator": "=", "value": 1, "connector": "OR"}, ..]

A clause's connector joins it to the next: `AND`, `OR`, or `) AND (` which closes a group.
"""

import operator
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any, Final

from app.simulators.controlid.wire import Document, Refused, typed

MOST_IDS: Final = 999


def _like(value: Any, pattern: Any) -> bool:
    return fnmatchcase(str(value).lower(), str(pattern).lower().replace("%", "*").replace("_", "?"))


def _among(value: Any, choices: Any) -> bool:
    if len(typed(choices, list, "where")) > MOST_IDS:
        raise Refused("Failed: too many SQL variables")
    return value in choices


_OPERATORS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "LIKE": _like,
    "IN": _among,
    "NOT IN": lambda value, choices: not _among(value, choices),
    "IS NULL": lambda value, _nothing: value is None,
    "IS NOT NULL": lambda value, _nothing: value is not None,
}


def matches(name: str, row: Document, where: Any) -> bool:
    """Whether the filter lets this row through. None, `{}` and `[]` let every row through."""
    if where is None:
        return True
    if isinstance(where, list):
        return _clauses(name, row, where)
    return all(_columns(name, row, part, wanted) for part, wanted in typed(where, dict, "where").items())


def _columns(name: str, row: Document, part: str, wanted: Any) -> bool:
    if part != name:
        raise Refused(f"Failed: Invalid object '{part}' in where")
    return all(_column(row, column, wish) for column, wish in typed(wanted, dict, part).items())


def _column(row: Document, column: str, wish: Any) -> bool:
    if isinstance(wish, dict):
        return all(_holds(row, column, sign, value) for sign, value in wish.items())
    return _holds(row, column, "IN" if isinstance(wish, list) else "=", wish)


def _holds(row: Document, column: str, sign: str, value: Any) -> bool:
    if column not in row:
        raise Refused(f"Failed: Invalid field '{column}'")
    if sign not in _OPERATORS:
        raise Refused(f"Failed: Invalid operator '{sign}'")
    try:
        return _OPERATORS[sign](row[column], value)
    except TypeError as error:
        raise Refused(f"Failed: Invalid value for '{column}'") from error


def _clauses(name: str, row: Document, clauses: list[Any]) -> bool:
    groups: list[tuple[bool, str]] = []
    value, connector = True, "AND"
    for clause in clauses:
        truth = _clause(name, row, typed(clause, dict, "where"))
        if connector.startswith(")"):
            groups.append((value, connector))
            value = truth
        else:
            value = (value or truth) if connector == "OR" else (value and truth)
        connector = typed(clause.get("connector", "AND"), str, "connector").upper()
    return _joined([*groups, (value, "")])


def _clause(name: str, row: Document, clause: Document) -> bool:
    if clause.get("object", name) != name:
        raise Refused(f"Failed: Invalid object '{clause['object']}' in where")
    value = clause.get("value")
    sign = str(clause.get("operator", "LIKE" if isinstance(value, str) and "%" in value else "="))
    return _holds(row, typed(clause.get("field"), str, "field"), sign, value)


def _joined(groups: list[tuple[bool, str]]) -> bool:
    value, connector = groups[0]
    for truth, following in groups[1:]:
        value = (value or truth) if "OR" in connector else (value and truth)
        connector = following
    return value
