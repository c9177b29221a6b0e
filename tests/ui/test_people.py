"""The people page: found while typing, seen in full, deleted only on purpose."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from app.domain.enrollment import ExceptionReason, FailureToAcquire
from app.domain.errors import StoreError
from app.domain.modality import Position
from app.journeys.ports import PersonRecord
from app.ui.dialogs import Dialog, TypedConfirmation
from app.ui.pages.people import DRAFTS, NOBODY, NOTHING, PeoplePage
from app.ui.people.drafts_card import DraftRow
from app.ui.people.person_detail import PersonDetail
from app.ui.supervisor import Supervisor, UnlockDialog
from tests.fingers import Eye, vendor_only
from tests.ui.conftest import Desk, until
from tests.ui.fakes import PASSCODE, FakeDrafts, FakePeople, Setting, a_sample, an_enrollment, busy_setting
from tests.ui.hands import click, press, write
from tests.ui.wizard.reader import presses

Open = Callable[[Setting], PeoplePage]


@pytest.fixture
def open_page(desk: Desk) -> Open:
    """Shows the page over fakes."""

    def make(setting: Setting) -> PeoplePage:
        station = setting.station()
        desk.messages.names = {device.device_id: device.label for device in setting.devices}
        page = PeoplePage(station, desk.tasks, desk.messages, Supervisor(station, desk.tasks, desk.tasks))
        desk.show(page)
        page.entered()
        return page

    return make


async def the_detail(desk: Desk, page: PeoplePage) -> PersonDetail:
    await until(lambda: page.detail is not None)
    await desk.idle()
    assert page.detail is not None
    return page.detail


def crowd(count: int) -> FakePeople:
    return FakePeople(
        *(PersonRecord(an_enrollment(f"P-{number:04}", ("Person", f"No{number}")), 1, ()) for number in range(count))
    )


async def test_typing_finds_after_a_pause_and_the_latest_answer_wins(desk: Desk, open_page: Open) -> None:
    setting = busy_setting()
    page = open_page(setting)
    await desk.idle()
    assert [person.full_name for person in page.model.people][:2] == ["Ada Testperson", "Bruno Musterfall"]
    setting.people.gates["search"] = asyncio.Event()
    page.search.setFocus()
    write(page.search, "chi")
    await until(lambda: setting.people.called("search")[-1] == ("chi",))
    write(page.search, "yo")
    await until(lambda: setting.people.called("search")[-1] == ("chiyo",))
    setting.people.gates.pop("search").set()
    await desk.idle()
    assert [person.full_name for person in page.model.people] == ["Chiyo Specimen-Beispiel"]
    assert page.count.text() == "1 person"
    assert [text for (text,) in setting.people.called("search")] == ["", "chi", "chiyo"]


async def test_nobody_matching_says_what_to_try(desk: Desk, open_page: Open) -> None:
    page = open_page(busy_setting())
    await desk.idle()
    write(page.search, "zzz")
    await until(lambda: "Nobody matches" in page.count.text())
    assert page.right.currentIndex() == DRAFTS


async def test_an_empty_station_offers_to_enroll(desk: Desk, open_page: Open) -> None:
    page = open_page(Setting())
    await desk.idle()
    assert page.right.currentIndex() == NOBODY
    asked: list[bool] = []
    page.enroll_requested.connect(lambda: asked.append(True))
    click(page.nobody.button)
    assert asked == [True]
    assert page.drafts_button.isHidden()


async def test_more_people_come_on_demand(desk: Desk, open_page: Open) -> None:
    page = open_page(Setting(people=crowd(60)))
    await desk.idle()
    assert page.count.text() == "50 of 60 people"
    click(page.more)
    await desk.idle()
    assert len(page.model.people) == 60
    assert page.more.isHidden()


async def test_arrows_open_a_person_with_samples_and_deliveries(desk: Desk, open_page: Open) -> None:
    page = open_page(busy_setting())
    await desk.idle()
    page.list.setFocus()
    detail = await the_detail(desk, page)
    assert detail.name.text() == "Ada Testperson"
    assert [card.quality.text() for card in detail.samples.cards] == [
        "Very good, 82 of 100",
        "Good, 64 of 100",
        "Very good, 91 of 100",
    ]
    for card in detail.samples.cards:
        image = card.picture.image
        assert image is not None
        assert (image.width(), image.height()) == (64, 48)
    door, gate = detail.deliveries
    assert door.lamp.text.text() == "Terminal at the door: delivered and checked"
    assert gate.lamp.text.text() == "Terminal at the gate: stopped, needs somebody"
    assert door.retry.isHidden()
    press(page.list, Qt.Key.Key_Down)
    await until(lambda: page.detail is not detail)
    assert (await the_detail(desk, page)).name.text() == "Bruno Musterfall"


async def test_a_damaged_image_a_card_and_a_missing_finger_are_said(desk: Desk, open_page: Open) -> None:
    broken = replace(a_sample(Position.FACE), image=b"not an image at all")
    failure = FailureToAcquire(Position.LEFT_INDEX, ExceptionReason.INJURED, tries=3)
    enrollment = replace(an_enrollment(), samples=(broken, a_sample(Position.CARD)), failures=(failure,))
    page = open_page(Setting(people=FakePeople(PersonRecord(enrollment, 1, ()))))
    page.open_person("P-1001")
    detail = await the_detail(desk, page)
    face, card = detail.samples.cards
    assert face.picture.image is None
    assert face.picture.accessibleDescription() == "The image cannot be shown"
    assert card.picture.accessibleDescription() == "04A1B2C3"
    texts = [label.text() for label in detail.findChildren(type(face.quality))]
    assert "Left index finger: not captured, is injured (3 tries)" in texts


async def test_retry_now_asks_the_outbox(desk: Desk, open_page: Open) -> None:
    setting = busy_setting()
    page = open_page(setting)
    page.open_person("P-1001")
    detail = await the_detail(desk, page)
    click(detail.deliveries[1].retry)
    await desk.idle()
    assert setting.outbox.called("retry_now") == [("P-1001", "gate")]
    assert desk.told[-1].what == "The delivery to Terminal at the gate is tried again now."


async def test_capture_again_and_continue_are_passed_on(desk: Desk, open_page: Open) -> None:
    page = open_page(busy_setting())
    asked: list[str] = []
    page.recapture_requested.connect(asked.append)
    page.continue_requested.connect(asked.append)
    page.open_person("P-1002")
    detail = await the_detail(desk, page)
    click(detail.recapture)
    assert page.drafts_button.text() == "1 unfinished enrollment"
    click(page.drafts_button)
    await until(lambda: page.right.currentIndex() == DRAFTS)
    click(page.drafts.findChildren(DraftRow)[0].resume)
    assert asked == ["P-1002", "d1"]


async def test_a_draft_is_discarded_after_a_question(desk: Desk, open_page: Open) -> None:
    setting = busy_setting()
    page = open_page(setting)
    await desk.idle()
    click(page.drafts.findChildren(DraftRow)[0].discard)
    dialog = await desk.dialog(Dialog)
    press(dialog, Qt.Key.Key_Return)  # Enter keeps it
    await desk.idle()
    assert "d1" in setting.drafts.stored
    click(page.drafts.findChildren(DraftRow)[0].discard)
    dialog = await desk.dialog(Dialog)
    assert "Dora Sample" in dialog.text.text()
    click(dialog.yes)
    await desk.idle()
    assert setting.drafts.stored == {}
    assert page.drafts_button.isHidden()
    assert page.right.currentIndex() == NOTHING


async def test_deleting_needs_a_supervisor_two_questions_and_the_name(desk: Desk, open_page: Open) -> None:
    setting = busy_setting()
    page = open_page(setting)
    page.open_person("P-1001")
    detail = await the_detail(desk, page)
    click(detail.delete)
    unlock = await desk.dialog(UnlockDialog)
    write(unlock.field, PASSCODE)
    click(unlock.yes)
    await desk.gone(unlock)
    first = await desk.dialog(Dialog)
    assert "Terminal at the door, Terminal at the gate" in first.text.text()
    click(first.yes)
    second = await desk.dialog(TypedConfirmation)
    assert not second.yes.isEnabled()
    write(second.field, "ada testperson")
    click(second.yes)
    await desk.idle()
    assert setting.people.called("remove") == [("P-1001", "clerk")]
    assert page.detail is None
    assert "Ada Testperson was erased" in desk.told[-1].what


async def test_giving_up_the_passcode_deletes_nobody(desk: Desk, open_page: Open) -> None:
    setting = busy_setting()
    page = open_page(setting)
    page.open_person("P-1001")
    detail = await the_detail(desk, page)
    click(detail.delete)
    unlock = await desk.dialog(UnlockDialog)
    press(unlock, Qt.Key.Key_Escape)
    await desk.idle()
    assert setting.people.called("remove") == []
    assert detail.delete.isEnabled()


async def test_a_store_that_fails_is_told_and_the_list_stays(desk: Desk, open_page: Open) -> None:
    setting = busy_setting()
    page = open_page(setting)
    await desk.idle()
    setting.people.errors["search"] = StoreError()
    page.refresh()
    await desk.idle()
    assert desk.told[-1].code == "ES-300"
    assert len(page.model.people) == 3


async def test_a_person_gone_meanwhile_leaves_an_empty_place(desk: Desk, open_page: Open) -> None:
    setting = busy_setting(drafts=FakeDrafts())
    page = open_page(setting)
    page.open_person("P-1001")
    await the_detail(desk, page)
    setting.people.records.clear()
    page.refresh()
    await until(lambda: page.detail is None)
    await desk.idle()
    assert page.right.currentIndex() == NOBODY


async def test_a_press_that_could_not_be_read_is_named(desk: Desk) -> None:
    right = Position.RIGHT_INDEX
    read = [each for number, each in enumerate(presses(1, right), 1) if number != 2]
    numbered = [
        replace(each, quality=replace(each.quality, figures={"press": number, "presses": 3}))
        for each, number in zip(read, (1, 3), strict=True)
    ]
    record = PersonRecord(replace(an_enrollment(), samples=(*an_enrollment().samples, *numbered)), 1, ())
    detail = desk.show(PersonDetail(record, (), {}, desk.tasks, Eye()), 700, 900)
    await detail._assembly.finished()
    await desk.idle()
    view = detail.prints[right]
    assert [column.number.text() for column in view.columns] == ["Press 1", "Press 3"]
    assert view.heading.text() == "Right index finger (press 2 could not be read)"


async def test_prints_are_shown_finger_by_finger_with_their_presses_side_by_side(desk: Desk) -> None:
    right, left = Position.RIGHT_INDEX, Position.LEFT_THUMB
    samples = (*presses(1, right), vendor_only(left))
    record = PersonRecord(replace(an_enrollment(), samples=(*an_enrollment().samples, *samples)), 1, ())
    detail = desk.show(PersonDetail(record, (), {}, desk.tasks, Eye()), 700, 900)
    await detail._assembly.finished()
    await desk.idle()
    assert len(detail.samples.cards) == 3
    assert [len(view.columns) for view in detail.prints.values()] == [3, 1]
    assert all(not column.canvas.blank for column in detail.prints[right].columns)
    assert "Template only" in detail.prints[left].columns[0].canvas.instead
    detail.prints[right].details.click()
    await until(lambda: all(column.canvas.marks for column in detail.prints[right].columns))
