"""Nothing about a person reaches a log, whichever logger and whichever way somebody tries."""

import ast
import asyncio
import base64
import io
import json
import logging
import re
import subprocess
import sys
import threading
import uuid
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import logs
from app.domain.errors import InvalidInput, StationError, Unreachable
from app.domain.modality import Modality
from app.log_facts import KINDS, MAX_CAUSES, safe_error, safe_facts

TEMPLATE = bytes(range(256)) * 2
PIN = "73915"
API_KEY = "sk9Zq81LmNe02VtRwXy7"
PERSON = "Wilhelmina Featherstonehaugh"
SECRETS: dict[str, object] = {
    "template": TEMPLATE,
    "template as base64": base64.b64encode(TEMPLATE).decode(),
    "template as hex": TEMPLATE.hex(),
    "PIN": PIN,
    "API key": API_KEY,
    "person": PERSON,
    "array": bytearray(TEMPLATE),
}
MARKS = [
    PIN,
    API_KEY,
    "Wilhelmina",
    "Featherstone",
    TEMPLATE.hex()[:24],
    base64.b64encode(TEMPLATE).decode()[:24],
    repr(TEMPLATE)[2:26],
    "\\x01\\x02",
]
LOGGERS = [
    "",
    "app",
    "app.devices.ef45.client",
    "app.ui.pages",
    "httpx",
    "httpcore.http11",
    "uvicorn",
    "uvicorn.error",
    "uvicorn.access",
    "sqlalchemy.engine",
    "sqlalchemy.engine.Engine",
    "asyncio",
    "grpc",
    "grpc._channel",
    "py.warnings",
    "alembic.runtime",
    "keyring.backend",
    "made.up.later",
]


class Written:
    """Everything that left through stderr and the log file."""

    def __init__(self, folder: Path, stderr: io.StringIO) -> None:
        self.file = folder / logs.FILE_NAME
        self.stderr = stderr

    @property
    def text(self) -> str:
        return self.stderr.getvalue() + (self.file.read_text("utf-8") if self.file.exists() else "")

    @property
    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.file.read_text("utf-8").splitlines()]

    def assert_clean(self) -> None:
        leaked = [mark for mark in MARKS if mark in self.text]
        assert not leaked, self.text


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Written]:
    stderr = io.StringIO()
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning
    levels = {name: logging.getLogger(name).level for name in LOGGERS}
    for name in LOGGERS:  # a server that another test started may have silenced its own
        logging.getLogger(name).setLevel(logging.NOTSET)
    raises, handlers = logging.raiseExceptions, list(logging.getLogger().handlers)
    logs.install(tmp_path, logging.DEBUG, stderr)
    yield Written(tmp_path, stderr)
    logs.uninstall()
    sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning = hooks
    logging.raiseExceptions = raises
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    for handler in handlers:
        logging.getLogger().addHandler(handler)


def _raised(error: BaseException) -> BaseException:
    try:
        raise error
    except BaseException as raised:
        return raised


def _chained(secret: object) -> BaseException:
    try:
        raise ValueError(secret)
    except ValueError as cause:
        error = RuntimeError(f"while doing {secret!r}")
        error.add_note(f"note {secret!r}")
        error.__cause__ = cause
        return _raised(error)


