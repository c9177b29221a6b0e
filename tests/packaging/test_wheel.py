"""The wheel brings its resources and its command along, and finds both without the source tree."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as an installer would unpack it."""
    source, built, target = (tmp_path_factory.mktemp(name) for name in ("source", "built", "target"))
    for name in ("app", "resources"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", source)
    for name in ("README.md", "LICENSE"):
        (source / name).write_text("Enrollment Station\n", "utf-8")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(built)]
    done = subprocess.run(build, cwd=source, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


def test_the_resources_come_along(unpacked: Path) -> None:
    shipped = {
        path.relative_to(unpacked / "app" / "_resources").as_posix() for path in _files(unpacked / "app/_resources")
    }
    assert shipped == {path.relative_to(ROOT / "resources").as_posix() for path in _files(ROOT / "resources")}


def test_nothing_but_the_station_comes_along(unpacked: Path) -> None:
    assert {path.name.partition("-")[0] for path in unpacked.iterdir()} == {"app", "enrollment_station"}


def test_the_command_is_declared(unpacked: Path) -> None:
    (entry_points,) = unpacked.glob("*.dist-info/entry_points.txt")
    assert "enrollment-station = app.cli:main" in entry_points.read_text("utf-8")


def test_it_reads_its_own_resources(unpacked: Path, tmp_path: Path) -> None:
    program = "import app.paths as p; print(p.resource('station.example.toml'))"
    environment = {**os.environ, "PYTHONPATH": str(unpacked)}
    told = subprocess.run(
        [sys.executable, "-P", "-c", program],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert Path(told.stdout.strip()) == unpacked / "app" / "_resources" / "station.example.toml"


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
