"""What only this terminal's console sections need: its kit, and whole numbers that must be given."""

from app.devices import console_kit
from app.devices.console_kit import needed
from app.devices.controlid.session import Session
from app.domain.console import Values
from app.domain.errors import InvalidInput

Visit = console_kit.Ask[Session]
Kit = console_kit.Kit[Session]


def number(values: Values, name: str) -> int:
    """A field's whole number; InvalidInput when it is missing or none."""
    try:
        return int(needed(values, name))
    except ValueError:
        raise InvalidInput(field=name, reason="not-an-integer") from None
