"""From the start screen to the next person, with nothing but keys."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPlainTextEdit

from app.domain.enrollment import Delivery, DeliveryState
from app.domain.errors import StoreFull, Unreachable
from app.domain.modality import Position
from app.domain.policy import NUMBER, DuplicateRule, EnrollmentPolicy, PersonField
from app.ui import dialogs
from app.ui.supervisor import UnlockDialog
from app.ui.wizard.duplicate_dialog import DuplicateDialog
from app.ui.wizard.page import EnrollPage
from tests.ui.conftest import Desk, until
from tests.ui.fakes import NOON, PASSCODE, a_policy
from tests.ui.wizard.clerk import Clerk
from tests.ui.wizard.conftest import Hire
from tests.ui.wizard.terminal import FakeTerminal

Key = Qt.Key


def texts(clerk: Clerk) -> str:
    return "\n".join(label.text() for label in clerk.page.findChildren(QLabel) if label.isVisible())


async def to_review(clerk: Clerk) -> None:
    await clerk.begin()
    await clerk.fill_in()
    await clerk.captured()
    await clerk.enter("review")


async def test_a_person_is_enrolled_by_keyboard_alone(clerk: Clerk) -> None:
    saved: list[str] = []
    clerk.page.saved.connect(saved.append)
    await to_review(clerk)
    for told in ("Ada Testperson", "X12345", "English", "82, good"):
        assert told in texts(clerk)
    await clerk.enter("done")
    record = clerk.setting.people.records[saved[0]]
    enrollment = record.enrollment
    assert enrollment.person.full_name == "Ada Testperson"
    assert enrollment.person.fields["document"] == "X12345"
    assert enrollment.consent is not None
    assert (enrollment.consent.language, enrollment.consent.given_at) == ("en", NOON)
    assert {sample.position for sample in enrollment.samples} == {
        Position.LEFT_IRIS,
        Position.RIGHT_IRIS,
        Position.FACE,
    }
    assert "Safely stored" in texts(clerk)
    await clerk.enter("start")
    assert clerk.terminal.opened is None, "the terminal was given back"


async def test_a_site_with_numbers_of_its_own_has_them_typed(hire: Hire) -> None:
    hint = "AB and four digits: AB1234"
    clerk = hire(FakeTerminal(), policy=replace(a_policy(), number=replace(NUMBER, pattern="AB[0-9]{4}", hint=hint)))
    await clerk.begin()
    await clerk.enter("person")
    for name, text in (("last_name", "Testperson"), ("first_name", "Ada"), ("document", "X12345")):
        clerk.write(f"wizard.person.{name}", text)
    clerk.write("wizard.person.person_id", "AB12")
    clerk.press(Key.Key_Return)
    await until(lambda: f"This does not look right. Expected: {hint}" in texts(clerk))
    await clerk.desk.idle()
    clerk.write("wizard.person.person_id", "34")
    await clerk.enter("eyes-face")
    assert clerk.state.person.person_id == "AB1234"


async def test_another_number_than_the_stations_is_one_button_away(clerk: Clerk) -> None:
    await clerk.begin()
    await clerk.enter("person")
    given = clerk.state.person.person_id
    assert f"Person number {given}" in texts(clerk)
    clerk.tab_to("wizard.person.number.change")
    clerk.press(Key.Key_Space)
    clerk.write("wizard.person.person_id", "P-2001")
    for name, text in (("last_name", "Testperson"), ("first_name", "Ada"), ("document", "X12345")):
        clerk.write(f"wizard.person.{name}", text)
    await clerk.enter("eyes-face")
    assert clerk.state.person.person_id == "P-2001"


async def test_deliveries_are_followed_live(clerk: Clerk) -> None:
    await to_review(clerk)
    await clerk.enter("done")
    await until(lambda: "Waiting for its turn" in texts(clerk))
    person_id = clerk.state.person.person_id
    people = clerk.setting.people
    failed = Delivery("door", DeliveryState.FAILED, 2, "ES-110", {"device": "door"})
    people.records[person_id] = replace(people.records[person_id], deliveries=(failed,))
    await until(lambda: "ES-110" in texts(clerk))
    clerk.tab_to("wizard.delivery.door.again")
    clerk.press(Key.Key_Space)
    await until(lambda: clerk.setting.outbox.called("retry_now") == [(person_id, "door")])
    done = Delivery("door", DeliveryState.DONE, 3)
    people.records[person_id] = replace(people.records[person_id], deliveries=(done,))
    await until(lambda: "Stored there and read back" in texts(clerk))


async def test_back_and_forth_loses_nothing(clerk: Clerk) -> None:
    await to_review(clerk)
    await clerk.back("eyes-face")
    await clerk.back("person")
    await clerk.back("consent")
    await clerk.enter("person")
    await clerk.enter("eyes-face")
    assert len(clerk.state.capture("eyes-face").kept) == 3
    await clerk.enter("review")
    assert clerk.state.person.full_name == "Ada Testperson"
    assert len(clerk.terminal.called("capture")) == 1


async def test_edit_leads_from_the_review_to_a_part(clerk: Clerk) -> None:
    await to_review(clerk)
    clerk.tab_to("wizard.edit.person")
    clerk.press(Key.Key_Return)
    await clerk.on("person")
    clerk.write("wizard.person.department", "Assembly")
    await clerk.enter("eyes-face")
    await clerk.enter("review")
    await until(lambda: "Assembly" in texts(clerk))


async def test_enter_twice_does_not_skip_a_step(clerk: Clerk) -> None:
    await clerk.begin()
    clerk.press(Key.Key_Return)
    clerk.press(Key.Key_Return)
    await clerk.on("person")
    await clerk.desk.idle()
    assert clerk.page.current_step == "person"


async def test_a_draft_goes_on_at_the_same_step(clerk: Clerk, desk: Desk) -> None:
    await clerk.begin()
    await clerk.fill_in()
    await clerk.captured()
    draft_id = clerk.state.draft_id
    assert await clerk.page.finish()
    await desk.idle()
    again = desk.show(EnrollPage(clerk.station, desk.tasks, desk.messages), 900, 600)
    await desk.active(again)
    clerk.page = again
    await until(again.start.drafts.isVisible)
    assert "Ada Testperson" in texts(clerk)
    clerk.tab_to(f"wizard.start.resume.{draft_id}")
    await clerk.enter("eyes-face")
    assert len(clerk.state.capture("eyes-face").kept) == 3
    await clerk.enter("review")
    await clerk.enter("done")


async def test_what_was_typed_survives_closing_in_the_middle(clerk: Clerk) -> None:
    await clerk.begin()
    await clerk.enter("person")
    clerk.write("wizard.person.last_name", "Halfway")
    draft_id = clerk.state.draft_id
    assert await clerk.page.finish()
    assert clerk.setting.drafts.stored[draft_id].label == "Halfway"
    assert clerk.setting.drafts.stored[draft_id].step == "person"


async def test_typing_is_stored_without_leaving_the_field(clerk: Clerk) -> None:
    await clerk.begin()
    await clerk.enter("person")
    clerk.write("wizard.person.last_name", "Typed")
    await until(lambda: clerk.setting.drafts.stored[clerk.state.draft_id].label == "Typed")


async def test_mistakes_are_told_at_their_fields(clerk: Clerk) -> None:
    await clerk.begin()
    await clerk.enter("person")
    clerk.write("wizard.person.document", "no!")
    clerk.press(Key.Key_Return)
    await until(lambda: "Please fill this in." in texts(clerk))
    assert "Expected: Letters, digits" in texts(clerk)
    focus = QApplication.focusWidget()
    assert focus is not None
    assert focus.objectName() == "wizard.person.last_name"
    assert clerk.page.current_step == "person"


async def test_a_value_another_person_has_is_told(hire: Hire) -> None:
    fields = (PersonField("department", "Department", unique=True), PersonField("shift", "Shift", choices=("A", "B")))
    policy = EnrollmentPolicy(fields=fields, consents=a_policy().consents)
    clerk = hire(FakeTerminal(), policy=policy)
    await to_department(clerk, "Assembly")
    shift = clerk.page.findChild(QComboBox, "wizard.person.shift")
    assert shift is not None
    shift.setCurrentText("B")
    await clerk.enter("eyes-face")
    await clerk.captured()
    await clerk.enter("review")
    await clerk.enter("done")
    first = clerk.state.person.person_id
    assert clerk.state.person.fields == {"department": "Assembly", "shift": "B"}
    await clerk.enter("start")
    await to_department(clerk, "Assembly")
    clerk.press(Key.Key_Return)
    await until(lambda: f"person number {first}" in texts(clerk))
    assert clerk.page.current_step == "person"


async def to_department(clerk: Clerk, department: str) -> None:
    await clerk.begin()
    await clerk.enter("person")
    clerk.write("wizard.person.last_name", "Testperson")
    clerk.write("wizard.person.department", department)


async def test_consent_is_recorded_in_the_persons_language(clerk: Clerk) -> None:
    await clerk.begin()
    language = clerk.tab_to("wizard.consent.language")
    assert isinstance(language, QComboBox)
    clerk.press(Key.Key_Down)
    text = clerk.page.findChild(QPlainTextEdit)
    assert text is not None
    assert text.toPlainText().startswith("Acepto")
    await clerk.enter("person")
    assert clerk.state.consent is not None
    assert clerk.state.consent.language == "es"
    await clerk.back("consent")
    assert "Consent is recorded" in texts(clerk)
    clerk.tab_to("wizard.consent.language")
    clerk.press(Key.Key_Up)
    assert clerk.wizard.primary.text() == "The person agrees", "another text wants its own consent"


async def test_who_does_not_agree_is_forgotten(clerk: Clerk, desk: Desk) -> None:
    await clerk.begin()
    clerk.tab_to("wizard.consent.refuse")
    clerk.press(Key.Key_Space)
    dialog = await desk.dialog(dialogs.Dialog)
    dialog.yes.click()
    await clerk.on("start")
    await desk.idle()
    assert clerk.setting.drafts.stored == {}


async def test_a_known_person_is_saved_only_with_a_reason(clerk: Clerk, desk: Desk) -> None:
    clerk.terminal.known = "4711"
    await to_review(clerk)
    clerk.press(Key.Key_Return)
    dialog = await desk.dialog(DuplicateDialog)
    assert "4711" in dialog.text.text()
    dialog.no.click()
    await desk.gone(dialog)
    await clerk.on("review")
    assert clerk.setting.people.records == {}
    clerk.press(Key.Key_Return)
    dialog = await desk.dialog(DuplicateDialog)
    assert not dialog.yes.isEnabled()
    dialog._note.setText("Twin")
    dialog.yes.click()
    await clerk.on("done")
    assert clerk.state.duplicate_note == "Twin"


async def test_a_supervisor_decides_about_a_known_person_where_the_site_wants_it(hire: Hire, desk: Desk) -> None:
    clerk = hire(FakeTerminal(), policy=replace(a_policy(), duplicates=DuplicateRule.SUPERVISOR))
    clerk.terminal.known = "4711"
    await to_review(clerk)
    clerk.press(Key.Key_Return)
    dialog = await desk.dialog(DuplicateDialog)
    dialog._note.setText("Twin")
    dialog.yes.click()
    unlock = await desk.dialog(UnlockDialog)
    assert clerk.setting.people.records == {}
    unlock.field.setText(PASSCODE)
    unlock.yes.click()
    await clerk.on("done")


async def test_nobody_saves_a_known_person_where_the_site_refuses(hire: Hire, desk: Desk) -> None:
    clerk = hire(FakeTerminal(), policy=replace(a_policy(), duplicates=DuplicateRule.REFUSE))
    clerk.terminal.known = "4711"
    await to_review(clerk)
    clerk.press(Key.Key_Return)
    dialog = await desk.dialog(DuplicateDialog)
    assert not dialog.yes.isVisible()
    dialog.no.click()
    await desk.gone(dialog)
    await clerk.on("review")
    assert clerk.setting.people.records == {}


async def test_a_store_that_fails_leaves_everything_where_it_is(clerk: Clerk, desk: Desk) -> None:
    await to_review(clerk)
    clerk.setting.people.errors["save"] = StoreFull()
    clerk.press(Key.Key_Return)
    await until(lambda: desk.told)
    assert desk.told[-1].code == StoreFull.code
    await clerk.on("review")
    assert clerk.setting.people.records == {}
    await clerk.enter("done")


async def test_a_terminal_that_cannot_be_asked_does_not_hold_up_saving_and_is_told(clerk: Clerk, desk: Desk) -> None:
    await to_review(clerk)
    clerk.terminal.errors["find_duplicate"] = Unreachable(device="door")
    await clerk.enter("done")
    assert clerk.terminal.label in desk.told[-1].text


async def test_finish_later_keeps_the_draft(clerk: Clerk) -> None:
    await clerk.begin()
    await clerk.fill_in()
    clerk.tab_to("wizard.later")
    clerk.press(Key.Key_Space)
    await clerk.on("start")
    assert len(clerk.setting.drafts.stored) == 1
    assert clerk.terminal.opened is None


async def test_an_enrolled_person_is_captured_again(clerk: Clerk) -> None:
    await to_review(clerk)
    await clerk.enter("done")
    person_id = clerk.state.person.person_id
    await clerk.enter("start")
    clerk.page.start_for(person_id)
    await until(lambda: clerk.page.wizard is not None)
    assert clerk.state.replaces == person_id
    assert clerk.state.person.full_name == "Ada Testperson"


async def test_a_draft_can_be_deleted_from_the_start(clerk: Clerk, desk: Desk) -> None:
    await clerk.begin()
    await clerk.fill_in()
    draft_id = clerk.state.draft_id
    clerk.wizard.finish_later()
    await clerk.on("start")
    await until(clerk.page.start.drafts.isVisible)
    clerk.tab_to(f"wizard.start.discard.{draft_id}")
    clerk.press(Key.Key_Return)
    dialog = await desk.dialog(dialogs.Dialog)
    dialog.yes.click()
    await until(lambda: not clerk.setting.drafts.stored)
    await until(lambda: not clerk.page.start.drafts.isVisible())
