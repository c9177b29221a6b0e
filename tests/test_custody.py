"""What the station does by itself: it tells in time that the disk is nearly full, and not every ten minutes."""

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from app.custody import watching_space

Usage = namedtuple("Usage", "total used free")


async def test_a_disk_that_gets_full_is_told_at_first_and_at_every_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = iter([5000, 900, 890, 460, 440, 100, 5000, 800])
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Usage(0, 0, next(left) * 1_000_000))
    told: list[int] = []
    look = watching_space(tmp_path, told.append)
    for _ in range(8):
        await look()
    assert told == [900, 440, 100, 800]
