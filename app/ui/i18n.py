"""Texts for translation: marks that lupdate finds, and the contexts they are looked up in."""

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate
"""For texts outside of QObjects, under this name because lupdate knows it. Counted texts need `self.tr`."""


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """The text itself, marked for lupdate, which knows this name; PySide's own is typed as an object."""
    del context
    return text


def device_text(text: str) -> str:
    """A text a driver offers (titles, consequences, notes), in the reader's language."""
    return translate("device", text) if text else ""
