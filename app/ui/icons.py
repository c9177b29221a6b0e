"""Own line icons from resources/icons, tinted in the colors in force and crisp at any scale."""

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication, QSizePolicy, QWidget

from app import paths
from app.domain.modality import Modality, Position
from app.ui import theme
from app.ui.theme import Tone

SIDES = (16, 20, 24, 32, 40, 48, 64, 96)
"""Physical sizes an icon of no size of its own holds; Qt takes the one that fits the screen's scale."""
SCALES = frozenset({1.0, 2.0})
"""Scales an icon of a known size is drawn for besides those of the screens; Qt shrinks it for others."""

_BY_MODALITY = {Modality.IRIS: "iris", Modality.FACE: "face", Modality.FINGER: "finger", Modality.CARD: "card"}


def for_position(position: Position) -> str:
    """The icon's name for where a sample was captured."""
    return _BY_MODALITY[position.modality]


@cache
def _drawing(name: str) -> str:
    return paths.resource("icons", f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=256)
def renderer(name: str, color: str) -> QSvgRenderer:
    """The drawing in one color, ready to paint at any size; FileNotFoundError when there is no such icon."""
    return QSvgRenderer(QByteArray(_drawing(name).replace("currentColor", color).encode()))


USUAL_LINE = 17
"""Line height in pixels at which icons have their nominal size."""
GAP = 1.3
"""Width of an icon beside a text, in its heights: Qt itself leaves no room between the two."""


@lru_cache(maxsize=512)
def _pixmap(name: str, color: str, side: int, width: float) -> QPixmap:
    pixmap = QPixmap(round(side * width), side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer(name, color).render(painter, QRectF(0, 0, side, side))
    painter.end()
    return pixmap


def icon(name: str, color: str = "", width: float = 1.0, side: int = 0) -> QIcon:
    """The icon in a color, by default the text's; its disabled form is the disabled text's. `width` in heights.

    With `side`, its height in device-independent pixels, only what the screens need is drawn.
    """
    now = theme.colors()
    sides = SIDES if side == 0 else _sides(side)
    return _icon(name, color or now.text, now.disabled, sides, width)


def _sides(side: int) -> tuple[int, ...]:
    scales = SCALES | {screen.devicePixelRatio() for screen in QGuiApplication.screens()}
    return tuple(sorted({round(side * scale) for scale in scales}))


@lru_cache(maxsize=256)
def _icon(name: str, color: str, disabled: str, sides: tuple[int, ...], width: float) -> QIcon:
    made = QIcon()
    for side in sides:
        made.addPixmap(_pixmap(name, color, side, width))
        made.addPixmap(_pixmap(name, disabled, side, width), QIcon.Mode.Disabled)
    return made


def set_icon(button: QAbstractButton, name: str) -> None:
    """Give a button its icon in the ink its role has; `refresh` redraws it after a change of look."""
    button.setProperty("iconName", name)
    _redraw(button)


def refresh(app: QApplication) -> None:
    """Redraw every button's icon in the colors now in force."""
    for widget in app.allWidgets():
        if isinstance(widget, QAbstractButton) and widget.property("iconName"):
            _redraw(widget)


def _redraw(button: QAbstractButton) -> None:
    now = theme.colors()
    inks = {"primary": now.on_accent, "danger": now.bad, "quiet": now.accent}
    ink = inks.get(button.property("role"), now.text)
    side = max(18, round(button.fontMetrics().height() * 1.15))
    width = GAP if button.text() else 1.0
    button.setIconSize(QSize(round(side * width), side))
    button.setIcon(icon(button.property("iconName"), ink, width, side))


class IconView(QWidget):
    """One icon as a picture, painted fresh in the tone's color; says nothing to screen readers."""

    def __init__(self, name: str, side: int = 20, tone: Tone = Tone.PLAIN, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._tone, self._side = name, tone, side
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_icon(self, name: str, tone: Tone = Tone.PLAIN) -> None:
        """Show another icon or tone."""
        self._name, self._tone = name, tone
        self.update()

    def sizeHint(self) -> QSize:
        """Grows with the text beside it."""
        side = round(self._side * max(1.0, self.fontMetrics().height() / USUAL_LINE))
        return QSize(side, side)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        renderer(self._name, theme.tone_color(self._tone)).render(painter, QRectF(self.rect()))
