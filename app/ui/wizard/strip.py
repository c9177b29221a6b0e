"""The line under the picture: what goes on, or what a try came to."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.icons import IconView
from app.ui.theme import Kind, Space, Tone
from app.ui.widgets.basics import label, paragraph
from app.ui.widgets.speech import announce
from app.ui.widgets.status import Spinner

_ICONS = {Tone.OK: "ok", Tone.WARN: "warning", Tone.BAD: "error"}


class StatusStrip(QFrame):
    """Keeps its height whatever it says, so that the picture above never moves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("wizard.status")
        self.tone = Tone.PLAIN
        self._picture = IconView("info", 24)
        self._spinner = Spinner(24)
        self.what = label("", Kind.BODY)
        font = self.what.font()
        font.setBold(True)
        self.what.setFont(font)
        self.rest = paragraph("")
        self._lay_out()
        self.say("", "")

    def _lay_out(self) -> None:
        theme.mark(self, role="card")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addStretch(1)
        words.addWidget(self.what)
        words.addWidget(self.rest)
        words.addStretch(1)
        line = QHBoxLayout(self)
        line.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        line.setSpacing(Space.M)
        line.addWidget(self._picture)
        line.addWidget(self._spinner)
        line.addLayout(words, 1)

    def keep_lines(self, count: int) -> None:
        """Reserve the height of so many lines of text."""
        self.setMinimumHeight(round(self.fontMetrics().lineSpacing() * count + 2 * Space.S + 4))

    @property
    def text(self) -> str:
        """All that is said."""
        return " ".join(part for part in (self.what.text(), self.rest.text()) if part)

    def say(self, what: str, rest: str, tone: Tone = Tone.PLAIN, *, busy: bool = False) -> None:
        """Say a calm sentence, with a turning mark while something goes on."""
        self.tone = tone
        self.what.setText(what)
        self.rest.setText(rest)
        self.rest.setVisible(bool(rest))
        self._spinner.setVisible(busy)
        self._picture.setVisible(bool(what) and not busy)
        self._picture.show_icon(_ICONS.get(tone, "info"), tone if tone is not Tone.PLAIN else Tone.INFO)
        theme.mark(self, tone=tone)
        if self.text != self.accessibleName():
            self.setAccessibleName(self.text)
            if self.isVisible():
                announce(self, self.text)
