"""The program as a person or a packager starts it: the tour through the real window, and the smoke check."""

import os
import subprocess
import sys
from pathlib import Path

STEPS = 15


def start(*arguments: str, base: Path) -> subprocess.CompletedProcess[str]:
    """Run the program without a display, with everything it keeps below `base`."""
    environment = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    environment |= {"ENROLLMENT_STATION_DATA": str(base), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "app", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240, check=False)


def test_the_tour_walks_through_the_whole_story(tmp_path: Path) -> None:
    done = start("demo", "--tour", str(tmp_path / "tour"), base=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(list((tmp_path / "tour").glob("*.png"))) == STEPS
    assert "Every step worked." in done.stdout
    assert "ERROR" not in done.stderr


def test_the_smoke_check_opens_and_closes_the_window(tmp_path: Path) -> None:
    done = start("--smoke", base=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
