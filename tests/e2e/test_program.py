"""The program as a person or a packager starts it: the tour through the real window, and the smoke check."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app import smoke
from app.simulators.ef45 import Ef45Terminal, Make
from app.smoke import PARTS

STEPS = 21

CONFIGURATION = """
[[devices]]
id = "iris-1"
vendor = "ef45"
address = "{address}"
[store]
passphrase = "env:STORE_PASSPHRASE"
"""


def surroundings(base: Path) -> dict[str, str]:
    """No display, and everything the program keeps below `base`."""
    found = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    return found | {"ENROLLMENT_STATION_DATA": str(base), "QT_QPA_PLATFORM": "offscreen"}


def start(*arguments: str, base: Path) -> subprocess.CompletedProcess[str]:
    """Run the program to its end."""
    command = [sys.executable, "-m", "app", *arguments]
    return subprocess.run(command, env=surroundings(base), capture_output=True, text=True, timeout=900, check=False)


@contextmanager
def started(configuration: Path, base: Path) -> Iterator[subprocess.Popen[str]]:
    """The window's process, once it has said that the station runs."""
    environment = surroundings(base) | {"STORE_PASSPHRASE": "a passphrase of a test"}
    command = [sys.executable, "-m", "app", "--config", str(configuration)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            assert any("station-started" in line for line in process.stderr)
            yield process
        finally:
            process.kill()


def test_the_tour_walks_through_the_whole_story(tmp_path: Path) -> None:
    done = start("demo", "--tour", str(tmp_path / "tour"), base=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(list((tmp_path / "tour").glob("*.png"))) == STEPS
    assert "Every step worked." in done.stdout
    assert "ERROR" not in done.stderr


def test_the_smoke_check_tries_every_part(tmp_path: Path) -> None:
    done = start("--smoke", base=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    *parts, last = done.stdout.splitlines()
    assert [line.split()[:2] for line in parts] == [["ok", name] for name in PARTS]
    assert last == "Everything works."


def test_the_smoke_check_names_the_part_that_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def lost(_folder: Path) -> str:
        raise ImportError("no such module")

    monkeypatch.setattr(smoke, "PARTS", {"store": lost, "https": PARTS["https"]})
    assert smoke.run() == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0].split() == ["FAIL", "store", "ImportError:", "no", "such", "module"]
    assert told[1].split()[:2] == ["ok", "https"]
    assert told[2] == "Does not work: store."


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_service_manager_or_ctrl_c_ends_the_station_in_order(number: signal.Signals, tmp_path: Path) -> None:
    file = tmp_path / "station.toml"
    with Ef45Terminal(Make(speed=200)) as terminal:
        file.write_text(CONFIGURATION.format(address=terminal.base_url), "utf-8")
        with started(file, tmp_path) as process:
            process.send_signal(number)
            told = process.communicate(timeout=60)[1]
        assert process.returncode == 0, told
        assert "station-stopped" in told
        assert (terminal.state.mode, terminal.state.lock_uid) == ("Recog", None)
