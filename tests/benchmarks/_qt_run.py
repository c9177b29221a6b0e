"""Runs a benchmark that needs Qt, and writes its report where `--json` says."""

import argparse
import asyncio
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import qasync
from PySide6.QtWidgets import QApplication


def run_in_qt(
    run: Callable[[QApplication, argparse.Namespace], Coroutine[Any, Any, dict[str, Any]]], options: argparse.Namespace
) -> int:
    """Run on a loop that is Qt's as well; the exit code."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
        report = runner.run(run(app, options))
    if options.json:
        Path(options.json).write_text(json.dumps(report, indent=1), encoding="utf-8")
    return 0
