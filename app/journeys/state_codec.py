"""The enrollment state as bytes and back, so that a draft reopens on the same step."""

from pydantic import TypeAdapter, ValidationError

from app.domain.errors import StoreDamaged
from app.journeys.flow_state import State

_ADAPTER = TypeAdapter(State)


def dump(state: State) -> bytes:
    """JSON, UTF-8; holds names, so it is only ever stored encrypted."""
    return _ADAPTER.dump_json(state)


def load(data: bytes) -> State:
    """The state back. Raises StoreDamaged when the bytes are not a state."""
    try:
        return _ADAPTER.validate_json(data)
    except ValidationError as error:
        raise StoreDamaged(what="draft", problems=error.error_count()) from None
