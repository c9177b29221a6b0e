"""Coroutines started from slots: one at a time, heard when they fail, ended with their page."""

import asyncio

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from app.domain.errors import Unreachable
from tests.ui.conftest import Desk, until
from tests.ui.hands import click


async def test_a_double_click_starts_one(desk: Desk) -> None:
    button = desk.show(QPushButton("Go"), 200, 60)
    runs: list[int] = []

    async def work() -> None:
        runs.append(1)
        await asyncio.sleep(0.02)

    button.clicked.connect(lambda: desk.tasks.start(work(), button=button))
    click(button)
    click(button)
    button.click()
    assert desk.tasks.start(work(), button=button) is None
    await desk.idle()
    assert runs == [1]
    assert button.isEnabled()


async def test_the_focus_returns_to_the_button(desk: Desk) -> None:
    button = desk.show(QPushButton("Go"), 200, 60)
    button.setFocus()
    await until(button.hasFocus)
    desk.tasks.start(asyncio.sleep(0.01), button=button)
    assert not button.isEnabled()
    await desk.idle()
    assert button.hasFocus()


async def test_an_error_is_told(desk: Desk) -> None:
    async def work() -> None:
        raise Unreachable(device="door")

    desk.tasks.start(work())
    await desk.idle()
    assert [message.code for message in desk.told] == ["ES-101"]


async def test_a_handler_may_deal_with_the_error(desk: Desk) -> None:
    seen: list[BaseException] = []

    async def work() -> None:
        raise Unreachable(device="door")

    def failed(error: BaseException) -> bool:
        seen.append(error)
        return True

    desk.tasks.start(work(), failed=failed)
    await desk.idle()
    assert len(seen) == 1
    assert desk.told == []


async def test_a_mistake_in_done_is_told(desk: Desk) -> None:
    async def work() -> int:
        await asyncio.sleep(0)
        return 0

    desk.tasks.start(work(), done=lambda number: 1 // number)
    await desk.idle()
    assert [message.code for message in desk.told] == ["ES-999"]


async def test_the_latest_answer_wins(desk: Desk) -> None:
    answers: list[str] = []
    ended: list[str] = []
    gate = asyncio.Event()

    async def ask(text: str) -> str:
        if text == "a":
            await gate.wait()
        return text

    page = desk.show(QWidget(), 100, 100)
    desk.tasks.start(ask("a"), owner=page, key="search", done=answers.append, finally_=lambda: ended.append("a"))
    desk.tasks.start(ask("ab"), owner=page, key="search", done=answers.append, finally_=lambda: ended.append("ab"))
    gate.set()
    await desk.idle()
    assert answers == ["ab"]
    assert ended == ["ab"]


async def test_a_page_takes_its_tasks_with_it(desk: Desk) -> None:
    page = QWidget()
    done: list[object] = []
    task = desk.tasks.start(asyncio.sleep(60), owner=page, done=done.append)
    assert task is not None
    page.deleteLater()
    QApplication.sendPostedEvents(page, QEvent.Type.DeferredDelete.value)
    await desk.idle()
    assert task.cancelled()
    assert done == []


async def test_close_ends_everything(desk: Desk) -> None:
    task = desk.tasks.start(asyncio.sleep(60))
    assert task is not None
    await desk.tasks.close()
    assert task.cancelled()
    assert desk.tasks.running() == 0
