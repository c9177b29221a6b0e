"""Light, dark and high-contrast looks with Fusion, sizes and spacing, and the one style sheet made from them."""

from enum import IntEnum, StrEnum
from string import Template

from PySide6.QtCore import QDir, Qt
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from app import paths
from app.ui.palettes import DARK, HIGH_CONTRAST, LIGHT, Colors, as_values, qt_palette

RADIUS = 6


class Space(IntEnum):
    """Distances in device-independent pixels."""

    XS = 4
    S = 8
    M = 12
    L = 16
    XL = 24


class Look(StrEnum):
    """What the clerk chose; SYSTEM follows the desktop as far as it tells."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    HIGH_CONTRAST = "contrast"


TEXT_PERCENTS = (100, 125, 150, 200)
"""Text sizes offered, in percent of the desktop's own."""


class Tone(StrEnum):
    """What a text, lamp or banner means; the style sheet colors it by the property `tone`."""

    PLAIN = "plain"
    MUTED = "muted"
    INFO = "info"
    OK = "ok"
    WARN = "warn"
    BAD = "bad"


class Kind(StrEnum):
    """Rank of a text; the style sheet sizes it by the property `kind`."""

    TITLE = "title"
    HEADING = "heading"
    STRONG = "strong"
    BODY = "body"
    SMALL = "small"


_active = LIGHT


def colors() -> Colors:
    """The colors in force. Painting widgets ask each time; a change arrives as QEvent.PaletteChange."""
    return _active


def tone_color(tone: Tone) -> str:
    """The ink of a tone on the surface."""
    now = colors()
    inks = {Tone.MUTED: now.muted, Tone.INFO: now.accent, Tone.OK: now.ok, Tone.WARN: now.warn, Tone.BAD: now.bad}
    return inks.get(tone, now.text)


def resolve(look: Look) -> Colors:
    """The colors of a look; SYSTEM asks the desktop, which only hints (it says nothing on many X11 desktops)."""
    if look is Look.SYSTEM:
        dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        return DARK if dark else LIGHT
    return {Look.LIGHT: LIGHT, Look.DARK: DARK, Look.HIGH_CONTRAST: HIGH_CONTRAST}[look]


def apply(app: QApplication, look: Look = Look.SYSTEM, percent: int = 100) -> None:
    """Put a look on the whole program; may be called again at any time."""
    global _active  # noqa: PLW0603 - a QApplication has one look, and painting must not search for it
    _active = resolve(look)
    if app.style().objectName() != "fusion":
        app.setStyle("Fusion")
    app.setStyleSheet("")  # replacing one sheet by another takes Qt ten times as long as these two steps
    font = QFont(app.font())
    font.setPointSizeF(base_points(app) * percent / 100)
    app.setFont(font)
    app.setPalette(qt_palette(_active))
    app.setStyleSheet(style_sheet(_active, font.pointSizeF()))


def base_points(app: QApplication) -> float:
    """The desktop's own font size in points, remembered before the first change of it; never under 10."""
    kept = app.property("basePoints")
    if kept is None:
        kept = max(10.0, app.font().pointSizeF())
        app.setProperty("basePoints", kept)
    return float(kept)


def style_sheet(look: Colors, points: float) -> str:
    """The style sheet with every token filled in; KeyError names a token nobody defined."""
    styles = paths.resource("styles")
    QDir.setSearchPaths("styles", [str(styles)])
    values = as_values(look) | {
        "title": f"{points * 1.6:.1f}pt",
        "heading": f"{points * 1.2:.1f}pt",
        "body": f"{points:.1f}pt",
        "small": f"{points * 0.9:.1f}pt",
        "radius": f"{RADIUS}px",
        "line": "2px" if look is HIGH_CONTRAST else "1px",
        **{f"space_{space.name.lower()}": f"{space}px" for space in Space},
    }
    return Template((styles / "station.qss").read_text(encoding="utf-8")).substitute(values)


def mark(widget: QWidget, **properties: str) -> None:
    """Set properties the style sheet looks at (tone, kind, role, ...) and have the widget restyled."""
    changed = False
    for name, value in properties.items():
        if widget.property(name) != value:
            widget.setProperty(name, value)
            changed = True
    if changed and widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):  # else styled when first shown
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        widget.update()
