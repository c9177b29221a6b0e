"""Done: the person is safely stored, and how far they have come to each device."""

import asyncio

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.domain.enrollment import Delivery, DeliveryState
from app.domain.records import PersonRecord
from app.journeys.flow_state import State, Step
from app.ui.icons import IconView
from app.ui.messages import sentence_for_code
from app.ui.people.person_detail import written_on
from app.ui.people.receipt_dialog import show_receipt
from app.ui.theme import Space, Tone
from app.ui.widgets.basics import Card, clear, heading, paragraph, row, scrolled, title
from app.ui.widgets.buttons import connect, secondary_button
from app.ui.widgets.flow import flowing
from app.ui.widgets.speech import announce
from app.ui.widgets.status import Lamp, StatusLamp
from app.ui.wizard.base import StepPage
from app.ui.wizard.context import Context

LOOK_EVERY_MS = 700


class DonePage(StepPage):
    """Looks at the deliveries while it is shown."""

    icon = "enroll"

    def __init__(self, context: Context, step: Step, parent: QWidget | None = None) -> None:
        super().__init__(context, step, parent)
        self._shown: tuple[Delivery, ...] | None = None
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)
        self.stored: QLabel = title("")
        self.name = paragraph("")
        self.receipt = secondary_button(self.tr("Receipt…"), "copy")
        self.receipt.setObjectName("wizard.receipt")
        self.receipt.setVisible(context.station.custody is not None)
        connect(self.receipt, lambda: context.tasks.start(self._give_receipt(), owner=self, button=self.receipt))
        self.deliveries = Card(self.tr("Terminals"))
        self._lines = QVBoxLayout()
        self._lines.setSpacing(Space.M)
        self.deliveries.add(self._lines)
        self._lay_out()

    def _lay_out(self) -> None:
        content = QWidget()
        words = QVBoxLayout()
        words.setSpacing(Space.XS)
        words.addWidget(self.stored)
        words.addWidget(self.name)
        words.addWidget(flowing(self.receipt))
        top = row(IconView("ok", 56, Tone.OK), spacing=Space.L)
        top.addLayout(words, 1)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, Space.M, Space.S, 0)
        column.setSpacing(Space.XL)
        column.addLayout(top)
        column.addWidget(self.deliveries)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolled(content))

    @property
    def sentence(self) -> str:
        """What to do."""
        if self._shown == ():
            return self.tr("This person is stored on this station.")
        return self.tr("This person is done. The station brings them to the terminals by itself.")

    @property
    def primary(self) -> str:
        """The next one."""
        return self.tr("Next person")

    @property
    def help_text(self) -> str:
        """What F1 tells."""
        return self.tr(
            "The person is stored on this station. A terminal that cannot be reached now gets them later; you need"
            " not wait. People shows the state at any time."
        )

    def show_state(self, state: State) -> None:
        """Name what was stored."""
        person = state.person
        self.stored.setText(self.tr("Safely stored"))
        told = self.tr("{name}, person number {number}")
        self.name.setText(told.format(name=person.full_name, number=person.person_id))
        self._look()

    def _look(self) -> None:
        self.context.tasks.start(self._read(), owner=self, key="look", done=self._show_record, failed=self._unread)

    async def _read(self) -> PersonRecord | None:
        return await self.context.station.people.get(self.context.state.person.person_id)

    async def _give_receipt(self) -> None:
        record = await self._read()
        if record is not None:
            context = self.context
            await show_receipt(self, context.station, context.tasks, context.messages, record.enrollment)

    def _unread(self, error: BaseException) -> bool:
        """A glance that failed is followed by another one; only the first failure is told."""
        known, self._shown = self._shown is not None, self._shown or ()
        return known

    def _show_record(self, record: PersonRecord | None) -> None:
        deliveries = record.deliveries if record else ()
        if deliveries == self._shown:
            return
        self._shown = deliveries
        clear(self._lines)
        if not deliveries:
            self._lines.addWidget(paragraph(self._nowhere(), Tone.MUTED))
        else:
            self._lines.addWidget(paragraph(written_on(deliveries)))
            announce(self, written_on(deliveries))
        for delivery in deliveries:
            self._lines.addLayout(self._line(delivery))
        self.changed.emit()

    def _nowhere(self) -> str:
        if self.context.station.devices:
            return self.tr("No terminal of this station is given people, so there is nothing to bring.")
        return self.tr(
            "No terminal is set up, so this person is known at no door yet. Terminals are added in Settings."
        )

    def _line(self, delivery: Delivery) -> QVBoxLayout:
        label = self.context.device_label(delivery.device_id)
        lamp, words = self._state_words(delivery)
        column = QVBoxLayout()
        column.setSpacing(Space.XS)
        line = row(spacing=Space.M)
        name = heading(label)
        line.addWidget(name, 1)
        line.addWidget(StatusLamp(lamp, words), 1)
        if delivery.error_code:
            again = secondary_button(self.tr("Try again now"), "refresh")
            again.setObjectName(f"wizard.delivery.{delivery.device_id}.again")
            again.setAccessibleName(self.tr("Try again now: {device}").format(device=label))
            connect(again, lambda: self._retry(delivery.device_id))
            line.addWidget(again)
        column.addLayout(line)
        if delivery.error_code:
            message = sentence_for_code(delivery.error_code, delivery.error_facts, self.context.messages.names)
            column.addWidget(paragraph(f"{message.what} {message.now} ({message.code})", Tone.MUTED))
        return column

    def _state_words(self, delivery: Delivery) -> tuple[Lamp, str]:
        known = {
            DeliveryState.DONE: (Lamp.GOOD, self.tr("Stored there and read back")),
            DeliveryState.WRITING: (Lamp.BUSY, self.tr("Being written")),
            DeliveryState.FAILED: (Lamp.BAD, self.tr("Not written, needs somebody")),
            DeliveryState.RETIRED: (Lamp.OFF, self.tr("Not written, the device is gone for good")),
        }
        if delivery.state in known:
            return known[delivery.state]
        if delivery.paused:
            return Lamp.WARNING, self.tr("Paused, see Devices")
        if delivery.error_code:
            return Lamp.WARNING, self.tr("Tried, will be tried again")
        return Lamp.WAITING, self.tr("Waiting for its turn")

    def _retry(self, device_id: str) -> None:
        self.context.tasks.start(self._retry_now(device_id), owner=self, done=lambda _none: self._look())

    async def _retry_now(self, device_id: str) -> None:
        await self.context.station.outbox.retry_now(self.context.state.person.person_id, device_id)
        self.context.station.jobs_waiting.set()
        await asyncio.sleep(0)

    def showEvent(self, event: QShowEvent) -> None:
        """Look while shown."""
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Stand still while hidden."""
        self._timer.stop()
        super().hideEvent(event)
