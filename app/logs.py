"""Logs that cannot leak: a record carries declared safe facts, or only where it came from.

    LOG = logging.getLogger(__name__)
    logs.event(LOG, "device-opened", device="iris-1", ms=84.2)
    logs.event(LOG, "delivery-stopped", logging.WARNING, error=error, device="iris-1", attempt=3)

`install()` puts a gate in front of every logger of the process, ours and others'. What comes through `event` keeps
its name and the facts declared in `app.log_facts`; of everything else (plain messages, arguments, extras, exception
texts, notes) remain the logger, the level, the place in the code, the exception types and the facts of StationErrors.
"""

import asyncio
import json
import logging
import os
import sys
import threading
import warnings
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from app.log_facts import Safe, safe_error, safe_facts, safe_logger_name, safe_word

LOG = logging.getLogger(__name__)
FILE_NAME = "station.log"
MAX_BYTES = 2_000_000
KEPT_FILES = 5

OnCrash = Callable[[BaseException], None]
_plain_factory = logging.getLogRecordFactory()


class Event:
    """A message that came through `event`; its type is the proof."""

    def __init__(self, name: str, facts: Mapping[str, Safe]) -> None:
        self.name = name
        self.facts = dict(facts)

    def __str__(self) -> str:
        return " ".join([self.name, *(f"{name}={value}" for name, value in self.facts.items())])


def event(
    logger: logging.Logger,
    name: str,
    /,
    level: int = logging.INFO,
    *,
    error: BaseException | None = None,
    **facts: object,
) -> None:
    """Log that something happened. `name` is a literal of lower-case words joined by `-`, without digits.

    A fact whose name is not declared, or whose value does not fit its kind, is logged as its type only.
    """
    if not logger.isEnabledFor(level):
        return
    known = safe_facts(facts)
    if error is not None:
        known |= {f"error_{key}": value for key, value in safe_error(error).items()}
    logger.log(level, Event(safe_word(name) or "unnamed-event", known), stacklevel=2)


def install(folder: Path | None, level: int = logging.INFO, stderr: TextIO | None = None) -> None:
    """Gate every logger; write to a rotating file in `folder` (0600, JSON lines) and to stderr (text).

    Replaces the handlers of every logger there is. `folder` None logs to stderr only. Call once, early.
    """
    uninstall()
    # logging's own error report prints a record's arguments, so it stays off.
    logging.raiseExceptions = False
    logging.setLogRecordFactory(_gated)
    for logger in _all_loggers():
        _strip(logger)
    root = logging.getLogger()
    for handler in _handlers(folder, stderr or sys.stderr):
        root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("app").setLevel(level)
    warnings.showwarning = _log_warning


def uninstall() -> None:
    """Close our handlers and lift the gate (tests, and a second `install`)."""
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler.formatter, SafeText | SafeJson)]:
        root.removeHandler(handler)
        handler.close()
    logging.setLogRecordFactory(_plain_factory)


def hook_crashes(on_crash: OnCrash | None = None) -> None:
    """Log what nobody caught, in any thread, without its text; then tell `on_crash` (the window's crash dialog)."""

    def uncaught(error: BaseException, where: str) -> None:
        event(LOG, "uncaught-exception", logging.CRITICAL, error=error, where=where)
        if on_crash is not None:
            on_crash(error)

    def main_thread(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        uncaught(error.with_traceback(trace), "main-thread")

    def other_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
            uncaught(args.exc_value, "thread")

    def unraisable(args: "sys.UnraisableHookArgs") -> None:
        if args.exc_value is not None:
            event(LOG, "unraisable-exception", logging.ERROR, error=args.exc_value)

    sys.excepthook = main_thread
    threading.excepthook = other_thread
    sys.unraisablehook = unraisable


def hook_loop(loop: asyncio.AbstractEventLoop, on_crash: OnCrash | None = None) -> None:
    """The same for tasks and callbacks of one event loop; asyncio's own report would print reprs."""

    def lost(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        event(LOG, "lost-exception", logging.ERROR, error=error, where="event-loop")
        if on_crash is not None and isinstance(error, Exception):
            on_crash(error)

    loop.set_exception_handler(lost)


class SafeText(logging.Formatter):
    """One line for people, and the places an exception came through below it."""

    def format(self, record: logging.LogRecord) -> str:
        parts = _parts(record)
        trace = parts.pop("error_trace", None)
        head = " ".join(str(parts.pop(key)) for key in ("time", "level", "logger", "event"))
        line = " ".join([head, *(f"{key}={value}" for key, value in parts.items())])
        return "\n  ".join([line, *trace]) if isinstance(trace, list) else line


class SafeJson(logging.Formatter):
    """One JSON object per line, for tools."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(_parts(record), separators=(",", ":"))


class _PrivateFile(RotatingFileHandler):
    """A rotating file that only this user can read."""

    def _open(self) -> Any:
        return open(self.baseFilename, self.mode, encoding="utf-8", opener=_private_opener)


def _private_opener(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _gated(*args: Any, **kwargs: Any) -> logging.LogRecord:
    """The record factory: strips a record at its birth, so that no handler of anybody ever sees the rest."""
    record = _plain_factory(*args, **kwargs)
    if type(record.msg) is not Event:
        error = record.exc_info[1] if record.exc_info else None
        facts = {f"error_{key}": value for key, value in safe_error(error).items()} if error else {}
        record.msg = Event("message-withheld", facts)
    record.args = ()
    record.exc_info = record.exc_text = record.stack_info = None
    return record


def _parts(record: logging.LogRecord) -> dict[str, Any]:
    """What may be written of a record; one that was not gated (made elsewhere) is reduced here."""
    message = record.msg if type(record.msg) is Event else Event("message-withheld", {})
    return {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": logging.getLevelName(min(50, record.levelno // 10 * 10)),
        "logger": safe_logger_name(record.name),
        "event": message.name,
        "at": f"{Path(record.pathname).name}:{record.lineno}",
        **message.facts,
    }


def _handlers(folder: Path | None, stderr: TextIO | None) -> list[logging.Handler]:
    handlers: list[logging.Handler] = []
    if stderr is not None:  # a windowed program on Windows has none
        handlers.append(logging.StreamHandler(stderr))
        handlers[-1].setFormatter(SafeText())
    if folder is not None:
        handlers.append(_PrivateFile(folder / FILE_NAME, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, delay=True))
        handlers[-1].setFormatter(SafeJson())
    return handlers


def _all_loggers() -> list[logging.Logger]:
    named = logging.getLogger().manager.loggerDict.values()
    return [logging.getLogger(), *(logger for logger in named if isinstance(logger, logging.Logger))]


def _strip(logger: logging.Logger) -> None:
    """Other people's handlers go; what they wanted to say arrives at ours."""
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
    logger.propagate = True


def _log_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    place = f"{Path(filename).name}:{lineno}"
    event(LOG, "python-warning", logging.WARNING, warning_type=category.__name__, place=place)
