"""The doors page: figures, decisions with their reasons, taking over, setting terminals up."""

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from PySide6.QtWidgets import QApplication

from app.domain.door import Asked, Channel, DoorDecision, DoorDevice, DoorFigures, Outcome, Why
from app.domain.errors import Unreachable
from app.domain.records import JournalEntry
from app.journeys.doors import Doors, DoorTerminal, FingerForm, Switch, Switches
from app.ui import theme
from app.ui.dialogs import Dialog
from app.ui.doors import words
from app.ui.doors.page import DoorsPage
from app.ui.supervisor import Supervisor
from app.ui.theme import Look
from app.ui.widgets.status import Lamp
from tests.ui.conftest import Desk, until
from tests.ui.fakes import NOON, PASSCODE, Setting
from tests.ui.looking import cut, nameless


def decision(number: int, why: Why = Why.KNOWN, outcome: Outcome = Outcome.GRANTED, **more: object) -> DoorDecision:
    made = DoorDecision(
        number, NOON + timedelta(seconds=number), 11, Asked.CARD, outcome, why, 3.2, "1000", "Ana Specimen"
    )
    return replace(made, **more)  # type: ignore[arg-type]


class Watched:
    """A watch that says what the test wants."""

    def __init__(self) -> None:
        devices = (
            DoorDevice(11, "North gate", 120, 3, last=NOON),
            DoorDevice(12, "South gate", 7, safe_answers=2, last=NOON),
        )
        self.now = DoorFigures(
            Channel.LISTENING, "1.8.0", "C", NOON, 12.4, 3.0, 5.0, 9.0, answered=127, people=4210, devices=devices
        )
        self.made: list[DoorDecision] = []
        self.taken = 0
        self.forgotten: list[tuple[str, str]] = []

    def figures(self) -> DoorFigures:
        return self.now

    def recent(self, after: int = 0) -> tuple[DoorDecision, ...]:
        return tuple(one for one in self.made if one.number > after)

    def take_over(self) -> None:
        self.taken += 1

    async def forget(self, person_id: str, *, actor: str) -> None:
        self.forgotten.append((person_id, actor))


class SetUp:
    """Terminals in memory; the second one is unplugged."""

    terminals = (DoorTerminal("north", 11, "North gate"), DoorTerminal("south", 12, "South gate"))

    def __init__(self) -> None:
        self.state = Switches(
            {Switch.MATCHING: False, Switch.PASSBACK: False, Switch.PHRASE: False}, FingerForm.SUPREMA
        )

    async def read(self, device_id: str) -> Switches:
        if device_id == "south":
            raise Unreachable(device=device_id)
        return self.state

    async def change(self, device_id: str, on: Mapping[Switch, bool], form: FingerForm | None = None) -> Switches:
        original = self.state.original or self.state
        self.state = replace(self.state, on=dict(on), form=form or self.state.form, original=original)
        return self.state

    async def put_back(self, device_id: str) -> Switches:
        self.state = self.state.original or self.state
        return self.state


class Front:
    """The page on a desk."""

    def __init__(self, desk: Desk) -> None:
        self.watch, self.setup = Watched(), SetUp()
        self.told = desk.told
        doors = Doors(self.watch, self.setup)
        self.station = replace(Setting().station(), doors=doors)
        supervisor = Supervisor(self.station, desk.tasks, desk.tasks)
        self.page = DoorsPage(self.station, desk.tasks, desk.messages, supervisor, doors)
        desk.show(self.page)

    async def unlock(self) -> None:
        assert await self.station.supervision.unlock(PASSCODE)


@pytest_asyncio.fixture
async def front(desk: Desk) -> Front:
    return Front(desk)


async def test_what_fails_inside_has_a_lamp_of_its_own(front: Front) -> None:
    live, good = front.page.live, front.watch.now
    live.look()
    assert live.trouble.isHidden()
    front.watch.now = replace(good, restarts=1)
    live.look()
    assert "begun again" in live.trouble.text.text()
    front.watch.now = replace(good, restarts=1, unkept=3)
    live.look()
    assert "3 decisions wait" in live.trouble.text.text()
    front.watch.now = replace(good, doubtful=True)
    live.look()
    assert "confirm the generation" in live.trouble.text.text()
    front.watch.now = good
    live.look()
    assert live.trouble.isHidden()


