"""Synthetic fingers that every extraction test shares: growing them takes half a second each."""

import pytest

from app.simulators.fingers import Conditions, Finger, MasterPrint, Pattern

WINDOW = Conditions(width=388, height=374)
"""A common optical reader at 500 dpi."""


@pytest.fixture(scope="session")
def prints() -> list[MasterPrint]:
    return [MasterPrint(Finger(40 + row, kind)) for row, kind in enumerate((Pattern.LEFT_LOOP, Pattern.WHORL))]
