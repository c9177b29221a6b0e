"""A receipt on the screen, and its ways out: the printer, a PDF. Each is journaled; from the second on it is a copy."""

from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QWidget

from app.domain.enrollment import Enrollment
from app.domain.errors import StoreError
from app.journeys.receipts import Slip, issued, prepare
from app.journeys.station import Station
from app.ui.dialogs import Dialog
from app.ui.files import ask_save
from app.ui.i18n import translate
from app.ui.messages import MessageService
from app.ui.people.receipt_sheet import PAPER, ReceiptSheet, paint
from app.ui.tasks import Tasks
from app.ui.widgets.buttons import connect, secondary_button

DPI = 300
WIDTH = 660


class ReceiptDialog(Dialog):
    """Shows one receipt; stays open until it is closed."""

    def __init__(self, parent: QWidget, station: Station, tasks: Tasks, messages: MessageService, slip: Slip) -> None:
        yes, no = translate("receipt", "Print…"), translate("receipt", "Close")
        super().__init__(parent, translate("receipt", "Receipt"), "", yes, no)
        self._station, self._tasks, self._messages, self.slip = station, tasks, messages, slip
        self.setMinimumWidth(WIDTH)
        self.sheet = ReceiptSheet(slip)
        self.body.addWidget(self.sheet)
        self.text.setText(
            self.tr("A receipt was given out before. This one is marked as a copy.")
            if slip.copy
            else self.tr("Give this to the person. It shows what was captured, and its code can be checked anywhere.")
        )
        self.pdf = secondary_button(self.tr("Save as PDF…"), "download")
        self.pdf.setObjectName("receipt.pdf")
        connect(self.pdf, lambda: self._tasks.start(self._save(), owner=self, button=self.pdf))
        self.body.addWidget(self.pdf)

    def accept(self) -> None:
        """Print instead of closing."""
        self._tasks.start(self._print(), owner=self, button=self.yes)

    async def _save(self) -> None:
        path = await ask_save(self, self.tr("Save the receipt"), "receipt.pdf")
        if path is not None:
            await self.save_to(path)

    async def save_to(self, path: Path) -> None:
        """Write the PDF, then note that it left the station. StoreError when it cannot be written."""
        write_pdf(path, self.slip)
        await issued(self._station, self.slip, "file")
        self._messages.success(self.tr("The receipt was saved."))

    async def _print(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        dialog.finished.connect(lambda result: self._chosen(result, printer))
        QDialog.open(dialog)

    def _chosen(self, result: int, printer: QPrinter) -> None:
        if result == QDialog.DialogCode.Accepted.value:
            printer.setFullPage(False)
            painter = QPainter(printer)
            area = QRectF(printer.pageLayout().paintRectPixels(printer.resolution()))
            paint(painter, QRectF(0, 0, area.width(), area.height()), self.slip)
            painter.end()
            self._tasks.start(issued(self._station, self.slip, "print"), owner=self)


def write_pdf(path: Path, slip: Slip) -> None:
    """One page of the sheet's size. StoreError when the file cannot be written."""
    writer = QPdfWriter(str(path))
    writer.setResolution(DPI)
    size = QPageSize(QSizeF(*PAPER), QPageSize.Unit.Millimeter)
    writer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0)))
    painter = QPainter()
    if not painter.begin(writer):
        raise StoreError(reason="file")
    paint(painter, QRectF(0, 0, writer.width(), writer.height()), slip)
    painter.end()


async def show_receipt(
    parent: QWidget, station: Station, tasks: Tasks, messages: MessageService, enrollment: Enrollment
) -> None:
    """Prepare the receipt of an enrollment and show it."""
    if station.custody is not None:
        slip = await prepare(station, station.custody.key, enrollment)
        await ReceiptDialog(parent, station, tasks, messages, slip).ask()