async def test_figures_and_decisions_are_shown_newest_first(front: Front) -> None:
    front.watch.made = [decision(1), decision(2, Why.EXPIRED, Outcome.REFUSED)]
    front.page.live.look()
    assert front.page.live.figures["rate"].value.text() == "12.4"
    assert front.page.live.figures["people"].value.text().replace(",", "") == "4210"
    model = front.page.live.decisions
    assert [model.at(row).number for row in range(2) if model.at(row)] == [2, 1]  # type: ignore[union-attr]
    front.watch.made.append(decision(3))
    front.page.live.look()
    assert (model.rowCount(), model.latest) == (3, 3)


async def test_an_engine_that_is_not_ready_yet_is_told_until_it_is(front: Front) -> None:
    assert not front.page.live.engine.isVisible()
    front.watch.now = replace(front.watch.now, warming=True)
    front.page.live.look()
    assert front.page.live.engine.isVisible()
    assert "about a minute, only the first time" in front.page.live.engine.text()
    front.watch.now = replace(front.watch.now, warming=False)
    front.page.live.look()
    assert not front.page.live.engine.isVisible()


async def test_one_click_on_a_line_says_why_and_what_to_do(front: Front) -> None:
    front.watch.made = [decision(1, Why.EXPIRED, Outcome.REFUSED, score=41.0, threshold=50.0)]
    front.page.live.look()
    front.page.live.table.selectRow(0)
    why = front.page.live.why
    assert why.lamp.text.text() == "The time in which Ana Specimen may pass has ended."
    assert why.now.text() == "Give the person a later last day if access is wanted."
    assert "North gate" in why.facts.text()
    assert "Score 41.0, needed 50.0." in why.facts.text()


async def test_the_line_that_is_read_stays_chosen_while_others_come(front: Front) -> None:
    front.watch.made = [decision(1, Why.DISABLED, Outcome.REFUSED)]
    front.page.live.look()
    front.page.live.table.selectRow(0)
    front.watch.made += [decision(number) for number in range(2, 30)]
    front.page.live.look()
    assert front.page.live.table.currentIndex().row() == 28
    assert front.page.live.why.lamp.text.text() == "Ana Specimen is disabled."


async def test_why_somebody_was_refused_at_another_time_is_looked_up(front: Front) -> None:
    noon = NOON.astimezone()
    for minute, (why, outcome) in enumerate([(Why.KNOWN, "granted"), (Why.EXPIRED, "refused"), (Why.KNOWN, "granted")]):
        facts = {"asked": "card", "why": why.value, "door": "North gate"}
        at = noon + timedelta(minutes=minute)
        await front.station.journal.append(JournalEntry(f"door-{outcome}", "gateway", "1000", "", facts, at))
    await front.unlock()
    front.page.look_back.click()
    panel = front.page.earlier
    await until(panel.isVisible)
    panel.day.setText(noon.strftime("%Y-%m-%d"))
    panel.first.setText((noon + timedelta(minutes=1)).strftime("%H:%M"))
    panel.last.setText("nonsense")
    panel.search.click()
    assert "a time like" in panel.told.text()
    panel.last.setText(panel.first.text())
    panel.search.click()
    await until(lambda: panel.told.text() in {"1 decision.", "1 decision(s)."})
    assert panel.why.lamp.text.text() == "The time in which 1000 may pass has ended."
    assert "at North gate. Answer: " in panel.why.facts.text()
    panel.last.clear()
    panel.first.clear()
    panel.door.setCurrentIndex(panel.door.findText("South gate"))
    panel.search.click()
    await until(lambda: panel.told.text() in {"0 decisions.", "0 decision(s)."})
    assert not nameless(panel)


async def test_only_refusals_on_wish(front: Front) -> None:
    front.watch.made = [decision(1), decision(2, Why.CARD_UNKNOWN, Outcome.REFUSED), decision(3)]
    front.page.live.look()
    front.page.live.refused.setChecked(True)
    assert front.page.live.decisions.rowCount() == 1


async def test_a_person_held_by_passback_may_begin_anew(front: Front) -> None:
    front.watch.made = [decision(1, Why.INSIDE_ALREADY, Outcome.REFUSED, asked=Asked.PASSBACK)]
    front.page.live.look()
    front.page.live.table.selectRow(0)
    await front.unlock()
    front.page.live.why.anew.click()
    await until(lambda: front.watch.forgotten)
    assert front.watch.forgotten == [("1000", front.station.actor)]


