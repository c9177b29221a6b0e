"""The supervision page: closed to clerks, questions decided with a reason, the journal verified, operators kept."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit

from app.domain.operator import Role
from app.domain.question import Question, Subject, Verdict
from app.domain.records import JournalEntry
from app.store import Store
from app.ui.dialogs import Dialog
from app.ui.operators.forms import SignInForm
from app.ui.supervision.operators_view import OperatorDialog
from app.ui.supervision.page import CLOSED, JOURNAL, OPEN, OPERATORS, SupervisionPage
from app.ui.supervision.queue_view import ReasonDialog
from app.ui.supervisor import UnlockDialog
from tests.ui.conftest import until
from tests.ui.hands import click, press, write
from tests.ui.looking import cut, nameless, outside
from tests.ui.operators.conftest import PASSWORD, Front, staff

Open = Callable[[], Front]


async def _at_supervision(open_front: Open, store: Store, who: str) -> tuple[Front, SupervisionPage]:
    await staff(store)
    await store.drafts.create("d-1", b"state", label="Ada Testperson", step="review")
    asked = Question("d-1", Subject.DUPLICATE, "door", "Ada Testperson", "Twins? The door knows P-7.", asked_by="ana")
    await store.questions.ask(asked)
    front = open_front()
    await front.fill(SignInForm, who, PASSWORD)
    front.window.go_to(front.window.pages.indexOf(front.window.supervision))
    await front.desk.idle()
    return front, front.window.supervision


async def test_a_clerk_sees_nothing_until_a_supervisor_unlocks(open_front: Open, store: Store) -> None:
    front, page = await _at_supervision(open_front, store, "ana")
    assert page.stack.currentIndex() == CLOSED
    click(page.closed.button)
    dialog = await front.desk.dialog(UnlockDialog)
    write(dialog.name, "sven")
    write(dialog.field, PASSWORD)
    click(dialog.yes)
    await until(lambda: page.stack.currentIndex() == OPEN)
    assert page.parts.item(OPERATORS).isHidden()
    front.window.supervisor.lock()
    assert page.stack.currentIndex() == CLOSED


async def test_a_supervisor_decides_with_a_reason_and_password(open_front: Open, store: Store) -> None:
    front, page = await _at_supervision(open_front, store, "sven")
    assert "Twins? The door knows P-7." in page.queue.words.text()
    rail = front.window.rail.buttons[-1]
    await until(lambda: rail.text() == "Supervision (1)")
    problems = cut(page) + nameless(front.window) + outside(page)
    assert not problems, problems
    click(page.queue.open_draft)
    assert front.enroll.continued == ["d-1"]
    front.window.go_to(front.window.pages.indexOf(page))
    click(page.queue.approve)
    reason = await front.desk.dialog(ReasonDialog)
    assert not reason.yes.isEnabled()
    write(reason._reason, "Twins, both seen")
    click(reason.yes)
    unlock = await front.desk.dialog(UnlockDialog)
    assert unlock.name.text() == "sven"
    write(unlock.field, PASSWORD)
    click(unlock.yes)
    await until(lambda: page.queue.chosen is None)
    assert rail.text() == "Supervision"
    await front.desk.idle()
    (decided,) = await store.questions.of("d-1")
    assert (decided.verdict, decided.decided_by, decided.reason) == (Verdict.APPROVED, "sven", "Twins, both seen")


async def test_the_journal_is_read_verified_and_exported(open_front: Open, store: Store, tmp_path: Path) -> None:
    front, page = await _at_supervision(open_front, store, "sven")
    page.parts.setCurrentRow(JOURNAL)
    await front.desk.idle()
    problems = cut(page) + nameless(front.window) + outside(page)
    assert not problems, problems
    click(page.journal.verify)
    await until(lambda: page.journal.state.text.text().startswith("The journal holds"))
    click(page.journal.export)
    dialog = await front.desk.dialog(QFileDialog)
    line = dialog.findChild(QLineEdit)
    assert line is not None
    line.setText(str(tmp_path / "copy.jsonl"))
    press(line, Qt.Key.Key_Return)
    await front.desk.idle()
    assert (tmp_path / "copy.jsonl").exists()
    assert front.desk.told[-1].what.startswith("Written to copy.jsonl")


async def test_the_journal_shows_numbers_filters_and_older_acts_on_demand(
    open_front: Open, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_ago = datetime(2024, 2, 29, 12, 0, tzinfo=UTC)
    monkeypatch.setattr("app.ui.supervision.journal_view.MOST", 20)
    front, page = await _at_supervision(open_front, store, "sven")
    view = page.journal
    await view._station.journal.append(JournalEntry("receipt-issued", "ana", "P-7", at=long_ago))
    for _ in range(30):
        await view._station.journal.append(JournalEntry("screen-locked", "ana", at=long_ago + timedelta(days=9)))
    page.parts.setCurrentRow(JOURNAL)
    await until(lambda: view.table.rows.rowCount() == 20)
    click(view.older)
    await until(view.older.isHidden)
    rows = view.table.rows.table.rows
    assert [int(row[0]) for row in rows] == list(range(len(rows), 0, -1))
    assert "Receipt issued" in {row[3] for row in rows}
    view.filter.act.setCurrentIndex(view.filter.act.findData("receipt-issued"))
    await until(lambda: view.table.rows.rowCount() == 1)
    view.filter.act.setCurrentIndex(0)
    write(view.filter.first, "2024-02-28")
    write(view.filter.last, "2024-02-29")
    await until(lambda: view.table.rows.rowCount() == 1)
    view.filter.last.setText("yesterday")
    await until(view.filter.problem.isVisible)
    view.filter.last.setText("2024-02-01")
    view.filter.first.setText("")
    await until(lambda: view.table.rows.rowCount() == 0)
    view.filter.last.setText("")
    write(view.filter.person, "P-7")
    await until(lambda: view.table.rows.rowCount() == 1)
    problems = cut(page) + nameless(front.window) + outside(page)
    assert not problems, problems
    await front.desk.idle()


async def test_an_administrator_keeps_the_operators(open_front: Open, store: Store) -> None:
    front, page = await _at_supervision(open_front, store, "rita")
    page.parts.setCurrentRow(OPERATORS)
    view = page.operators
    await until(lambda: view.chosen is not None)
    await front.desk.idle()
    problems = cut(page) + nameless(front.window) + outside(page)
    assert not problems, problems
    click(view.add)
    dialog = await front.desk.dialog(OperatorDialog)
    write(dialog.name, "ana")
    dialog.role.setCurrentIndex(1)
    write(dialog.password, "short")
    click(dialog.yes)
    assert dialog.password_row.error == "Use at least 10 characters."
    dialog.password.setText(PASSWORD)
    click(dialog.yes)
    await until(lambda: dialog.name_row.error == "There is an operator of this name already.")
    dialog.name.setText("carla")
    click(dialog.yes)
    await front.desk.gone(dialog)
    await front.desk.idle()
    roles = {each.operator.name: each.operator.role for each in await store.operators.all()}
    assert roles["carla"] is Role.SUPERVISOR
    await until(lambda: view.table.rows.rowCount() == 5)
    names = [row[0] for row in view.table.rows.table.rows]
    view.table.selectRow(names.index("rita"))
    assert not view.remove.isEnabled(), "nobody removes oneself"
    view.table.selectRow(names.index("bob"))
    click(view.remove)
    question = await front.desk.dialog(Dialog)
    click(question.yes)
    await until(lambda: view.table.rows.rowCount() == 4)
    await front.desk.idle()
