"""Signing in, the first start, the idle lock: what is behind the gate stays, and nobody sees it."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt

from app.domain.operator import OperatorRules
from app.store import Store
from app.ui.main_window import PEOPLE
from app.ui.operators.confirm import ConfirmDialog, confirmed_for_saving
from app.ui.operators.forms import FirstRunForm, OwnPasswordForm, SignInForm
from app.ui.supervisor import UnlockDialog
from tests.ui.conftest import until
from tests.ui.hands import click, press, write
from tests.ui.looking import cut, nameless, outside
from tests.ui.operators.conftest import PASSWORD, Front, staff

Open = Callable[[], Front]


async def test_the_first_start_makes_an_administrator_who_is_signed_in(open_front: Open) -> None:
    front = open_front()
    form = await front.form(FirstRunForm)
    assert not cut(form), cut(form)
    assert not nameless(front.window)
    assert not outside(front.window)
    await front.fill(FirstRunForm, "r", "Rita Root", "short", "short")
    assert form.fields[0].error
    assert form.fields[2].error == "Use at least 10 characters."
    await front.fill(FirstRunForm, "rita", "Rita Root", PASSWORD, "something else")
    assert form.fields[3].error == "The two passwords differ."
    await front.fill(FirstRunForm, "rita", "Rita Root", PASSWORD, PASSWORD)
    assert not front.window.session.shut
    assert front.window.header.role.text() == "Rita Root, Administrator"


async def test_nothing_is_seen_and_no_key_leads_anywhere_before_somebody_signed_in(
    open_front: Open, store: Store
) -> None:
    await staff(store)
    front = open_front()
    await front.form(SignInForm)
    before = front.window.pages.currentIndex()
    press(front.window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert front.window.pages.currentIndex() == before
    assert not front.window.people.isVisible()
    await front.fill(SignInForm, "ana", "wrong")
    form = await front.form(SignInForm)
    assert form.fields[1].error.startswith("Name or password is not right. Next try in 1 second")
    assert not form.go.isEnabled()
    await until(form.go.isEnabled)
    await front.fill(SignInForm, "ana", PASSWORD)
    assert front.operators.actor == "ana"
    press(front.window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert front.window.pages.currentIndex() == PEOPLE
    click(front.window.header.leave)
    await front.form(SignInForm)
    assert (front.operators.current, front.enroll.put_away) == (None, 1)


async def test_a_password_somebody_else_chose_is_replaced_first(open_front: Open, store: Store) -> None:
    await staff(store)
    await store.operators.set_password("ana", PASSWORD, actor="rita", must_change=True)
    front = open_front()
    await front.fill(SignInForm, "ana", PASSWORD)
    assert front.window.session.shut
    await front.fill(OwnPasswordForm, "another green bicycle", "another green bicycle")
    assert not front.window.session.shut


@pytest.mark.parametrize(("who", "put_away"), [("ana", 0), ("sven", 0), ("bob", 1)])
async def test_the_idle_lock_keeps_the_page_for_the_same_operator_and_a_supervisor(
    open_front: Open, store: Store, who: str, put_away: int
) -> None:
    await staff(store)
    front = open_front()
    await front.fill(SignInForm, "ana", PASSWORD)
    front.window.go_to(PEOPLE)
    front.window.session.lock()
    form = await front.form(SignInForm)
    assert not front.window.people.isVisible()
    assert not cut(form), cut(form)
    assert "Ana Clerk goes on exactly here" in form.text.text()
    await front.fill(SignInForm, who, PASSWORD)
    await front.desk.idle()
    assert not front.window.session.shut
    assert (front.enroll.put_away, front.operators.actor) == (put_away, who)
    assert front.window.people.isVisible()
    assert "screen-locked" in [each.action for each in await store.journal.entries()]


async def test_a_running_capture_is_waited_for(open_front: Open, store: Store) -> None:
    await staff(store)
    front = open_front()
    await front.fill(SignInForm, "ana", PASSWORD)
    watch = front.window.session.watch
    now = [1000.0]
    watch._clock = lambda: now[0]
    watch.touch()
    front.enroll.busy = "Capturing"
    now[0] += 400
    watch.look()
    assert not front.window.session.shut
    front.enroll.busy = ""
    now[0] += 299
    watch.look()
    assert not front.window.session.shut, "what was captured may be looked at"
    press(front.window, Qt.Key.Key_Shift)
    now[0] += 301
    watch.look()
    assert front.window.session.shut


async def test_a_supervisor_unlocks_with_name_and_password_and_the_clerk_stays(open_front: Open, store: Store) -> None:
    await staff(store)
    front = open_front()
    await front.fill(SignInForm, "ana", PASSWORD)
    click(front.window.header.change)
    dialog = await front.desk.dialog(UnlockDialog)
    write(dialog.name, "bob")
    write(dialog.field, PASSWORD)
    click(dialog.yes)
    await until(lambda: "no supervisor" in dialog.row.error)
    dialog.name.setText("sven")
    write(dialog.field, PASSWORD)
    click(dialog.yes)
    await front.desk.gone(dialog)
    await front.desk.idle()
    assert front.window.supervisor.unlocked
    assert (front.operators.actor, front.window.station.supervision.by) == ("ana", "sven")


async def test_saving_asks_for_the_password_again_where_the_policy_says_so(open_front: Open, store: Store) -> None:
    await staff(store)
    front = open_front()
    await front.fill(SignInForm, "ana", PASSWORD)
    given: list[bool] = []
    asked = confirmed_for_saving(front.window, front.window.station, front.desk.tasks)
    front.desk.tasks.start(asked, owner=front.window, done=given.append)
    dialog = await front.desk.dialog(ConfirmDialog)
    write(dialog.field, PASSWORD)
    press(dialog.field, Qt.Key.Key_Return)
    await until(lambda: given == [True])
    front.operators.rules = OperatorRules(sign_in=True)
    assert await confirmed_for_saving(front.window, front.window.station, front.desk.tasks)
