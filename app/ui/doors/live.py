"""How answering goes, four times a second at most: connection, figures, terminals, decisions and their reasons."""

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.door import Channel, DoorDecision, DoorDevice, DoorFigures, Why
from app.journeys.doors import Watch
from app.ui.doors import words
from app.ui.doors.decisions import Decisions
from app.ui.doors.table import DecisionTable
from app.ui.fingers.engine_note import engine_words
from app.ui.i18n import translate
from app.ui.theme import Kind, Space, Tone
from app.ui.widgets.basics import Card, label, row, scrolled, small
from app.ui.widgets.buttons import connect, secondary_button
from app.ui.widgets.flow import flowing
from app.ui.widgets.status import Lamp, StatusLamp

EVERY_MS = 250


class Figure(QWidget):
    """A number with what it is below."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.value = label("0", Kind.HEADING, wrap=False)
        self._name = name
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, Space.L, 0)
        column.setSpacing(0)
        column.addWidget(self.value)
        caption = small(name)
        caption.setWordWrap(False)
        column.addWidget(caption)

    def show_value(self, text: str) -> None:
        """Write it, and say it to screen readers with its name."""
        if self.value.text() != text:
            self.value.setText(text)
            self.setAccessibleName(f"{self._name}: {text}")


class WhyCard(Card):
    """The reason of the chosen decision, in a sentence, and what to do."""

    begin_anew = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.lamp = StatusLamp(Lamp.HINT, "", wrap=True)
        self.now = label("")
        self.facts = small("")
        self.anew = secondary_button(self.tr("Let begin anew"))
        connect(self.anew, self._anew)
        self._person = ""
        for widget in (self.lamp, self.now, self.facts):
            self.add(widget)
        self.add(row(self.anew, None))
        self.explain(None, "")

    def explain(self, made: DoorDecision | None, door: str) -> None:
        """Say why; without a decision, what the table is for."""
        if made is None:
            self.lamp.show_state(
                Lamp.HINT, self.tr("Whoever comes to a door stands here as a line. Choose one to read why.")
            )
            for widget in (self.now, self.facts, self.anew):
                widget.hide()
            return
        self._person = made.person_id
        lamp = {"ok": Lamp.GOOD, "error": Lamp.BAD}.get(words.ICONS[made.outcome], Lamp.WARNING)
        self.lamp.show_state(lamp, words.why(made))
        self.now.setText(words.now(made))
        self.now.setVisible(bool(self.now.text()))
        self.facts.setText(self._told(made, door))
        self.facts.show()
        self.anew.setVisible(made.why in {Why.INSIDE_ALREADY, Why.OUTSIDE_ALREADY} and bool(made.person_id))

    def _told(self, made: DoorDecision, door: str) -> str:
        when = made.at.astimezone().strftime("%H:%M:%S")
        told = self.tr("{0} at {1}. Answer: {2}.").format(when, door, words.outcome(made.outcome))
        if made.score is None:
            return told
        score, needed = words.number(made.score, 1), words.number(made.threshold or 0, 1)
        return told + " " + self.tr("Score {0}, needed {1}.").format(score, needed)

    def _anew(self) -> None:
        self.begin_anew.emit(self._person)


class LivePanel(QWidget):
    """Asks the watch while it is on the screen; nothing here waits for the service."""

    def __init__(self, watch: Watch, take_over: Callable[[], object]) -> None:
        super().__init__()
        self._watch = watch
        self.channel = StatusLamp(Lamp.OFF, "", wrap=True)
        self.engine = small(
            f"{engine_words()} {self.tr('Cards and numbers are answered; fingers are refused until then.')}", Tone.WARN
        )
        self.trouble = StatusLamp(Lamp.OFF, "", wrap=True)
        self.trouble.hide()
        self.take_over = secondary_button(self.tr("Take over…"))
        connect(self.take_over, take_over)
        self.figures = self._figures()
        self.decisions = Decisions()
        self.why = WhyCard()
        self.table = DecisionTable(self.decisions, self.tr("Latest decisions"))
        self.table.selectionModel().currentRowChanged.connect(lambda now, _before: self._explain(now))
        self.refused = QCheckBox(self.tr("Only those that were not let in"))
        self.refused.toggled.connect(lambda on: self.decisions.show_only(refused=on))
        self._lamps: dict[int, StatusLamp] = {}
        self._places = flowing()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._lay_out()

    def _figures(self) -> dict[str, Figure]:
        return {
            "rate": Figure(self.tr("requests a second")),
            "p50": Figure(self.tr("half within")),
            "p95": Figure(self.tr("95 % within")),
            "p99": Figure(self.tr("99 % within")),
            "waiting": Figure(self.tr("waiting")),
            "safe": Figure(self.tr("safe answers")),
            "lost": Figure(self.tr("answers not taken")),
            "people": Figure(self.tr("people known")),
        }

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.channel, 1)
        top.addWidget(self.take_over)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, Space.S, 0)
        column.setSpacing(Space.M)
        column.addLayout(top)
        column.addWidget(self.engine)
        column.addWidget(self.trouble)
        column.addWidget(flowing(*self.figures.values()))
        column.addWidget(self._places)
        column.addWidget(self.refused)
        column.addWidget(self.table, 1)
        column.addWidget(self.why)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolled(inner))

    def look(self) -> None:
        """Read the figures and the newest decisions."""
        self.table.fit()
        figures = self._watch.figures()
        self._show_channel(figures)
        self._show_numbers(figures)
        for device in figures.devices:
            self._show_device(device)
        self.decisions.add(self._watch.recent(self.decisions.latest))

    def _show_channel(self, figures: DoorFigures) -> None:
        lamp, text = words.CHANNELS[figures.channel]
        told = translate("doors", text)
        if figures.channel is Channel.LISTENING:
            told += " " + self.tr("Gateway {0}, spoken to as generation {1}.").format(
                figures.version, figures.generation
            )
        elif figures.fault:
            told += " " + self.tr("Code {0}.").format(figures.fault)
        if self.channel.text.text() != told:
            self.channel.show_state(lamp, told)
        self.take_over.setVisible(figures.channel is Channel.HELD)
        self.engine.setVisible(figures.warming)
        self._show_trouble(figures)

    def _show_trouble(self, figures: DoorFigures) -> None:
        """What a supervisor has to hear of although doors are answered."""
        told = ""
        if figures.unkept:
            told = self.tr("The journal cannot be written: %n decision(s) wait. Is the disk full?", "", figures.unkept)
        elif figures.restarts:
            told = self.tr("A part of the answering failed and was begun again. Doors are answered; tell support.")
        elif figures.doubtful:
            told = self.tr(
                "Gateway {0} was never compared with generation {1}. Try a card at a door, and confirm the "
                "generation in Settings when the right person is shown."
            ).format(figures.version, figures.generation)
        if self.trouble.text.text() != told:
            self.trouble.show_state(Lamp.BAD if figures.unkept else Lamp.WARNING, told)
        self.trouble.setVisible(bool(told))

    def _show_numbers(self, figures: DoorFigures) -> None:
        ms = self.tr("{0} ms")
        self.figures["rate"].show_value(words.number(figures.per_second, 1))
        for name, value in (("p50", figures.p50_ms), ("p95", figures.p95_ms), ("p99", figures.p99_ms)):
            self.figures[name].show_value(ms.format(words.number(value)))
        counts = (figures.waiting, figures.safe_answers, figures.unanswered, figures.people)
        for name, count in zip(("waiting", "safe", "lost", "people"), counts, strict=True):
            self.figures[name].show_value(words.number(count))

    def _show_device(self, device: DoorDevice) -> None:
        lamp = self._lamps.get(device.number)
        if lamp is None:
            lamp = self._lamps[device.number] = StatusLamp()
            self.decisions.labels[device.number] = device.label
            place = self._places.layout()
            assert place is not None
            place.addWidget(lamp)
        state, text = self._standing(device)
        if lamp.text.text() != text:
            lamp.show_state(state, text)

    def _standing(self, device: DoorDevice) -> tuple[Lamp, str]:
        if device.undelivered:
            return Lamp.BAD, self.tr("{0}: answers not taken").format(device.label)
        if device.safe_answers:
            return Lamp.WARNING, self.tr("{0}: safe answers").format(device.label)
        if device.last is None:
            return Lamp.WAITING, self.tr("{0}: has not asked yet").format(device.label)
        return Lamp.GOOD, self.tr("{0}: asked {1}").format(device.label, words.number(device.asked))

    def _explain(self, index: QModelIndex) -> None:
        self.why.explain(self.decisions.at(index.row()), self.table.door_of(index))

    def showEvent(self, event: QShowEvent) -> None:
        self.look()
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)
