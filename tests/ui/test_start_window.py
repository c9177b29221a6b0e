"""Before the station is there: choosing a passphrase, entering it, and being told why it cannot start."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from PySide6.QtWidgets import QLabel, QPushButton

from app.assembly import _configured_key
from app.config import Configuration
from app.domain.errors import ConfigurationInvalid, KeyFileMissing, StoreNewer
from app.ui.hand import Hand, until
from app.ui.start_window import StartWindow


@pytest_asyncio.fixture
async def window() -> AsyncIterator[StartWindow]:
    start = StartWindow("Test desk")
    yield start
    start.finished()
    await asyncio.sleep(0)


def texts(window: StartWindow) -> str:
    return " ".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())


async def click(window: StartWindow, text: str) -> None:
    def found() -> list[QPushButton]:
        return [each for each in window.findChildren(QPushButton) if each.text() == text and each.isVisible()]

    await until(lambda: bool(found()))
    found()[0].click()


async def test_a_new_passphrase_must_be_long_enough_and_repeated(window: StartWindow) -> None:
    asked = asyncio.create_task(window.ask_passphrase(new=True))
    hand = Hand(window)
    await hand.write("start.passphrase", "short")
    await click(window, "Protect the store")
    assert "at least 8" in texts(window)
    await hand.write("start.passphrase", "correct horse")
    await hand.write("start.repeat", "correct house")
    await click(window, "Protect the store")
    assert "differ" in texts(window)
    await hand.write("start.repeat", "correct horse")
    await click(window, "Protect the store")
    assert await asked == "correct horse"


async def test_a_wrong_passphrase_is_said_calmly(window: StartWindow) -> None:
    asked = asyncio.create_task(window.ask_passphrase(new=False, wrong=True))
    await until(lambda: "does not open the store" in texts(window))
    assert "Nothing was changed" in texts(window)
    await click(window, "Quit")
    assert await asked is None


async def test_closing_the_window_gives_up(window: StartWindow) -> None:
    asked = asyncio.create_task(window.ask_passphrase(new=False))
    await until(window.isVisible)
    window.close()
    assert await asked is None


@pytest.mark.parametrize(("button", "again"), [("Try again", True), ("Quit", False)])
async def test_a_store_of_a_newer_program_is_explained(window: StartWindow, button: str, again: bool) -> None:
    asked = asyncio.create_task(window.ask_retry(StoreNewer()))
    await until(lambda: StoreNewer.code in texts(window))
    await click(window, button)
    assert await asked is again


async def test_every_mistake_of_the_configuration_is_listed(window: StartWindow) -> None:
    problems = {"devices[1].address": "is not an address.", "station.theme": "is not a theme."}
    asked = asyncio.create_task(window.ask_retry(ConfigurationInvalid(problems)))
    await until(lambda: all(key in texts(window) for key in problems))
    await click(window, "Quit")
    await asked


def test_a_store_without_its_key_file_asks_nobody_to_choose_a_new_passphrase(tmp_path: Path) -> None:
    (tmp_path / "station.db").write_bytes(b"a store")
    with pytest.raises(KeyFileMissing):
        _configured_key(Configuration(), tmp_path)