Attempt = Callable[[logging.Logger, object], None]
ATTEMPTS: dict[str, Attempt] = {
    "argument": lambda log, secret: log.error("value %s", secret),
    "argument repr": lambda log, secret: log.error("value %r and %s", secret, [secret]),
    "mapping argument": lambda log, secret: log.error("value %(x)s", {"x": secret}),
    "f-string": lambda log, secret: log.error(f"value {secret!r}"),
    "the message itself": lambda log, secret: log.error(secret),
    "wrong arguments": lambda log, secret: log.error("no place", secret),  # noqa: PLE1205
    "too few arguments": lambda log, secret: log.error("%s %s", secret),  # noqa: PLE1206
    "extra": lambda log, secret: log.error("value", extra={"value": secret, "color_message": str(secret)}),
    "exception text": lambda log, secret: log.error("failed", exc_info=_raised(ValueError(secret))),
    "exception chain": lambda log, secret: log.error("failed", exc_info=_chained(secret)),
    "exception group": lambda log, secret: log.error(
        "failed", exc_info=_raised(ExceptionGroup(str(secret), [ValueError(secret)]))
    ),
    "station error": lambda log, secret: log.error("failed", exc_info=_raised(InvalidInput(field=str(secret)))),
    "stack": lambda log, secret: log.error(f"{secret!r}", stack_info=True),
    "event name": lambda log, secret: logs.event(log, f"pin-{secret!r}", logging.ERROR),
    "event facts": lambda log, secret: logs.event(log, "tried", logging.ERROR, pin=secret, name=secret, value=secret),
    "declared facts": lambda log, secret: logs.event(
        log,
        "tried",
        logging.ERROR,
        **{name: secret for name in KINDS if name != "level"},  # type: ignore[arg-type]
    ),
    "event error": lambda log, secret: logs.event(log, "tried", logging.ERROR, error=_chained(secret)),
    "child logger": lambda log, secret: log.getChild(str(secret)).error("value"),
    "adapter": lambda log, secret: logging.LoggerAdapter(log, {"x": secret}).error(f"{secret!r}"),
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_no_way_leads_out(attempt: str, written: Written) -> None:
    for name in LOGGERS:
        for secret in SECRETS.values():
            ATTEMPTS[attempt](logging.getLogger(name), secret)
    written.assert_clean()
    assert len(written.lines) == len(LOGGERS) * len(SECRETS)


def test_a_handler_added_later_sees_no_more_than_ours(written: Written) -> None:
    foreign = io.StringIO()
    handler = logging.StreamHandler(foreign)
    handler.setFormatter(logging.Formatter("%(message)s %(args)s %(exc_text)s"))
    logger = logging.getLogger("uvicorn.access")
    logger.addHandler(handler)
    try:
        logger.error("%s %s", PERSON, PIN, exc_info=_chained(API_KEY))
    finally:
        logger.removeHandler(handler)
    assert not [mark for mark in MARKS if mark in foreign.getvalue()]
    written.assert_clean()


def test_a_record_made_elsewhere_is_reduced(written: Written) -> None:
    logging.getLogger().handle(logging.makeLogRecord({"name": "far", "levelno": 40, "msg": PERSON, "exc_text": PIN}))
    written.assert_clean()


def test_warnings_keep_kind_and_place_only(written: Written) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = logs._log_warning  # catch_warnings put the default back
        warnings.warn(f"deprecated {PERSON}", DeprecationWarning, stacklevel=1)
    written.assert_clean()
    assert written.lines[-1]["warning_type"] == "DeprecationWarning"
    assert str(written.lines[-1]["place"]).startswith("test_logs.py:")


def test_uncaught_in_a_thread(written: Written) -> None:
    told: list[BaseException] = []
    logs.hook_crashes(told.append)

    def fail() -> None:
        raise ValueError(PERSON)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    written.assert_clean()
    assert written.lines[-1]["error_type"] == "ValueError"
    assert [type(error) for error in told] == [ValueError]


def test_uncaught_in_the_main_thread_and_in_a_destructor(written: Written) -> None:
    logs.hook_crashes()
    error = _chained(PERSON)
    sys.excepthook(type(error), error, error.__traceback__)

    class Bad:
        def __del__(self) -> None:
            raise ValueError(PIN)

    Bad()
    written.assert_clean()
    assert {"uncaught-exception", "unraisable-exception"} <= {str(line["event"]) for line in written.lines}
    assert written.lines[0]["error_type"] == "RuntimeError < ValueError"


def test_uncaught_in_a_loop(written: Written) -> None:
    async def lose() -> None:
        logs.hook_loop(asyncio.get_running_loop())
        asyncio.get_running_loop().call_soon(lambda: (_ for _ in ()).throw(ValueError(PERSON)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    asyncio.run(lose())
    written.assert_clean()
    assert written.lines[-1]["event"] == "lost-exception"


def test_what_is_declared_is_told(written: Written) -> None:
    log = logging.getLogger("app.devices.ef45.client")
    error = _raised(Unreachable(device="iris-1", step="open", address="https://192.168.1.50:9980"))
    logs.event(log, "device-lost", logging.WARNING, error=error, modality=Modality.IRIS, attempt=2, ms=12.34567)
    (line,) = written.lines
    assert line["logger"] == "app.devices.ef45.client"
    assert line["level"] == "WARNING"
    assert line["event"] == "device-lost"
    assert (line["modality"], line["attempt"], line["ms"]) == ("iris", 2, 12.346)
    assert (line["error_type"], line["error_code"]) == ("Unreachable", "ES-101")
    assert (line["error_device"], line["error_address"]) == ("iris-1", "https://192.168.1.50:9980")
    assert str(line["at"]).startswith("test_logs.py:")
    assert "device-lost at=" in written.stderr.getvalue()


def test_a_withheld_message_can_still_be_found(written: Written) -> None:
    logging.getLogger("httpx").warning("something %s", PERSON)
    (line,) = written.lines
    assert (line["logger"], line["event"]) == ("httpx", "message-withheld")
    assert str(line["at"]).startswith("test_logs.py:")


def test_chatter_of_libraries_is_not_kept(written: Written) -> None:
    logging.getLogger("httpx").info("HTTP Request")
    assert not written.file.exists()


def test_the_file_is_private_and_rotates(written: Written) -> None:
    file_handler = next(h for h in logging.getLogger().handlers if isinstance(h, logs._PrivateFile))
    file_handler.maxBytes = 2_000
    for number in range(200):
        logs.event(logging.getLogger("app"), "counted", count=number)
    kept = sorted(written.file.parent.glob("station.log*"))
    assert len(kept) == logs.KEPT_FILES + 1
    if sys.platform != "win32":
        assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}


def test_endless_causes_end(written: Written) -> None:
    error = ValueError()
    other = TypeError()
    error.__cause__, other.__cause__ = other, error
    assert safe_error(error)["type"] == "ValueError < TypeError"
    deep = ExceptionGroup("many", [ValueError(number) for number in range(100)])
    assert str(safe_error(deep)["type"]).count("<") == MAX_CAUSES - 1


@given(st.dictionaries(st.text(max_size=40), st.one_of(st.binary(), st.text(), st.integers(), st.floats(), st.none())))
def test_any_facts_give_something_that_can_be_written(facts: dict[str, object]) -> None:
    json.dumps(safe_facts(facts), allow_nan=False)


@given(st.sampled_from(sorted(KINDS)), st.one_of(st.binary(min_size=16), st.uuids().map(lambda u: u.hex)))
def test_no_declared_fact_takes_a_key_or_a_template(name: str, secret: object) -> None:
    told = str(safe_facts({name: secret})[name])
    assert told == f"<{type(secret).__name__}>"
    as_text = base64.b64encode(secret if isinstance(secret, bytes) else uuid.UUID(str(secret)).bytes).decode()
    assert as_text not in str(safe_facts({name: as_text}))


def test_every_event_of_ours_is_named_by_a_literal() -> None:
    """An f-string as a name could carry anything; so the code is searched."""
    wrong = []
    for path in (Path(logs.__file__).parent).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not re.search(r"(^|\.)logs\.event$", ast.unparse(node.func)):
                continue
            name = node.args[1] if len(node.args) > 1 else None
            literal = isinstance(name, ast.Constant) and re.fullmatch(r"[a-z]+(-[a-z]+)*", str(name.value))
            undeclared = [word.arg for word in node.keywords if word.arg not in {*KINDS, "error", "level"}]
            if not literal or undeclared:
                wrong.append(f"{path.name}:{node.lineno} {undeclared}")
    assert not wrong


def test_station_errors_keep_their_facts_in_the_log() -> None:
    told = safe_error(StationError(device="iris-1", remote="User Wilhelmina unknown", count=3))
    assert told == {"type": "StationError", "code": "ES-000", "device": "iris-1", "remote": "<str>", "count": 3}


def test_errors_of_the_system_keep_what_support_needs() -> None:
    assert safe_error(ImportError(PERSON, name="app.tour")) == {"type": "ImportError", "module": "app.tour"}
    assert safe_error(PermissionError(13, PERSON, f"/home/{PERSON}")) == {"type": "PermissionError", "errno": 13}


def test_a_whole_process_leaks_nothing(tmp_path: Path) -> None:
    """As the station runs: hooks in place, uvicorn's own logging set up afterwards, a crash at the end."""
    program = f"""
import logging, logging.config, pathlib, sys, warnings
from app import logs
logs.install(pathlib.Path(sys.argv[1]))
logs.hook_crashes()
import uvicorn.config
logging.config.dictConfig(uvicorn.config.LOGGING_CONFIG)
logging.getLogger("uvicorn.access").info('%s - "%s %s HTTP/%s" %d', "1.2.3.4", "POST", "/{PIN}", "1.1", 200)
logging.getLogger("uvicorn.error").error("{PERSON}")
warnings.warn("{PERSON}")
raise ValueError("{API_KEY}")
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=False, timeout=60
    )
    told = done.stdout + done.stderr + (tmp_path / logs.FILE_NAME).read_text("utf-8")
    assert done.returncode == 1
    assert "uncaught-exception" in told
    assert not [mark for mark in MARKS if mark in told], told
