"""The packaged program's cache of compiled kernels: one folder wherever it is started, kept for the next start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULE = """
def triple(number):
    return 3 * number
"""
PROGRAM = """
import packed
from numba import njit

triple = packed.triple
triple.__code__ = triple.__code__.replace(co_filename="relative/packed.py")  # as a freezer leaves it
kernel = njit(cache=True)(triple)
assert kernel(7) == 21
print(sum(kernel.stats.cache_hits.values()))
"""


@pytest.fixture
def module(tmp_path: Path) -> Path:
    """The folder of a module with something to compile."""
    folder = tmp_path / "module"
    folder.mkdir()
    (folder / "packed.py").write_text(MODULE, "utf-8")
    return folder


def start(folder: Path, cache: Path, module: Path) -> int:
    """How many kernels a program started in `folder` had ready."""
    surroundings = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(module)]),
        "NUMBA_CACHE_LOCATOR_CLASSES": "app.matching.kernels.KernelCache",
        "NUMBA_CACHE_DIR": str(cache),
    }
    command = [sys.executable, "-W", "error", "-c", PROGRAM]
    done = subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def test_a_start_in_another_folder_finds_what_is_compiled(tmp_path: Path, module: Path) -> None:
    one, other, cache = (tmp_path / name for name in ("one", "other", "cache"))
    one.mkdir()
    other.mkdir()
    assert [start(one, cache, module), start(other, cache, module)] == [0, 1]
    assert [each.name for each in cache.iterdir()] == ["packed"]


def test_without_a_folder_to_write_to_it_works_all_the_same(tmp_path: Path, module: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    assert start(tmp_path, blocked / "below", module) == 0
