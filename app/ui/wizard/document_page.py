"""The document step: the portrait on a document and the face at the desk, compared and bound to the person."""

import asyncio

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from app.domain.comparison import Decision
from app.domain.document import DocumentCheck, LivenessOutcome, PictureKind
from app.domain.policy import DocumentRule
from app.journeys.document_match import DocumentMatch, MatchResult
from app.journeys.flow_inputs import NoteDocument
from app.journeys.flow_state import State, Step
from app.ui import comparison_words as words
from app.ui.document.liveness_card import LivenessCard
from app.ui.document.picture_card import PictureCard, Tools
from app.ui.document.result_card import ResultCard, Shown
from app.ui.theme import Space
from app.ui.widgets.basics import reveal, scrolled, small
from app.ui.widgets.status import Lamp, StatusLamp
from app.ui.wizard.base import StepPage
from app.ui.wizard.context import Context

NARROW = 36
"""Width of the page in heights of a line of text, below which the pictures go under each other."""


class DocumentPage(StepPage):
    """Enter compares while there are two pictures to compare, else it goes on."""

    def __init__(self, context: Context, step: Step, parent: QWidget | None = None) -> None:
        super().__init__(context, step, parent)
        self._comparing: asyncio.Task[MatchResult] | None = None
        self._compared = False
        tools = Tools(self.desk.check, context.station.cameras, context.tasks, context.messages)
        self.reference = PictureCard(self.tr("Document"), PictureKind.DOCUMENT, tools, "step.document")
        self.probe = PictureCard(self.tr("Person"), PictureKind.SELFIE, tools, "step.person")
        self.standing = StatusLamp(wrap=True)
        self.liveness = LivenessCard(self.desk, context.tasks)
        self.result = ResultCard()
        self._lay_out()
        for card in (self.reference, self.probe):
            card.changed.connect(self._pictures_changed)
        self.liveness.changed.connect(self._liveness_changed)
        self.result.check_wanted.connect(self._check_evidence)

    def _lay_out(self) -> None:
        content = QWidget()
        inside = QVBoxLayout(content)
        inside.setContentsMargins(0, 0, Space.S, 0)
        inside.setSpacing(Space.M)
        self._grid = QGridLayout()
        self._grid.setSpacing(Space.M)
        told = self.tr(
            "Pictures are sent to the comparing service only when you compare, and are stored neither there nor here."
        )
        inside.addWidget(self.standing)
        inside.addLayout(self._grid, 1)  # low windows scroll; in high ones the pictures grow
        inside.addWidget(small(told))
        inside.addWidget(self.liveness)
        inside.addWidget(self.result)
        self.liveness.setVisible(self.desk.policy.liveness_required)
        self._area = scrolled(content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._area)
        self._arrange()

    @property
    def desk(self) -> DocumentMatch:
        """The comparing journey; the step is only planned where there is one."""
        documents = self.context.station.documents
        assert documents is not None
        return documents

    @property
    def sentence(self) -> str:
        """What to do."""
        if self._needs_liveness:
            return self.tr("Read the result of the liveness check, then compare the two pictures.")
        if self.ready:
            return self.tr("Compare the two pictures.")
        if self._matched:
            return self.tr("The person is the one on the document: go on.")
        if self._done and self._done.decision is Decision.UNDECIDED:
            return self.tr("Nothing was decided: put right what is said, then compare again.")
        if self._done:
            return self.tr("The comparison came to no match: take better pictures, or look at the document yourself.")
        return self.tr("Take the portrait on the document and the face of the person.")

    @property
    def primary(self) -> str:
        """Read the liveness result, compare, or go on."""
        if self._needs_liveness:
            return self.tr("Read the liveness result")
        if self.ready:
            return self.tr("Compare")
        if self._done or self._required:
            return self.tr("Continue")
        return self.tr("Continue without document")

    @property
    def busy(self) -> str:
        """Comparing takes a moment."""
        return self.tr("Comparing; the answer is checked and its evidence kept") if self._comparing else ""

    @property
    def help_text(self) -> str:
        """What F1 tells."""
        return self.tr(
            "Take or choose the portrait on the document and a picture of the person. Each is checked here before "
            "anything is sent; what is wrong with it is said below it. The outcome and its proof are kept with the "
            "person; the pictures are not."
        )

    @property
    def _required(self) -> bool:
        return self.context.policy.document is DocumentRule.REQUIRED

    @property
    def _done(self) -> DocumentCheck | None:
        return self.context.state.document

    @property
    def _matched(self) -> bool:
        return self._done is not None and self._done.decision is Decision.MATCH

    @property
    def ready(self) -> bool:
        """Two pictures are there that were not compared yet."""
        checked = (self.reference.checked, self.probe.checked)
        return not self._compared and all(one is not None and one.usable for one in checked)

    @property
    def _needs_liveness(self) -> bool:
        """Ready but for the liveness result that is demanded here: without one no comparison comes to a match."""
        unread = self.liveness.outcome in {None, LivenessOutcome.NOT_READY}
        return self.ready and self.desk.policy.liveness_required and unread

    def show_state(self, state: State) -> None:
        """What the last comparison came to, also after the station was started again."""
        lamp, told = words.standing(state.document)
        self.standing.show_state(lamp if state.document else Lamp.WAITING, told)

    def enter(self) -> QWidget | None:
        """The first thing to do."""
        return None if self._done else self.reference.by_camera

    async def apply(self) -> bool:
        """Compare when there is something to compare; else on, unless a match is demanded."""
        if self._needs_liveness:
            self._ask_for_liveness()
            return False
        if self.ready:
            await self._compare()
            return False
        if self._required and not self._matched:
            self.context.messages.warn(
                self.tr("Here nobody is enrolled without a matching document."),
                self.tr("Take both pictures and compare them."),
            )
            return False
        return True

    async def settle(self) -> None:
        """Let the cameras go."""
        for card in (self.reference, self.probe):
            await card.camera.close_camera()

    async def stop(self) -> bool:
        """Give a comparison up; nothing of it stays on the service."""
        task = self._comparing
        if task is None:
            return False
        task.cancel()
        await asyncio.wait([task])
        return True

    async def _compare(self) -> None:
        reference, probe = self.reference.checked, self.probe.checked
        assert reference is not None
        assert probe is not None
        person = self.context.state.person.person_id
        work = self.desk.compare(reference, probe, person_id=person, liveness=self.liveness.result)
        self._comparing = asyncio.create_task(work)
        self.changed.emit()
        try:
            result = await asyncio.shield(self._comparing)
            self._compared = True
            await self._note(result)
            self._show(result)
        except asyncio.CancelledError:
            if not self._comparing.cancelled():  # the window closes: the comparison ends with it
                await self.stop()
                raise
        finally:
            self._comparing = None
            self.changed.emit()

    async def _note(self, result: MatchResult) -> None:
        """The evidence is on disk: the draft names it, also when the window closes in this very moment."""
        noting = asyncio.create_task(self.context.journey.apply(NoteDocument(as_check(result, self.context))))
        try:
            await asyncio.shield(noting)
        except asyncio.CancelledError:
            await asyncio.wait([noting])
            raise

    def _show(self, result: MatchResult) -> None:
        names, until = (self.probe.title.text(),), self.desk.remote_until
        self.result.show_result(Shown((result,), names, until, self.liveness.outcome))
        reveal(self._area, self.result)
        self.setFocus()  # Enter goes on, whatever had the keyboard before

    def _check_evidence(self, evidence_id: str) -> None:
        checking = self.desk.verify(evidence_id)
        self.context.tasks.start(checking, owner=self, button=self.result.recheck, done=self.result.show_report)

    def _ask_for_liveness(self) -> None:
        if self.liveness.named:
            self.liveness.read_now()
            return
        self.context.messages.warn(
            self.tr("A passed liveness check is demanded here."),
            self.tr("Type the session of the check that the person made, then read its result."),
        )
        reveal(self._area, self.liveness)
        self.liveness.session.setFocus()

    def _liveness_changed(self) -> None:
        self._compared = False  # the last comparison did not know this result
        self.changed.emit()

    def _pictures_changed(self) -> None:
        self._compared = False
        self.result.hide()  # it was about other pictures
        self.changed.emit()
        if self.ready:
            self.setFocus()  # Enter compares now

    def _arrange(self) -> None:
        across = 1 if self.width() < NARROW * self.fontMetrics().height() else 2
        for place, card in enumerate((self.reference, self.probe)):
            self._grid.removeWidget(card)
            self._grid.addWidget(card, place // across, place % across)
        for column in range(2):
            self._grid.setColumnStretch(column, 1 if column < across else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()


def as_check(result: MatchResult, context: Context) -> DocumentCheck:
    """What the person's record keeps of a comparison."""
    verdict = result.verdict
    return DocumentCheck(
        result.evidence_id,
        context.station.now(),
        verdict.decision,
        verdict.signature,
        verdict.score,
        verdict.threshold,
    )
