"""A line that says the fingerprint engine is still being made ready, and goes by itself when it is."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QWidget

from app.domain.finger import Readiness
from app.journeys.ports import Fingers
from app.ui import theme
from app.ui.i18n import translate
from app.ui.theme import Kind, Tone

LOOK_EVERY_MS = 250


def engine_words() -> str:
    """What goes on, how long it takes, and that it does so once."""
    return translate("fingers", "Getting the fingerprint engine ready, about a minute, only the first time.")


class EngineNote(QLabel):
    """Shown while the engine is getting ready; looks by itself, and not any more once it is."""

    def __init__(self, fingers: Fingers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("fingers.engine")
        self.setWordWrap(True)
        theme.mark(self, kind=Kind.SMALL, tone=Tone.WARN)
        kept = translate("fingers", "Go on as usual: a press waits and is examined as soon as it is ready.")
        self.setText(f"{engine_words()} {kept}")
        self._fingers = fingers
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)
        self.hide()
        if fingers.readiness is not Readiness.READY:
            self._timer.start()

    def _look(self) -> None:
        now = self._fingers.readiness
        self.setVisible(now is Readiness.FIRST_TIME)
        if now is Readiness.READY:
            self._timer.stop()
