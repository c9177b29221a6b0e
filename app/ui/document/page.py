"""The Compare page: is the person at the desk the one on the document, and can that be proven later."""

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QVBoxLayout, QWidget

from app.domain.document import LivenessOutcome, LivenessResult, PictureKind
from app.journeys.document_match import DocumentMatch
from app.journeys.station import Station
from app.ui import comparison_words as words
from app.ui import words as station_words
from app.ui.document.evidence_card import EvidenceCard
from app.ui.document.liveness_card import LivenessCard
from app.ui.document.picture_card import PictureCard, Tools, low_busy_line
from app.ui.document.result_card import ResultCard, Shown
from app.ui.messages import MessageService
from app.ui.pages.page import Page
from app.ui.tasks import Tasks
from app.ui.theme import Space, Tone
from app.ui.widgets.basics import paragraph, reveal, scrolled, small
from app.ui.widgets.buttons import connect, primary_button, quiet_button, secondary_button
from app.ui.widgets.flow import flowing
from app.ui.widgets.status import Lamp, StatusLamp

MOST_PROBES = 5
NARROW = 36
"""Width of the page in heights of a line of text, below which the cards go under each other."""


class ComparePage(Page):
    """Two pictures, one button, one verdict. Ctrl+Enter compares, Esc stops."""

    def __init__(self, station: Station, tasks: Tasks, messages: MessageService, desk: DocumentMatch) -> None:
        super().__init__(words.page_title(), station, tasks)
        self.setObjectName("compare")
        self.desk, self._messages = desk, messages
        self._tools = Tools(desk.check, station.cameras, tasks, messages)
        self._comparing: asyncio.Task[Shown] | None = None
        self.reference = PictureCard(self.tr("Document"), PictureKind.DOCUMENT, self._tools, "document")
        self.probes: list[PictureCard] = []
        self.kind = self._kind_choice()
        self.result = ResultCard()
        self.liveness = LivenessCard(desk, tasks)
        self.evidence = EvidenceCard(desk, tasks)
        self._make_buttons()
        self._lay_out()
        self._connect()
        self.add_probe()

    def _kind_choice(self) -> QComboBox:
        choice = QComboBox()
        choice.setObjectName("compare.kind")
        choice.addItem(self.tr("Portrait on a document"), PictureKind.DOCUMENT)
        choice.addItem(self.tr("Photo of the face"), PictureKind.SELFIE)
        choice.setAccessibleName(self.tr("What the first picture shows"))
        self.reference.body.insertWidget(1, choice)
        return choice

    def _make_buttons(self) -> None:
        self.compare = primary_button(self.tr("Compare"), "check")
        self.more = secondary_button(self.tr("Add another picture"), "plus")
        self.again = quiet_button(self.tr("Start over"), "refresh")
        self.stop = secondary_button(self.tr("Stop"), "stop")
        for name in ("compare", "more", "again", "stop"):
            getattr(self, name).setObjectName(f"compare.{name}")
        self.compare.setToolTip(self.tr("Compare the pictures (Ctrl+Enter)"))
        self.more.setToolTip(self.tr("Find the person among a few pictures"))
        self.stop.hide()
        self.busy = low_busy_line()
        self.standing = StatusLamp(wrap=True)
        self.privacy = small(
            self.tr("Pictures are sent to the comparing service only when you compare, and are not stored there.")
        )
        self.remote = StatusLamp(Lamp.WARNING, wrap=True)
        self.remote.hide()

    def _lay_out(self) -> None:
        content = QWidget()
        inside = QVBoxLayout(content)
        inside.setContentsMargins(0, 0, Space.S, 0)
        inside.setSpacing(Space.M)
        self.grid = QGridLayout()
        self.grid.setSpacing(Space.M)
        inside.addLayout(self.grid)
        inside.addWidget(flowing(self.compare, self.stop, self.more, self.again))
        for part in (self.standing, self.busy, self.privacy, self.remote, self.result, self.liveness, self.evidence):
            inside.addWidget(part)
        inside.addStretch(1)
        explained = self.tr("Checks whether the person here is the one on the document, and keeps the proof.")
        self.column.addWidget(paragraph(explained, Tone.MUTED))
        self.area = scrolled(content)
        self.column.addWidget(self.area, 1)

    def _connect(self) -> None:
        connect(self.compare, self.start_comparing)
        connect(self.more, self.add_probe)
        connect(self.again, self.start_over)
        connect(self.stop, self.stop_comparing)
        self.reference.changed.connect(self._pictures_changed)
        self.kind.activated.connect(lambda _index: self.reference.set_kind(PictureKind(self.kind.currentData())))
        self.result.check_wanted.connect(self._check_evidence)
        self.liveness.changed.connect(self._show_standing)

    @property
    def help_text(self) -> str:
        return self.tr(
            "Take or choose the portrait on the document and a picture of the person. Each is checked here before "
            "anything is sent; what is wrong with it is said below it. Compare sends both, checks the signature of the "
            "answer and keeps the evidence on this station. Several pictures may be compared at once: the best is "
            "named. Pictures can be dropped from other windows, turned and cropped."
        )

    # What the window and others drive

    def entered(self) -> None:
        """Fresh evidence; the first thing to do has the keys."""
        self.evidence.refresh()
        self._show_standing()
        self.reference.by_camera.setFocus()

    async def finish(self) -> bool:
        """Cameras are let go, a comparison is stopped, and nothing stays on the service if it can be helped."""
        self.stop_comparing()
        for card in self.cards:
            await card.camera.close_camera()
        if self._comparing is not None:
            await asyncio.wait([self._comparing])
        await self.desk.close()
        return True

    @property
    def cards(self) -> list[PictureCard]:
        """The reference and the probes."""
        return [self.reference, *self.probes]

    def add_probe(self) -> None:
        """Room for another picture of the person sought."""
        if len(self.probes) >= MOST_PROBES:
            return
        number = len(self.probes) + 1
        title = self.tr("Person") if number == 1 else self.tr("Person, picture {0}").format(number)
        name = "person" if number == 1 else f"person{number}"
        card = PictureCard(title, PictureKind.SELFIE, self._tools, name, removable=number > 1)
        card.changed.connect(self._pictures_changed)
        card.removed.connect(lambda: self._remove(card))
        self.probes.append(card)
        self._arrange()
        self._pictures_changed()

    def start_comparing(self) -> None:
        """Compare what is there, when it is complete."""
        reference, probes = self.reference.checked, [card.checked for card in self.probes]
        if reference is None or not all(probes) or not self._complete() or self._comparing is not None:
            return
        self.result.hide()
        self.busy.say(self.tr("Comparing; the answer is checked and its evidence kept"))
        self.stop.show()
        self._comparing = self.tasks.start(
            self._compare(self.liveness.result),
            owner=self,
            button=self.compare,
            done=self._show,
            finally_=self._compared,
        )
        self._show_standing()

    def stop_comparing(self) -> None:
        """Give a comparison up; what was sent is deleted on the service."""
        if self._comparing is not None:
            self._comparing.cancel()

    def start_over(self) -> None:
        """The next person: no pictures, no result."""
        for card in self.probes[1:]:
            self._remove(card)
        for card in self.cards:
            card.forget()
        self.liveness.session.clear()
        self.result.hide()
        self.reference.by_camera.setFocus()

    # How

    async def _compare(self, liveness: LivenessResult | None) -> Shown:
        reference = self.reference.checked
        probes = {card.title.text(): card.checked for card in self.probes if card.checked is not None}
        assert reference is not None
        outcome = liveness.outcome if liveness else None
        if len(probes) == 1:
            (name, probe), *_ = probes.items()
            result = await self.desk.compare(reference, probe, liveness=liveness)
            return Shown((result,), (name,), self.desk.remote_until, outcome)
        few = await self.desk.compare_few(reference, list(probes.values()), liveness=liveness)
        names = tuple(next(name for name, probe in probes.items() if probe is one.probe) for one in few.candidates)
        return Shown(few.candidates, names, few.remote_until, outcome)

    def _show(self, shown: Shown) -> None:
        if not shown.results:
            self._messages.warn(
                self.tr("None of the pictures resembles the first one."),
                self.tr("Check that the right ones are shown."),
            )
            return
        self.result.show_result(shown)
        self.evidence.refresh()
        reveal(self.area, self.result)

    def _compared(self) -> None:
        self._comparing = None
        self.busy.done()
        self.stop.hide()
        self._show_standing()

    def _check_evidence(self, evidence_id: str) -> None:
        checking = self.desk.verify(evidence_id)
        self.tasks.start(checking, owner=self, button=self.result.recheck, done=self.result.show_report)

    def _remove(self, card: PictureCard) -> None:
        self.probes.remove(card)
        self.grid.removeWidget(card)
        card.hide()
        card.deleteLater()
        self._arrange()
        self._pictures_changed()

    def _pictures_changed(self) -> None:
        self.result.hide()  # it was about other pictures
        self._show_standing()

    def _complete(self) -> bool:
        return all(card.checked is not None and card.checked.usable for card in self.cards)

    def _show_standing(self) -> None:
        busy = self._comparing is not None
        self.compare.setEnabled(self._complete() and not busy)
        self.more.setVisible(len(self.probes) < MOST_PROBES)
        self.more.setEnabled(not busy)
        self.again.setEnabled(not busy)
        lamp, told = self._stands()
        self.standing.show_state(lamp, told)
        self.standing.setVisible(not busy)
        self._show_remote()

    def _stands(self) -> tuple[Lamp, str]:
        if any(card.checked is not None and not card.checked.usable for card in self.cards):
            return Lamp.WARNING, self.tr("A picture cannot be sent: do what is said below it.")
        if not self._complete():
            return Lamp.HINT, self.tr("Both pictures are needed.")
        if self.desk.policy.liveness_required and self.liveness.outcome is not LivenessOutcome.LIVE:
            return Lamp.WAITING, self.tr("A passed liveness check is demanded here: read its result below first.")
        return Lamp.GOOD, self.tr("Ready to compare.")

    def _show_remote(self) -> None:
        until = self.desk.remote_until
        self.remote.setVisible(until is not None and self.result.isHidden())
        if until is not None:
            told = self.tr("Deleting on the service failed: face data of an earlier comparison live there until {0}.")
            self.remote.show_state(Lamp.WARNING, told.format(station_words.moment(until)))

    def _arrange(self) -> None:
        for card in self.cards:
            self.grid.removeWidget(card)
        across = self._across()
        for place, card in enumerate(self.cards):
            self.grid.addWidget(card, place // across, place % across)
        for column in range(2):
            self.grid.setColumnStretch(column, 1 if column < across else 0)

    def _across(self) -> int:
        return 1 if self.width() < NARROW * self.fontMetrics().height() else 2

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.start_comparing()
        elif event.key() == Qt.Key.Key_Escape and self._comparing is not None:
            self.stop_comparing()
        else:
            super().keyPressEvent(event)
