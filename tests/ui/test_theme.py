"""Every look is readable, complete and can be changed while the window is open."""

import re
from itertools import product

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app import paths
from app.ui import application, icons, theme
from app.ui.palettes import DARK, HIGH_CONTRAST, LIGHT, Colors
from app.ui.preferences import Preferences
from app.ui.theme import Look
from app.ui.widgets import primary_button, secondary_button
from tests.ui.conftest import Desk

LOOKS = (LIGHT, DARK, HIGH_CONTRAST)


def luminance(color: str) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4

    ink = QColor(color)
    return 0.2126 * linear(ink.redF()) + 0.7152 * linear(ink.greenF()) + 0.0722 * linear(ink.blueF())


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("look", LOOKS, ids=("light", "dark", "high-contrast"))
def test_texts_and_outlines_have_contrast(look: Colors) -> None:
    least = 7.0 if look is HIGH_CONTRAST else 4.5
    for ink, ground in product(
        (look.text, look.muted, look.ok, look.warn, look.bad, look.accent), (look.surface, look.window)
    ):
        assert contrast(ink, ground) >= least, (ink, ground)
    for ink, ground in (
        (look.on_accent, look.accent),
        (look.on_accent, look.accent_hover),
        (look.on_accent, look.accent_pressed),
        (look.text, look.accent_surface),
        (look.text, look.sunken),
        (look.text, look.ok_surface),
        (look.text, look.warn_surface),
        (look.text, look.bad_surface),
        (look.accent, look.accent_surface),
    ):
        assert contrast(ink, ground) >= 4.5, (ink, ground)
    for outline in (look.control, look.focus):
        assert contrast(outline, look.surface) >= 3.0
        assert contrast(outline, look.window) >= 3.0


@pytest.mark.parametrize("look", LOOKS, ids=("light", "dark", "high-contrast"))
def test_the_style_sheet_is_complete(look: Colors) -> None:
    sheet = theme.style_sheet(look, 10.0)
    assert "${" not in sheet
    for name in re.findall(r"url\(styles:([^)]+)\)", sheet):
        assert paths.resource("styles", name).is_file()


async def test_a_change_of_look_reaches_colors_and_icons(
    desk: Desk, app: QApplication, preferences: Preferences
) -> None:
    window = desk.show(QWidget(), 300, 120)
    column = QVBoxLayout(window)
    buttons = (primary_button("Capture", "camera"), secondary_button("Back", "back"))
    for button in buttons:
        column.addWidget(button)
    seen = []
    for look in (Look.LIGHT, Look.DARK, Look.HIGH_CONTRAST):
        preferences.look = look
        application.wear(app, preferences)
        await desk.idle()
        image = window.grab().toImage()
        assert image.pixelColor(1, 1).name() == theme.colors().window
        seen.append(buttons[1].icon().pixmap(20, 20).toImage())
    assert seen[0] != seen[1]
    assert [one.icon().isNull() for one in buttons] == [False, False]


def test_every_icon_named_in_the_code_exists() -> None:
    folder = paths.resource("icons")
    drawn = {file.stem for file in folder.glob("*.svg")}
    named: set[str] = set()
    source = paths.resources().parent / "app" / "ui"
    for file in source.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        named |= set(re.findall(r"(?:_button\([^\n]*\), |icon_button\(|IconView\(|EmptyState\(\s*)\"([a-z]+)\"", text))
    assert named - drawn == set()
    for name in drawn:
        assert icons.renderer(name, "#000000").isValid()


def test_damaged_preferences_read_as_defaults(preferences: Preferences) -> None:
    preferences._kept.setValue("look", "purple")
    preferences._kept.setValue("percent", "very large")
    preferences._kept.setValue("geometry", 5)
    assert preferences.look is Look.SYSTEM
    assert preferences.percent == 100
    assert preferences.geometry.isEmpty()


def test_without_a_display_a_sentence_comes_first() -> None:
    assert "no display" in application.display_problem({}, "linux")
    assert application.display_problem({"DISPLAY": ":0"}, "linux") == ""
    assert application.display_problem({"QT_QPA_PLATFORM": "offscreen"}, "linux") == ""
    assert application.display_problem({}, "win32") == ""
