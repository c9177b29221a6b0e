"""Choosing files without blocking: a dialog that is awaited."""

import asyncio
from pathlib import Path

import shiboken6
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget


async def ask_save(parent: QWidget, title: str, suggestion: str) -> Path | None:
    """Where to save; None when given up. The dialog itself asks before an existing file is replaced."""
    dialog = QFileDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(suggestion)
    return await _chosen(dialog)


async def ask_open(parent: QWidget, title: str) -> Path | None:
    """Which existing file; None when given up."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return await _chosen(dialog)


async def _chosen(dialog: QFileDialog) -> Path | None:
    answered: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    dialog.finished.connect(lambda result: None if answered.done() else answered.set_result(result))
    dialog.open()
    try:
        if await answered != QDialog.DialogCode.Accepted.value:
            return None
        return Path(dialog.selectedFiles()[0])
    finally:
        if shiboken6.isValid(dialog):
            dialog.deleteLater()
