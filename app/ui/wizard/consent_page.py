"""Consent: the text in the person's language, large, and the record that they agreed."""

import re
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QLocale
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QVBoxLayout, QWidget

from app.domain.person import Consent
from app.domain.policy import ConsentText
from app.journeys.flow_inputs import GiveConsent
from app.journeys.flow_state import State, Step
from app.ui import dialogs, theme, words
from app.ui.theme import Space, Tone
from app.ui.widgets.basics import label, row
from app.ui.widgets.buttons import connect, secondary_button
from app.ui.wizard.base import StepPage
from app.ui.wizard.context import Context

READING_FACTOR = 1.35


def current_texts(texts: Sequence[ConsentText]) -> tuple[ConsentText, ...]:
    """The newest version in each language, in the configured order of languages."""
    newest: dict[str, ConsentText] = {}
    for text in texts:
        held = newest.get(text.language)
        if held is None or _version(text.version) >= _version(held.version):
            newest[text.language] = text
    return tuple(newest.values())


def _version(version: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"[.\-_ ]", version)]


class ConsentPage(StepPage):
    """The person reads, or is read to; the clerk records the answer."""

    icon = "check"

    def __init__(self, context: Context, step: Step, parent: QWidget | None = None) -> None:
        super().__init__(context, step, parent)
        self._texts = current_texts(context.policy.consents)
        self.language = QComboBox()
        self.language.setObjectName("wizard.consent.language")
        for text in self._texts:
            self.language.addItem(words.language(text.language))
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(self.tr("Consent text"))
        self.version = label("", tone=Tone.MUTED, wrap=False)
        self.given = label("", tone=Tone.OK, wrap=False)
        self.refuse = secondary_button(self.tr("Does not agree"))
        self.refuse.setObjectName("wizard.consent.refuse")
        self.extras = [self.refuse]
        connect(self.refuse, self._refuse)
        self._lay_out()
        self._choose_first()
        self.language.currentIndexChanged.connect(lambda _index: self._show_text())
        self._show_text()

    def _lay_out(self) -> None:
        chooser = label(self.tr("&Language of the person"), wrap=False)
        chooser.setBuddy(self.language)
        self.language.setAccessibleName(self.tr("Language of the person"))
        self.language.setMinimumWidth(180)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        column.addLayout(row(chooser, self.language, None, self.version, spacing=Space.M))
        column.addWidget(self.text, 1)
        column.addWidget(self.given)

    def _choose_first(self) -> None:
        given = self.context.state.consent
        wanted = given.language if given else QLocale().name().split("_")[0]
        for index, text in enumerate(self._texts):
            if text.language.split("-")[0] == wanted or text.language == wanted:
                self.language.setCurrentIndex(index)
                return

    @property
    def shown(self) -> ConsentText:
        """The text on the screen."""
        return self._texts[max(0, self.language.currentIndex())]

    @property
    def _agreed(self) -> bool:
        """Consent was recorded to the very text that is shown."""
        given = self.context.state.consent
        return given is not None and (given.language, given.text_digest) == (self.shown.language, self.shown.digest)

    @property
    def sentence(self) -> str:
        """What to do."""
        if self._agreed:
            return self.tr("Consent is recorded. Continue with the person's data.")
        return self.tr("Let the person read this text, or read it aloud, and ask for consent.")

    @property
    def primary(self) -> str:
        """Agree, or go on when consent was given before."""
        return self.tr("Continue") if self._agreed else self.tr("The person agrees")

    @property
    def help_text(self) -> str:
        """What F1 tells."""
        return self.tr(
            "Choose the person's language and let them read the text. What they agreed to, in which language and when,"
            " is stored with the enrollment. Without consent nothing is captured."
        )

    def _show_text(self) -> None:
        text = self.shown
        self._show_size()
        self.text.setPlainText(text.text)
        self.version.setText(self.tr("Version {version}").format(version=text.version))
        self._show_given()
        self.changed.emit()

    def _show_size(self) -> None:
        wanted = f"font-size: {self.font().pointSizeF() * READING_FACTOR:.1f}pt; padding: 12px;"
        if self.text.styleSheet() != wanted:
            self.text.setStyleSheet(wanted)

    def _show_given(self) -> None:
        given = self.context.state.consent
        if given is None or not self._agreed:
            self.given.setText("")
            return
        when = words.moment(given.given_at)
        self.given.setText(self.tr("The person agreed on {when}.").format(when=when))
        theme.mark(self.given, tone=Tone.OK)

    def show_state(self, state: State) -> None:
        """Say when consent was given."""
        self._show_given()

    async def apply(self) -> bool:
        """Record consent to the shown text."""
        if not self._agreed:
            text = self.shown
            given_at = self.context.station.now()
            await self.context.journey.apply(GiveConsent(Consent(text.version, text.language, text.digest, given_at)))
        return True

    def _refuse(self) -> None:
        self.context.tasks.start(self._ask_to_drop(), owner=self, button=self.refuse)

    async def _ask_to_drop(self) -> None:
        text = self.tr("Without consent nothing may be captured. Everything entered for this person is deleted.")
        title = self.tr("End this enrollment?")
        if await dialogs.question(self.window(), title, text, yes=self.tr("End and delete"), danger=True):
            self.leave.emit(True)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._show_size()
