"""The canvas portraits are painted on, and where the head is on it; pixels."""

from typing import Final

WIDTH: Final = 1280
HEIGHT: Final = 960
HEAD: Final = 520.0
CENTER: Final = (640.0, 430.0)
EYE_LINE: Final = CENTER[1] + 0.015 * HEAD
