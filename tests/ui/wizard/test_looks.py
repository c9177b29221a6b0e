"""Every step as eyes and screen readers meet it: nothing cut, nothing outside, nothing without a name."""

import asyncio

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication

from app.domain.errors import LockHeld
from app.ui import theme
from app.ui.theme import Look
from tests.ui.conftest import until
from tests.ui.looking import cut, nameless, outside
from tests.ui.wizard.clerk import Clerk
from tests.ui.wizard.terminal import scored


def looked_at(clerk: Clerk, where: str) -> None:
    found = cut(clerk.page) + outside(clerk.page) + nameless(clerk.page)
    assert not found, (where, found)


@pytest.mark.parametrize(("look", "percent"), [(Look.LIGHT, 100), (Look.DARK, 125), (Look.HIGH_CONTRAST, 150)])
async def test_every_step_can_be_seen_and_heard(clerk: Clerk, look: Look, percent: int) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, look, percent)
    try:
        await walk(clerk, percent)
    finally:
        theme.apply(app, Look.LIGHT, 100)


async def walk(clerk: Clerk, percent: int) -> None:
    clerk.page.resize(900 * percent // 100, 600 * percent // 100)
    await clerk.desk.active(clerk.page)
    await settled(clerk, "start")
    await clerk.begin()
    await settled(clerk, "consent")
    await clerk.fill_in()
    await settled(clerk, "capture")
    clerk.terminal.script = [LockHeld(device="door"), scored(left_iris=41), scored(), scored()]
    await clerk.captured()
    await settled(clerk, "problem")
    await clerk.captured()
    await settled(clerk, "poor")
    await clerk.captured()
    await settled(clerk, "good")
    await clerk.enter("review")
    await settled(clerk, "review")
    await clerk.enter("done")
    await settled(clerk, "done")


async def settled(clerk: Clerk, where: str) -> None:
    await clerk.desk.idle()
    await asyncio.sleep(0.02)
    looked_at(clerk, where)


async def test_steps_are_said_to_screen_readers(clerk: Clerk) -> None:
    QAccessible.setActive(True)
    await clerk.begin()
    await clerk.enter("person")
    bar = QAccessible.queryAccessibleInterface(clerk.wizard.steps)
    assert bar.text(QAccessible.Text.Name) == "Step 2 of 5: Person"


async def test_no_window_flashes_up_while_pages_are_made(clerk: Clerk) -> None:
    before = {id(one) for one in QApplication.topLevelWidgets() if one.isVisible()}
    await clerk.begin()
    await clerk.fill_in()
    await clerk.captured()
    await clerk.enter("review")
    await clerk.enter("done")
    after = {id(one) for one in QApplication.topLevelWidgets() if one.isVisible()}
    assert after == before
    assert clerk.page.isActiveWindow()


async def test_where_room_is_short_words_go_from_the_small_buttons_first(clerk: Clerk) -> None:
    await clerk.begin()
    footer = clerk.wizard.footer
    clerk.page.resize(1000, 600)
    await until(lambda: footer.help.text() == "Help")
    clerk.wizard.primary.setText("Something that takes much more room than any button of this step has needed so far")
    await until(lambda: not footer.help.text())
    assert (footer.help.accessibleName(), footer.later.accessibleName()) == ("Help", "Finish later")
    assert footer.primary.width() >= footer.primary.sizeHint().width()
    clerk.wizard.primary.setText("Short")
    await until(lambda: footer.help.text() == "Help")
