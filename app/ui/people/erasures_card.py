"""Erasures under way and done: which device still has to confirm, and the certificate to hand out."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.domain.enrollment import Delivery, DeliveryState
from app.journeys.ports import ErasureOrder
from app.ui import words
from app.ui.messages import Names, sentence_for_code
from app.ui.theme import Kind, Space
from app.ui.widgets.basics import Card, clear, heading, label, small
from app.ui.widgets.buttons import connect, quiet_button
from app.ui.widgets.flow import flowing
from app.ui.widgets.status import Lamp, StatusLamp

SHOWN = 20


class ErasureRow(QWidget):
    """One order: since when, how each device stands, and what can be done now."""

    def __init__(self, order: ErasureOrder, names: Names, *, retires: bool = False) -> None:
        super().__init__()
        self._names, self._retires = names, retires
        self.gone: dict[str, QPushButton] = {}
        """The buttons that declare a device gone for good, by device; only for whoever may."""
        self.retry = quiet_button(self.tr("Ask the devices again"), "refresh")
        self.save = quiet_button(self.tr("Save the certificate…"), "download")
        for button, what in ((self.retry, self.retry.text()), (self.save, self.save.text())):
            button.setAccessibleName(self.tr("{0}: erasure {1}").format(what, order.order_id))
        self.retry.setVisible(order.open)
        self.save.setVisible(not order.open)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(label(self._title(order), Kind.STRONG))
        column.addWidget(
            small(self.tr("Ordered {0} · number {1}").format(words.moment(order.ordered_at), order.order_id))
        )
        for removal in order.removals:
            for widget in self._device(removal):
                column.addWidget(widget)
        column.addWidget(flowing(self.retry, self.save))

    def _title(self, order: ErasureOrder) -> str:
        if order.open:
            return self.tr("Erasure under way")
        if any(one.state is DeliveryState.RETIRED for one in order.removals):
            return self.tr("Erased, but nobody could look at every device")
        return self.tr("Erased everywhere")

    def _device(self, removal: Delivery) -> list[QWidget]:
        """Red until the device confirmed that it has nothing any more."""
        name = self._names.get(removal.device_id, removal.device_id)
        if removal.state is DeliveryState.DONE:
            return [StatusLamp(Lamp.GOOD, self.tr("{0}: removed, and looked for again").format(name), wrap=True)]
        if removal.state is DeliveryState.RETIRED:
            told = self.tr("{0}: gone for good, nobody could look there. Reason: {1}")
            return [StatusLamp(Lamp.WARNING, told.format(name, removal.error_facts.get("reason", "")), wrap=True)]
        shown: list[QWidget] = [StatusLamp(Lamp.BAD, self.tr("{0}: not confirmed yet").format(name), wrap=True)]
        if removal.error_code:
            message = sentence_for_code(removal.error_code, removal.error_facts, self._names)
            shown.append(small(f"{message.what} {message.now} ({message.code})"))
        if self._retires:
            button = self.gone[removal.device_id] = quiet_button(self.tr("It is gone for good…"))
            button.setAccessibleName(self.tr("{0} is gone for good").format(name))
            shown.append(flowing(button))
        return shown


class ErasuresCard(Card):
    """The latest orders."""

    retry_wanted = Signal(str)
    save_wanted = Signal(str)
    retire_wanted = Signal(str)
    changed = Signal(int, int)
    """How many orders are shown, and how many of them are open."""

    def __init__(self) -> None:
        super().__init__()
        self.heading = heading(self.tr("Erasures"))
        self.add(self.heading)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(Space.M)
        self.add(self._rows)
        self.rows: list[ErasureRow] = []
        self.hide()

    def show_orders(self, orders: Sequence[ErasureOrder], names: Names, *, retires: bool = False) -> None:
        """Replace the list; hidden where there is none. `retires`: whether devices may be declared gone here."""
        clear(self._rows)
        self.rows = [self._row(order, names, retires) for order in orders[:SHOWN]]
        self.setVisible(bool(self.rows))
        self.changed.emit(len(self.rows), sum(order.open for order in orders))

    def _row(self, order: ErasureOrder, names: Names, retires: bool) -> ErasureRow:
        made = ErasureRow(order, names, retires=retires)
        for device_id, button in made.gone.items():
            connect(button, partial(self.retire_wanted.emit, device_id))
        connect(made.retry, lambda: self.retry_wanted.emit(order.order_id))
        connect(made.save, lambda: self.save_wanted.emit(order.order_id))
        self._rows.addWidget(made)
        return made
