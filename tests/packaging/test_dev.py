"""The set-up script: says what is missing, installs what it may, skips what is done, hands exit codes on."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "packaging" / "dev.py"
ABSENT = {"libabsent-of-course.so.7": "libabsent7"}


@pytest.fixture
def dev() -> ModuleType:
    """The script as a module of its own for each test."""
    spec = importlib.util.spec_from_file_location("station_dev", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An apt-get in front of the PATH that notes what it was asked; its installs fail until it was updated."""
    noted = tmp_path / "noted.txt"
    script = tmp_path / "bin" / "apt-get"
    script.parent.mkdir()
    script.write_text(
        f'#!/bin/sh\necho "$@" >> {noted}\n[ "$1" = update ] && touch {tmp_path}/fresh\n[ -e {tmp_path}/fresh ]\n',
        "utf-8",
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}{os.pathsep}{os.environ['PATH']}")
    return noted


def test_an_old_python_is_told_what_is_needed(dev: ModuleType) -> None:
    dev.check_python((3, 11))
    with pytest.raises(dev.CannotGoOn, match=r"Python 3\.9; the station needs 3\.11"):
        dev.check_python((3, 9))


def test_libraries_that_are_there_need_nothing(dev: ModuleType) -> None:
    dev.check_libraries({})
    assert dev.missing_libraries(ABSENT) == list(ABSENT)


def test_without_root_the_exact_command_is_told(dev: ModuleType, apt: Path) -> None:
    with pytest.raises(dev.CannotGoOn, match="sudo apt-get install -y --no-install-recommends libabsent7"):
        dev.check_libraries(ABSENT, as_root=False)
    assert not apt.exists()


def test_root_installs_and_updates_the_lists_when_they_are_too_old(dev: ModuleType, apt: Path) -> None:
    with pytest.raises(dev.CannotGoOn, match=r"Still missing.*libabsent-of-course"):
        dev.check_libraries(ABSENT, as_root=True)
    install = "install -y --no-install-recommends libabsent7"
    assert apt.read_text("utf-8").splitlines() == [install, "update", install]


def test_without_apt_the_libraries_are_named(dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(dev.CannotGoOn, match="libabsent-of-course"):
        dev.check_libraries(ABSENT, as_root=True)


def test_a_display_needs_more_libraries(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(variable, raising=False)
    without = dev.needed_libraries()
    monkeypatch.setenv("DISPLAY", ":9")
    assert set(dev.needed_libraries()) - set(without) == (set(dev.REAL_SCREEN) if sys.platform == "linux" else set())


def test_the_second_time_nothing_is_done(dev: ModuleType, tmp_path: Path) -> None:
    """A lock without packages makes a real environment without any download; a changed lock is noticed."""
    lock_file, venv = tmp_path / "some.lock", tmp_path / "venv"
    lock_file.write_text("# nothing\n", "utf-8")
    python = dev.prepare(lock_file, venv)
    assert subprocess.run([python, "-c", ""], check=False, timeout=60).returncode == 0
    stamp = dev.stamp_of(lock_file, venv)
    written = stamp.stat().st_mtime_ns
    dev.prepare(lock_file, venv)
    assert stamp.stat().st_mtime_ns == written
    lock_file.write_text("# still nothing\n", "utf-8")
    assert not dev.stamped(lock_file, venv)


def test_what_cannot_be_installed_is_said(dev: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(dev.CannotGoOn, match="could not be installed"):
        dev.install_locked(tmp_path / "absent.lock", Path(sys.executable))


def test_exit_codes_are_handed_on(dev: ModuleType) -> None:
    assert dev.run([sys.executable, "-c", "raise SystemExit(7)"]) == 7
    if sys.platform != "win32":
        assert dev.run([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"]) == 137


def test_the_summary_fails_when_anything_failed(dev: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.summary({"mypy": (0, 1.0), "tests": (0, 2.0)}) == 0
    assert dev.summary({"mypy": (2, 1.0), "tests": (0, 2.0)}) == 2
    assert "FAIL mypy" in capsys.readouterr().out


@pytest.mark.parametrize(("arguments", "code"), [([], 2), (["fly"], 2), (["--help"], 0)])
def test_the_help(arguments: list[str], code: int) -> None:
    done = subprocess.run([sys.executable, SCRIPT, *arguments], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == code
    assert "packaging/dev.py demo" in done.stdout


def test_a_command_runs_from_any_folder(dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The checkout is importable, and a folder named app in the way does no harm."""
    (tmp_path / "app").mkdir()
    monkeypatch.chdir(tmp_path)
    assert dev.run([sys.executable, "-P", "-m", "app", "--version"]) == 0


@pytest.mark.parametrize("chosen", [["-n0"], ["-n", "1"], ["--numprocesses=3"], ["--pdb"]])
def test_tests_run_side_by_side_unless_the_caller_says_how(dev: ModuleType, chosen: list[str]) -> None:
    assert dev.side_by_side(["-k", "kill"]) == ["-n", "auto", "--dist", "loadfile"]
    assert dev.side_by_side(chosen) == []


def test_windows_are_tested_in_processes_of_their_own(dev: ModuleType) -> None:
    runs = dev.test_runs(["-x"])
    assert runs["window tests"] == ["tests/ui", "tests/e2e", "-x"]
    assert runs["tests"] == ["--ignore=tests/ui", "--ignore=tests/e2e", "-x"]
    assert dev.test_runs(["tests/store", "-x"]) == {"tests": ["tests/store", "-x"]}
