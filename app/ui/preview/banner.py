"""The one guidance sentence, large, with its pictogram, told to screen readers when it changes."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.preview import Guidance
from app.ui import theme
from app.ui.preview.glyphs import draw_glyph
from app.ui.preview.words import guidance_text
from app.ui.widgets.speech import announce

SIZE_FACTOR = 2.9
"""Times the application's font: capital letters of about 7 mm on a usual screen, readable from 1.5 m."""
SMALLEST_FACTOR = 1.2


def banner_colors(guidance: Guidance | None) -> tuple[str, str]:
    """Ground and ink: quiet while nobody is there, accent for something to do, green when all is well."""
    now = theme.colors()
    if guidance in {None, Guidance.NOBODY}:
        return now.surface, now.text
    if guidance is Guidance.HOLD_STILL:
        return now.ok, now.surface
    return now.accent, now.on_accent


class GuidanceBanner(QWidget):
    """Shows nothing, a calm text, or one guidance. What it says never changes its height; a low window does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._guidance: Guidance | None = None
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    @property
    def text(self) -> str:
        """What is written now."""
        return self._text

    def show_guidance(self, guidance: Guidance) -> None:
        """Write and announce another guidance; the same one again changes nothing."""
        if guidance is not self._guidance:
            self._guidance = guidance
            self._write(guidance_text(guidance))
            announce(self, self._text, at_once=True)

    def show_text(self, text: str) -> None:
        """Write a calm sentence instead of a guidance."""
        self._guidance = None
        self._write(text)

    def _write(self, text: str) -> None:
        self._text = text
        self.setAccessibleName(text)
        self.update()

    def _fitting_font(self, width: float) -> QFont:
        font = QFont(self.font())
        base, factor = font.pointSizeF(), SIZE_FACTOR
        font.setBold(True)
        while True:
            font.setPointSizeF(base * factor)
            drawn = QFontMetrics(font)
            fits = drawn.horizontalAdvance(self._text) <= width and drawn.height() <= self.height()
            if factor <= SMALLEST_FACTOR or fits:
                return font
            factor -= 0.1

    def sizeHint(self) -> QSize:
        """As high as the large sentence and a little air."""
        return QSize(320, self._height_for(SIZE_FACTOR))

    def minimumSizeHint(self) -> QSize:
        """Where a low window leaves the picture too little, the sentence is written smaller."""
        return QSize(120, self._height_for(SMALLEST_FACTOR))

    def _height_for(self, factor: float) -> int:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * factor)
        return round(QFontMetrics(font).height() * 1.25)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Pictogram and sentence, centered together; nothing at all while there is nothing to say."""
        if not self._text:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground, ink = (QColor(name) for name in banner_colors(self._guidance))
        painter.setPen(QColor(theme.colors().border))
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)
        self._paint_words(painter, ink)
        painter.end()

    def _paint_words(self, painter: QPainter, ink: QColor) -> None:
        side = self.height() * 0.56 if self._guidance is not None else 0.0
        gap = side * 0.45
        font = self._fitting_font(self.width() - side - gap - 24)
        wide = min(QFontMetrics(font).horizontalAdvance(self._text), self.width() - side - gap - 16)
        left = (self.width() - side - gap - wide) / 2
        if self._guidance is not None:
            draw_glyph(painter, self._guidance, QRectF(left, (self.height() - side) / 2, side, side), ink)
        painter.setFont(font)
        painter.setPen(ink)
        box = QRectF(left + side + gap, 0, wide + 8, self.height())
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), self._text)
