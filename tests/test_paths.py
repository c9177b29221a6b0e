"""Folders are private, practice is apart from real data, resources are found in every kind of installation."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app import paths
from app.paths import BASE_VARIABLE, Profile, folders, keep_or_make, resource, resources, write_private


def _all(found: paths.Folders) -> set[Path]:
    return {found.data, found.config, found.logs, found.cache}


@pytest.mark.parametrize("base", [None, Path("/somewhere")])
def test_practice_never_shares_a_folder_with_real_data(base: Path | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(BASE_VARIABLE, raising=False)
    real, practice = _all(folders(Profile.REAL, base)), _all(folders(Profile.PRACTICE, base))
    assert len(real | practice) == 8
    nested = [(a, b) for a in real for b in practice if a.is_relative_to(b) or b.is_relative_to(a)]
    assert not nested


def test_one_variable_moves_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(BASE_VARIABLE, str(tmp_path))
    assert all(folder.is_relative_to(tmp_path) for folder in _all(folders()) | _all(folders(Profile.PRACTICE)))
    assert folders().config_file == tmp_path / "real" / "config" / "station.toml"
    assert folders(base=tmp_path / "x").data == tmp_path / "x" / "real" / "data"


def test_folders_are_made_for_this_user_alone(tmp_path: Path) -> None:
    (tmp_path / "real" / "data").mkdir(parents=True, mode=0o755)
    found = folders(base=tmp_path).create()
    assert all(folder.is_dir() for folder in _all(found))
    if sys.platform != "win32":
        assert {folder.stat().st_mode & 0o777 for folder in _all(found)} == {0o700}


@pytest.mark.parametrize("rights", [0o777, 0o755])
def test_a_folder_others_share_is_left_to_them(tmp_path: Path, rights: int) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(rights)
    keep_or_make(shared)
    assert shared.stat().st_mode & 0o777 == rights
    assert keep_or_make(shared / "own").stat().st_mode & 0o077 == 0


def test_a_private_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    write_private(path, b"old")
    write_private(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]
    if sys.platform != "win32":
        assert path.stat().st_mode & 0o777 == 0o600


def test_resources_in_the_source_tree() -> None:
    assert resource("station.example.toml").read_text("utf-8").startswith("# Configuration")
    with pytest.raises(FileNotFoundError):
        resource("no", "such.svg")


def test_resources_in_a_frozen_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "resources").mkdir()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resources() == tmp_path / "resources"


def test_resources_in_a_wheel(tmp_path: Path) -> None:
    """As unpacked into site-packages: app/ with _resources/ within, nothing beside it."""
    source = Path(paths.__file__).parent
    (tmp_path / "app" / "_resources").mkdir(parents=True)
    for name in ("__init__.py", "paths.py"):
        shutil.copy(source / name, tmp_path / "app" / name)
    program = "from app.paths import resources; print(resources())"
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
    )
    assert Path(told.stdout.strip()) == tmp_path / "app" / "_resources"
