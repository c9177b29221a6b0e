"""What the clerk chose for this window: look, text size, place on the screen; kept in the profile's folder."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from app.ui.theme import TEXT_PERCENTS, Look


class Preferences:
    """Reads and writes `window.ini` in `folder`. A damaged or foreign value reads as the default."""

    def __init__(self, folder: Path, look: Look = Look.SYSTEM, percent: int = 100) -> None:
        self._kept = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
        self._look, self._percent = look, percent

    @property
    def look(self) -> Look:
        """The chosen look, else the configured one."""
        try:
            return Look(str(self._kept.value("look", self._look)))
        except ValueError:
            return self._look

    @look.setter
    def look(self, look: Look) -> None:
        self._kept.setValue("look", look.value)

    @property
    def percent(self) -> int:
        """The chosen text size in percent, else the configured one."""
        kept = str(self._kept.value("percent", ""))
        chosen = int(kept) if kept.isdecimal() and len(kept) < 4 else 0
        return chosen if min(TEXT_PERCENTS) <= chosen <= max(TEXT_PERCENTS) else self._percent

    @percent.setter
    def percent(self, percent: int) -> None:
        self._kept.setValue("percent", percent)

    @property
    def geometry(self) -> QByteArray:
        """The window's place, empty at first."""
        kept = self._kept.value("geometry")
        return kept if isinstance(kept, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, place: QByteArray) -> None:
        self._kept.setValue("geometry", place)