async def test_a_held_channel_is_taken_over_after_a_question(front: Front, desk: Desk) -> None:
    assert not front.page.live.take_over.isVisible()
    front.watch.now = replace(front.watch.now, channel=Channel.HELD)
    front.page.live.look()
    assert front.page.live.channel.lamp is Lamp.WARNING
    await front.unlock()
    front.page.live.take_over.click()
    dialog = await desk.dialog(Dialog)
    dialog.yes.click()
    await until(lambda: front.watch.taken)


async def test_a_terminal_is_changed_with_before_and_after_and_put_back(front: Front, desk: Desk) -> None:
    front.page.swap.click()
    panel = front.page.enabling
    await until(panel.change.isEnabled)
    panel.boxes[Switch.MATCHING].setChecked(True)
    panel.form.setCurrentIndex(panel.form.findData(FingerForm.ISO.value))
    await front.unlock()
    panel.change.click()
    dialog = await desk.dialog(Dialog)
    assert "off → on" in dialog.text.text()
    assert "ISO 19794-2" in dialog.text.text()
    dialog.yes.click()
    await until(panel.back.isEnabled)
    assert (panel.before[Switch.MATCHING].text(), front.setup.state.form) == ("off", FingerForm.ISO)
    panel.back.click()
    await until(lambda: front.setup.state.form is FingerForm.SUPREMA and panel.before[Switch.MATCHING].text() == "off")
    assert (front.setup.state.on[Switch.MATCHING], front.setup.state.form) == (False, FingerForm.SUPREMA)


async def test_a_terminal_with_fingers_keeps_its_format_and_says_why(front: Front) -> None:
    front.setup.state = replace(front.setup.state, fingers=12)
    front.page.swap.click()
    panel = front.page.enabling
    await until(panel.change.isEnabled)
    assert not panel.form.isEnabled()
    assert "12 finger" in panel.form_note.text()


async def test_a_terminal_that_does_not_answer_is_told(front: Front) -> None:
    front.page.swap.click()
    await until(front.page.enabling.change.isEnabled)
    front.page.enabling.terminals.setCurrentIndex(1)
    await until(lambda: front.told)
    assert front.told[-1].code == "ES-101"
    assert not front.page.enabling.change.isEnabled()


async def test_every_reason_has_words() -> None:
    assert set(words.REASONS) == set(Why)
    assert all(words.why(decision(1, why)) for why in Why)


@pytest.mark.parametrize(("look", "percent"), [(Look.LIGHT, 100), (Look.DARK, 200)])
async def test_nothing_is_cut_or_nameless(
    front: Front, desk: Desk, app: QApplication, look: Look, percent: int
) -> None:
    theme.apply(app, look, percent)
    front.watch.made = [
        decision(1),
        decision(2, Why.EXPIRED, Outcome.REFUSED, person_name="Maximiliane Testperson-Langenname"),
        decision(3, Why.INSIDE_ALREADY, Outcome.REFUSED, asked=Asked.PASSBACK, device=12),
        decision(4, Why.LATE, Outcome.UNDECIDED, asked=Asked.FINGER, person_id="", person_name=""),
        decision(5, asked=Asked.FINGER, score=61.4, threshold=50.2),
        decision(6, Why.CARD_UNKNOWN, Outcome.REFUSED, person_id="", person_name=""),
    ]
    front.page.live.look()
    front.page.live.table.selectRow(3)
    await desk.idle()
    _picture(front.page, f"live-{look.value}-{percent}")
    assert nameless(front.page) == []
    assert cut(front.page) == []
    front.page.swap.click()
    await until(front.page.enabling.change.isEnabled)
    await desk.idle()
    _picture(front.page, f"setup-{look.value}-{percent}")
    assert nameless(front.page) == []
    assert cut(front.page) == []
    front.page.swap.click()
    await front.unlock()
    facts = {"asked": "card", "why": Why.EXPIRED.value, "door": "North gate"}
    await front.station.journal.append(JournalEntry("door-refused", "gateway", "1000", "", facts, NOON))
    front.page.look_back.click()
    await until(front.page.earlier.isVisible)
    front.page.earlier.day.setText(NOON.astimezone().strftime("%Y-%m-%d"))
    front.page.earlier.search.click()
    await until(lambda: front.page.earlier.decisions.rowCount() == 1)
    await desk.idle()
    _picture(front.page, f"earlier-{look.value}-{percent}")
    assert nameless(front.page) == []
    assert cut(front.page) == []


def _picture(page: DoorsPage, name: str) -> None:
    """Kept for a look when a folder is named."""
    folder = os.environ.get("PICTURES", "")
    if folder:
        page.grab().save(str(Path(folder) / f"doors-{name}.png"))
