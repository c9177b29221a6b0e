"""logs: what happened at the terminal, by page, by range, by number."""

from app.simulators.ef45.operations.operation import Machine, Operation
from app.simulators.ef45.wire import NOTHING, Answer, Call, Document, Refused, listing

_PAGING = ("page", "page_size")
_PAIRS = {"min_max": ("min", "max"), "from_to": ("from_id", "to_id")}
_RANGE = ("min", "max", "from_id", "to_id")


def _all(machine: Machine, call: Call) -> Answer:
    order = call.query.get("order", "asc")
    if order not in {"asc", "desc"}:
        raise Refused(400, "order must be asc or desc")
    rows = list(machine.device.memory.logs)
    return listing(rows[::-1] if order == "desc" else rows, call.page())


def _between(machine: Machine, call: Call) -> Answer:
    low, high = _range(machine, call)
    return listing([row for row in machine.device.memory.logs if low <= row["id"] <= high], call.page())


def _remove_between(machine: Machine, call: Call) -> Answer:
    low, high = _range(machine, call)
    logs = machine.device.memory.logs
    logs[:] = [row for row in logs if not low <= row["id"] <= high]
    return NOTHING


def _range(machine: Machine, call: Call) -> tuple[int, int]:
    """The range under the names this terminal insists on; given twice, both must agree."""
    wanted = machine.device.variants.log_range
    known = [pair for name, pair in _PAIRS.items() if wanted in {"any", name} and pair[0] in call.query]
    if not known:
        raise Refused(400, "min and max are required")
    ranges = {(call.required_integer(low), call.required_integer(high)) for low, high in known}
    low, high = ranges.pop()
    if ranges or low > high:
        raise Refused(400, "the range is not one")
    return low, high


def _one(machine: Machine, call: Call) -> Answer:
    return _existing(machine, call)


def _existing(machine: Machine, call: Call) -> Document:
    wanted = call.path_integer("id")
    for row in machine.device.memory.logs:
        if row["id"] == wanted:
            return row
    raise Refused(404, "no such log")


def _remove(machine: Machine, call: Call) -> Answer:
    machine.device.memory.logs.remove(_existing(machine, call))
    return NOTHING


def _remove_all(machine: Machine, _call: Call) -> Answer:
    machine.device.memory.logs.clear()
    return NOTHING


OPERATIONS = (
    Operation("GET", "/logs", _all, query=(*_PAGING, "order")),
    Operation("DELETE", "/logs", _remove_between, success=204, query=_RANGE),
    Operation("GET", "/logs/from/to", _between, query=(*_PAGING, *_RANGE)),
    Operation("DELETE", "/logs/db", _remove_all, success=204),
    Operation("GET", "/logs/{id}", _one),
    Operation("DELETE", "/logs/{id}", _remove, success=204),
)
