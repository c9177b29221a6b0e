"""Paints a receipt on anything: the preview, a printer, a PDF."""

import cv2
import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.domain.modality import Modality
from app.journeys.receipts import Slip
from app.ui import words
from app.ui.i18n import translate

PAPER = (148.0, 105.0)
"""A6 lying, in millimeters: the sheet is laid out in them and scaled to whatever it is painted on."""
QUIET = 4
"""Modules of white that readers need around the code (ISO/IEC 18004, 9.1)."""
INK, SOFT, WHITE = QColor("#111111"), QColor("#555555"), QColor("#ffffff")


def modules(text: str) -> "np.ndarray[tuple[int, int], np.dtype[np.bool_]]":
    """The dark modules of a QR code with medium error correction, without a border."""
    parameters = cv2.QRCodeEncoder.Params()
    parameters.correction_level = cv2.QRCODE_ENCODER_CORRECT_LEVEL_M
    code = np.asarray(cv2.QRCodeEncoder.create(parameters).encode(text)) < 128
    rows, columns = np.flatnonzero(code.any(1)), np.flatnonzero(code.any(0))
    dark: np.ndarray[tuple[int, int], np.dtype[np.bool_]] = code[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return dark


def paint(painter: QPainter, into: QRectF, slip: Slip) -> None:
    """Paint the whole sheet into a rectangle, keeping its proportions."""
    scale = min(into.width() / PAPER[0], into.height() / PAPER[1])
    painter.save()
    painter.translate(into.topLeft())
    painter.scale(scale, scale)
    painter.fillRect(QRectF(0, 0, *PAPER), WHITE)
    _texts(painter, slip)
    _code(painter, slip.text, QRectF(92, 20, 50, 50))
    painter.restore()


def lines(slip: Slip) -> list[tuple[str, str]]:
    """What the sheet says, label and value."""
    receipt = slip.receipt
    captured = ", ".join(words.name(Modality(word)) for word in receipt.modalities)
    return [
        (translate("receipt", "Name"), slip.full_name),
        (translate("receipt", "Number"), slip.person_id),
        (translate("receipt", "Enrolled"), words.moment(slip.enrolled_at)),
        (translate("receipt", "At"), receipt.station),
        (translate("receipt", "Captured"), captured or translate("receipt", "nothing")),
        (translate("receipt", "Journal"), receipt.head),
    ]


def _texts(painter: QPainter, slip: Slip) -> None:
    heading = translate("receipt", "Enrollment receipt")
    _text(painter, QPointF(8, 14), heading, 6.0, INK, bold=True, room=96)
    if slip.copy:
        _text(painter, QPointF(108, 14), translate("receipt", "COPY"), 6.0, INK, bold=True, room=34)
    top = 25.0
    for name, value in lines(slip):
        _text(painter, QPointF(8, top), name, 3.0, SOFT, room=80)
        _text(painter, QPointF(8, top + 5), value, 4.2, INK, room=82)
        top += 11.5
    note = translate("receipt", "The code is signed by this station. Anybody can check it without a network.")
    _text(painter, QPointF(8, 99), note, 3.2, SOFT, room=132)


def _text(
    painter: QPainter, at: QPointF, text: str, size: float, ink: QColor, *, room: float, bold: bool = False
) -> None:
    """Text of a size in millimeters; smaller when it would not fit, so that nothing is cut."""
    font = QFont()
    font.setBold(bold)
    font.setPixelSize(100)  # fonts have whole sizes: drawn large and scaled down
    wide = QFontMetricsF(font).horizontalAdvance(text)
    factor = min(size / 100, room / wide if wide else 1.0)
    painter.save()
    painter.translate(at)
    painter.scale(factor, factor)
    painter.setFont(font)
    painter.setPen(ink)
    painter.drawText(QPointF(0, 0), text)
    painter.restore()


def _code(painter: QPainter, text: str, box: QRectF) -> None:
    """Whole rectangles per run of modules, without smoothing: edges stay crisp at every size."""
    dark = modules(text)
    side = box.width() / (len(dark) + 2 * QUIET)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(Qt.PenStyle.NoPen)
    for row, line in enumerate(dark):
        for column in np.flatnonzero(line):
            left, top = box.left() + (column + QUIET) * side, box.top() + (row + QUIET) * side
            painter.fillRect(QRectF(left, top, side, side), INK)
    painter.restore()


class ReceiptSheet(QWidget):
    """The preview."""

    def __init__(self, slip: Slip) -> None:
        super().__init__()
        self._slip = slip
        self.setMinimumSize(int(PAPER[0] * 4), int(PAPER[1] * 4))
        said = "; ".join(f"{name}: {value}" for name, value in lines(slip))
        self.setAccessibleName(self.tr("Receipt: {0}").format(said))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint(painter, QRectF(self.rect()), self._slip)
        painter.end()
