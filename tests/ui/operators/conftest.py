"""A window at which operators sign in: real operators in a real store, everything else made up."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from PySide6.QtWidgets import QWidget

from app.domain.operator import OperatorRules, Role
from app.journeys.operators import Operators
from app.journeys.station import Station
from app.store import MemoryVault, Store, SystemKeyring
from app.store.passwords import Hashed
from app.ui.main_window import MainWindow
from app.ui.operators.forms import GateForm
from app.ui.pages.settings import SettingsPage
from app.ui.preferences import Preferences
from app.ui.supervisor import Supervisor
from app.ui.tasks import Tasks
from tests.ui.conftest import Desk, until
from tests.ui.fakes import Setting, busy_setting
from tests.ui.hands import click, write

PASSWORD = "tall green bicycle"
RULES = OperatorRules(sign_in=True, confirm_at_submit=True, idle_lock_s=300)


class EnrollPage(QWidget):
    """Stands in for the wizard: it can be busy, and remembers being put away."""

    help_text = "How to enroll."

    def __init__(self) -> None:
        super().__init__()
        self.busy = ""
        self.put_away = 0
        self.continued: list[str] = []

    def start_for(self, person_id: str) -> None:
        """Nothing."""

    def continue_draft(self, draft_id: str) -> None:
        """Remember it."""
        self.continued.append(draft_id)

    async def finish(self) -> bool:
        """Remember it."""
        self.put_away += 1
        return True


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """A store whose passwords are quick to check."""
    async with await Store.open(tmp_path / "store", SystemKeyring(MemoryVault())) as opened:
        opened.operators.costs = Hashed(b"0" * 16, memory_kib=64, iterations=1, lanes=1)
        yield opened


@dataclass
class Front:
    """The window and what is behind it."""

    window: MainWindow
    desk: Desk
    operators: Operators
    store: Store
    enroll: EnrollPage

    async def form(self, kind: type[GateForm]) -> GateForm:
        """The gate's form of this kind, once it is there."""
        await until(lambda: self.window.session.shut and isinstance(self.window.session.gate.form, kind))
        found = self.window.session.gate.form
        assert isinstance(found, kind)
        return found

    async def fill(self, kind: type[GateForm], *texts: str) -> None:
        """Fill a form's fields from the top and press its button."""
        form = await self.form(kind)
        for row, text in zip(form.fields, texts, strict=True):
            row.field.clear()  # type: ignore[attr-defined]
            write(row.field, text)
        click(form.go)
        await self.desk.idle()


@pytest.fixture
def open_front(desk: Desk, preferences: Preferences, tmp_path: Path, store: Store) -> Callable[[], Front]:
    """Opens the window at which somebody must sign in."""

    def settings(
        station: Station, tasks: Tasks, messages: object, kept: Preferences, supervisor: Supervisor
    ) -> QWidget:
        return SettingsPage(station, tasks, desk.messages, kept, supervisor, tmp_path / "station.toml")

    def make() -> Front:
        setting: Setting = busy_setting()
        setting.operators = Operators(store.operators, store.journal, RULES)
        setting.queue = store.questions
        page = EnrollPage()
        window = MainWindow(setting.station(), desk.tasks, desk.messages, preferences, lambda *_: page, settings)
        desk.show(window, 1180, 780)
        return Front(window, desk, setting.operators, store, page)

    return make


async def staff(store: Store) -> None:
    """An administrator, a supervisor and two clerks, with passwords of their own."""
    made = Operators(store.operators, store.journal, RULES)
    await made.create_first("rita", "Rita Root", PASSWORD)
    for name, full, role in (
        ("sven", "Sven Super", Role.SUPERVISOR),
        ("ana", "Ana Clerk", Role.CLERK),
        ("bob", "Bob Clerk", Role.CLERK),
    ):
        await made.create(name, full, role, PASSWORD)
        await store.operators.set_password(name, PASSWORD, actor=name, must_change=False)
    await made.sign_out()
