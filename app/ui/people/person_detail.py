"""Everything the station holds of one person: data, samples, what is missing, and how the deliveries stand."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.enrollment import Delivery, DeliveryState, Enrollment
from app.domain.modality import FINGERS, Modality, Position
from app.domain.policy import PersonField
from app.journeys.fingers import NoFingers
from app.journeys.ports import Fingers, PersonRecord
from app.ui import words
from app.ui.comparison_words import standing
from app.ui.fingers.print_view import PrintView
from app.ui.i18n import translate
from app.ui.messages import Names, sentence_for_code
from app.ui.people.sample_card import SampleGrid
from app.ui.tasks import Tasks
from app.ui.theme import Space, Tone
from app.ui.widgets.appear import Assembly
from app.ui.widgets.basics import Card, KeyValueList, paragraph, small, title
from app.ui.widgets.buttons import connect, danger_button, primary_button, secondary_button
from app.ui.widgets.flow import Flow, flowing
from app.ui.widgets.status import Lamp, StatusLamp

INDENT = 26
PRINTS_HIGH = 200
_LAMPS = {
    DeliveryState.WAITING: Lamp.WAITING,
    DeliveryState.WRITING: Lamp.BUSY,
    DeliveryState.DONE: Lamp.GOOD,
    DeliveryState.FAILED: Lamp.BAD,
    DeliveryState.RETIRED: Lamp.OFF,
}


def written_on(deliveries: Sequence[Delivery]) -> str:
    """On how many devices a person is written and checked."""
    asked = [delivery for delivery in deliveries if delivery.state is not DeliveryState.RETIRED]
    done = sum(delivery.state is DeliveryState.DONE for delivery in asked)
    return translate("deliveries", "Written and checked on {0} of {1}").format(done, len(asked))


class DeliveryRow(QWidget):
    """One device: state in words, the reason when it is late, and retry."""

    def __init__(self, delivery: Delivery, names: Names) -> None:
        super().__init__()
        device = names.get(delivery.device_id, delivery.device_id)
        self.lamp = StatusLamp(
            _LAMPS[delivery.state], self.tr("{0}: {1}").format(device, self._state(delivery)), wrap=True
        )
        self.retry = secondary_button(self.tr("Retry now"), "refresh")
        self.retry.setAccessibleName(self.tr("Retry delivery to {0} now").format(device))
        self.retry.setVisible(delivery.state in (DeliveryState.WAITING, DeliveryState.FAILED))
        said = QVBoxLayout(self)
        said.setContentsMargins(0, 0, 0, 0)
        said.setSpacing(Space.XS)
        said.addWidget(self.lamp)
        for text in self._remarks(delivery, names):
            remark = small(text)
            remark.setIndent(INDENT)
            said.addWidget(remark)
        said.addLayout(Flow(self.retry))

    def _state(self, delivery: Delivery) -> str:
        return self.tr("paused, see Devices") if delivery.paused else words.name(delivery.state)

    def _remarks(self, delivery: Delivery, names: Names) -> list[str]:
        remarks = []
        if delivery.error_code and delivery.state is not DeliveryState.DONE:
            message = sentence_for_code(delivery.error_code, delivery.error_facts, names)
            remarks.append(f"{message.what} {message.now} ({message.code})")
        if delivery.updated_at is not None:
            tried = self.tr("%n attempt(s)", "", delivery.attempts)
            remarks.append(f"{words.moment(delivery.updated_at)} · {tried}")
        return remarks


class PersonDetail(QWidget):
    """One record; a new one is made for each, so that nothing of the person before can remain."""

    recapture_wanted = Signal()
    delete_wanted = Signal()
    receipt_wanted = Signal()
    export_wanted = Signal()
    retry_wanted = Signal(str, QWidget)

    def __init__(
        self,
        record: PersonRecord,
        fields: tuple[PersonField, ...],
        names: Names,
        tasks: Tasks,
        fingers: Fingers | None = None,
    ) -> None:
        super().__init__()
        self._tasks, self._fingers = tasks, fingers or NoFingers()
        self.prints: dict[Position, PrintView] = {}
        self._names, self._fields = names, fields
        enrollment = record.enrollment
        self.recapture = primary_button(self.tr("Capture again"), "camera")
        self.delete = danger_button(self.tr("Erase…"), "trash")
        self.receipt = secondary_button(self.tr("Receipt…"), "copy")
        self.receipt.hide()
        self.export = secondary_button(self.tr("Export…"), "download")
        self.export.setToolTip(self.tr("Give this person out as an encrypted file"))
        self.export.hide()
        connect(self.export, self.export_wanted.emit)
        connect(self.receipt, self.receipt_wanted.emit)
        connect(self.recapture, self.recapture_wanted.emit)
        connect(self.delete, self.delete_wanted.emit)
        seen = tuple(sample for sample in enrollment.samples if sample.position not in FINGERS)
        self.samples = SampleGrid(seen, names, tasks)
        self._deliveries: list[DeliveryRow] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, Space.S, 0)
        column.setSpacing(Space.L)
        column.addLayout(self._head(record))
        column.addLayout(self._cards())
        column.addStretch(1)
        self._assembly = Assembly(self._steps(record))
        self._assembly.start(self, tasks)

    @property
    def deliveries(self) -> list[DeliveryRow]:
        """A row for each device; all are made when somebody asks."""
        self._assembly.finish()
        return self._deliveries

    def _cards(self) -> QVBoxLayout:
        self._column = QVBoxLayout()
        self._column.setSpacing(Space.L)
        return self._column

    def _steps(self, record: PersonRecord) -> Iterator[QWidget | None]:
        yield from self._samples_card(record.enrollment)
        yield from self._fingers_card(record.enrollment)
        yield from self._deliveries_card(record.deliveries)
        yield from self._document_card(record.enrollment)
        data = self._data_card(record.enrollment)
        self._column.addWidget(data)
        yield data

    def _head(self, record: PersonRecord) -> QVBoxLayout:
        person = record.enrollment.person
        self.name = title(person.full_name or person.person_id)
        enrolled = self.tr("Enrolled {0}").format(words.moment(record.enrollment.enrolled_at))
        head = QVBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self.name)
        head.addWidget(small(f"{person.person_id} · {enrolled}"))
        head.addWidget(flowing(self.recapture, self.receipt, self.export, self.delete))
        return head

    def _samples_card(self, enrollment: Enrollment) -> Iterator[QWidget | None]:
        card = Card(self.tr("Samples"))
        self._column.addWidget(card)
        if not enrollment.samples:
            card.add(paragraph(self.tr("Nothing was captured from this person."), Tone.MUTED))
        card.add(self.samples)
        yield card
        yield from self.samples.assembly
        for failure in enrollment.failures:
            position, reason = words.name(failure.position), words.name(failure.reason)
            tries = self.tr("%n try(s)", "", failure.tries)
            text = self.tr("{0}: not captured, {1} ({2})").format(position, reason, tries)
            lamp = StatusLamp(Lamp.WARNING, text, wrap=True)
            card.add(lamp)
            yield lamp

    def _fingers_card(self, enrollment: Enrollment) -> Iterator[QWidget | None]:
        """Every finger with its presses side by side."""
        presses = enrollment.of(Modality.FINGER)
        if not presses:
            return
        card = Card(self.tr("Fingers"))
        self._column.addWidget(card)
        yield card
        for position in dict.fromkeys(sample.position for sample in presses):
            ours = [sample for sample in presses if sample.position is position]
            view = self.prints[position] = PrintView(self._fingers, self._tasks)
            view.setMinimumHeight(PRINTS_HIGH + 5 * self.fontMetrics().lineSpacing())
            alarm = self.tr("silent alarm") if any(sample.duress for sample in ours) else ""
            view.show_samples(ours, ", ".join(part for part in (words.name(position), alarm) if part))
            card.add(view)
            yield view

    def _document_card(self, enrollment: Enrollment) -> Iterator[QWidget | None]:
        """What the comparison with a document came to, and where its proof lies."""
        check = enrollment.document
        if check is None:
            return
        card = Card(self.tr("Document"))
        self._column.addWidget(card)
        card.add(StatusLamp(*standing(check), wrap=True))
        card.add(small(self.tr("Evidence {0}").format(check.evidence_id)))
        yield card

    def _deliveries_card(self, deliveries: tuple[Delivery, ...]) -> Iterator[QWidget | None]:
        card = Card(self.tr("Deliveries"))
        self._column.addWidget(card)
        if not deliveries:
            card.add(paragraph(self.tr("This person is stored on this station only."), Tone.MUTED))
        else:
            card.add(paragraph(written_on(deliveries)))
        yield card
        for delivery in deliveries:
            made = self._delivery(delivery)
            self._deliveries.append(made)
            card.add(made)
            yield made

    def _delivery(self, delivery: Delivery) -> DeliveryRow:
        made = DeliveryRow(delivery, self._names)
        connect(made.retry, lambda: self.retry_wanted.emit(delivery.device_id, made.retry))
        return made

    def _data_card(self, enrollment: Enrollment) -> Card:
        labels = {field.name: field.label for field in self._fields}
        person, consent = enrollment.person, enrollment.consent
        pairs = [(labels.get(name, name), value) for name, value in person.fields.items()]
        if consent is None:
            given = self.tr("None recorded")
        else:
            text = self.tr("Version {0} in {1}, given {2}")
            given = text.format(consent.version, words.language(consent.language), words.moment(consent.given_at))
        card = Card(self.tr("Data"))
        card.add(KeyValueList([*pairs, (self.tr("Consent"), given), (self.tr("Station"), enrollment.station)]))
        return card
