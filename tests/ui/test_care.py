"""Erasing, receipts, lists and deliveries as a clerk meets them."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from app.domain.enrollment import Lane, Tally
from app.domain.errors import SupervisorNeeded
from app.domain.operator import OperatorRules, Role
from app.journeys.custody import Custody
from app.journeys.exporting import export_person
from app.journeys.operators import Operators
from app.journeys.receipts import prepare
from app.journeys.station import Station
from app.store import MemoryVault, Store, SystemKeyring
from app.store.exports import open_person, seal_person
from app.store.passwords import Hashed
from app.ui import theme
from app.ui.console.deliveries_card import DeliveriesCard
from app.ui.dialogs import Dialog, TypedConfirmation
from app.ui.operators.confirm import ConfirmDialog
from app.ui.pages.devices import DevicesPage
from app.ui.pages.people import PeoplePage
from app.ui.people.export_dialog import ExportDialog
from app.ui.people.receipt_dialog import ReceiptDialog
from app.ui.people.receipt_sheet import paint
from app.ui.people.retire_dialog import RetireDialog
from app.ui.supervisor import Supervisor, UnlockDialog
from app.ui.theme import Look
from tests.journeys.doors import Clock, Door, station_with
from tests.ui.conftest import Desk, until
from tests.ui.fakes import PASSCODE, Setting, an_enrollment
from tests.ui.looking import cut, nameless, outside


async def station_of(store: Store, folder: Path) -> Station:
    """A station with one door, a person and a supervisor who is present."""
    await store.people.save(an_enrollment(), targets=("front",), actor="ana")
    station = station_with(store, (Door("front"),), Clock())
    supervision = Setting().station().supervision
    assert await supervision.unlock(PASSCODE)
    return replace(station, supervision=supervision, custody=Custody(store.erasures, store.identity, folder))


async def test_erasing_asks_twice_and_then_shows_the_order_until_the_device_confirmed(
    desk: Desk, tmp_path: Path
) -> None:
    async with await Store.open(tmp_path / "store", SystemKeyring(MemoryVault())) as store:
        station = await station_of(store, tmp_path)
        page = desk.show(PeoplePage(station, desk.tasks, desk.messages, Supervisor(station, desk.tasks, desk.tasks)))
        page.open_person("P-1001")
        await until(lambda: page.detail is not None)
        assert page.detail is not None
        page.detail.delete.click()
        first = await desk.dialog(Dialog)
        assert "certificate" in first.text.text()
        first.yes.click()
        typed = await desk.dialog(TypedConfirmation)
        typed.field.setText("Ada Testperson")
        typed.yes.click()
        await until(lambda: page.care.card.rows)
        assert (await store.people.search("")).total == 0
        assert not page.care.card.rows[0].retry.isHidden()
        assert "not confirmed" in page.erasures_button.text()
        page.erasures_button.click()
        page.refresh()
        await desk.idle()
        assert page.care.card.isVisible(), "what is read stays while deliveries go on"
        assert nameless(page) == []
        await desk.idle()


async def test_an_administrator_declares_a_device_gone_with_a_reason_and_password(desk: Desk, tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "store", SystemKeyring(MemoryVault())) as store:
        store.operators.costs = Hashed(b"0" * 16, memory_kib=64, iterations=1, lanes=1)
        operators = Operators(store.operators, store.journal, OperatorRules(sign_in=True))
        station = replace(await station_of(store, tmp_path), operators=operators)
        await operators.create_first("rita", "Rita", "tall green bicycle")
        await operators.create("ana", "Ana", Role.CLERK, "tall green bicycle")
        await store.erasures.order("P-1001", ("front",), actor="rita", reason="asked")
        page = desk.show(page_of(desk, station))
        page.entered()
        await until(lambda: page.care.card.rows)
        page.care.card.rows[0].gone["front"].click()
        asked = await desk.dialog(RetireDialog)
        assert not asked.yes.isEnabled()
        asked.field.setText("burnt")
        assert nameless(asked) + cut(asked) == []
        asked.yes.click()
        again = await desk.dialog(ConfirmDialog)
        again.field.setText("tall green bicycle")
        again.yes.click()
        await until(lambda: page.care.card.rows and not page.care.card.rows[0].gone)
        assert "device-retired" in {one.action for one in await store.journal.entries()}
        assert nameless(page) == []
        await operators.sign_in("ana", "tall green bicycle")
        page.refresh()
        await desk.idle()
        assert not page.care.card.rows[0].gone, "no clerk may"
        await desk.idle()


async def test_a_receipt_is_saved_journaled_and_read_by_a_scanner(desk: Desk, tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "store", SystemKeyring(MemoryVault())) as store:
        station = await station_of(store, tmp_path)
        slip = await prepare(station, store.identity, an_enrollment())
        dialog = desk.show(ReceiptDialog(desk.show(page_of(desk, station)), station, desk.tasks, desk.messages, slip))
        await dialog.save_to(tmp_path / "receipt.pdf")
        assert (tmp_path / "receipt.pdf").read_bytes()[:5] == b"%PDF-"
        assert "receipt-issued" in {one.action for one in await store.journal.entries(person_id="P-1001")}
        assert nameless(dialog) == []
        image = QImage(1480, 1050, QImage.Format.Format_Grayscale8)
        painter = QPainter(image)
        paint(painter, QRectF(image.rect()), slip)
        painter.end()
        pixels = np.frombuffer(image.constBits(), np.uint8).reshape(1050, image.bytesPerLine())[:, :1480]
        text, _, _ = cv2.QRCodeDetectorAruco().detectAndDecode(np.ascontiguousarray(pixels))
        assert text == slip.text
        await desk.idle()


async def test_a_receipts_sheet_is_seen_whole_with_large_text(desk: Desk, app: QApplication, tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "store", SystemKeyring(MemoryVault())) as store:
        station = await station_of(store, tmp_path)
        slip = await prepare(station, store.identity, an_enrollment())
        theme.apply(app, Look.DARK, 200)
        try:
            dialog = ReceiptDialog(desk.show(page_of(desk, station)), station, desk.tasks, desk.messages, slip)
            desk.show(dialog, 660, 300)
            await desk.idle()
            assert not dialog.sheet.geometry().intersects(dialog.pdf.geometry())
            assert dialog.sheet.geometry().bottom() < dialog.yes.geometry().top()
        finally:
            theme.apply(app, Look.LIGHT, 100)
        await desk.idle()


async def test_a_list_with_mistakes_names_every_row_and_imports_nobody(desk: Desk, tmp_path: Path) -> None:
    station = Setting().station()
    page = page_of(desk, station)
    desk.show(page)
    file = tmp_path / "people.csv"
    file.write_text("last_name,first_name,document\nOk,Ay,ABCDE\n,Be,FGHIJ\nGo,Ce,?\n")
    task = desk.tasks.start(page.care.import_file(file))
    assert task is not None
    dialog = await desk.dialog(Dialog)
    assert "Line 3, last_name" in dialog.text.text()
    assert "Line 4, document" in dialog.text.text()
    dialog.no.click()
    await desk.idle()
    assert await station.drafts.drafts() == ()
    file.write_text("last_name,first_name,document\nOk,Ay,ABCDE\n")
    await page.care.import_file(file)
    assert [draft.label for draft in await station.drafts.drafts()] == ["Ay Ok"]
    await desk.idle()


@pytest.mark.parametrize("reason", ["", "ES-112"])
async def test_deliveries_of_a_device_are_paused_resumed_and_begun_again(desk: Desk, reason: str) -> None:
    door, setting = Door("front"), Setting()
    setting.outbox.counts["front"] = Tally(7, 1, 1)
    setting.outbox.known["front"] = Lane("front", paused=True, reason=reason)
    station = setting.station()
    await station.supervision.unlock(PASSCODE)
    card = DeliveriesCard(door, station, desk.tasks, desk.messages, Supervisor(station, desk.tasks, desk.tasks))
    desk.show(card, 700, 300)
    card.refresh()
    await until(lambda: not card.resume.isHidden())
    assert "7 of 9 written and checked" in card.lamp.text.text()
    assert card.why.isHidden() is not bool(reason)
    card.resume.click()
    await until(lambda: card.resume.isHidden() and not card.pause.isHidden())
    card.again.click()
    dialog = await desk.dialog(Dialog)
    dialog.yes.click()
    await until(lambda: setting.outbox.called("redeliver") == [("front",)])
    assert nameless(card) == []
    await desk.idle()


async def test_all_deliveries_rest_and_go_on_with_a_supervisor_and_a_file_for_support_is_written(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with await Store.open(tmp_path / "store", SystemKeyring(MemoryVault())) as store:
        written: list[Path] = []

        async def write(path: Path) -> None:
            written.append(path)

        async def chosen(*_: object) -> Path:
            return tmp_path / "support.zip"

        monkeypatch.setattr("app.ui.console.all_devices.files.ask_save", chosen)
        station = replace(await station_of(store, tmp_path), diagnostics=write)
        page = desk.show(
            DevicesPage(station, desk.tasks, desk.messages, Supervisor(station, desk.tasks, desk.tasks)), 1280, 800
        )
        page.entered()
        await desk.idle()
        page.all.pause.click()
        (await desk.dialog(Dialog)).yes.click()
        await until(lambda: not page.all.resume.isHidden())
        assert page.all.pause.isHidden()
        assert (await store.outbox.lanes())[""].paused
        page.all.resume.click()
        await until(lambda: not page.all.pause.isHidden())
        page.all.bundle.click()
        await until(lambda: written)
        await desk.idle()
        acts = [one.action for one in await store.journal.entries()]
        assert acts[:3] == ["diagnostics-written", "deliveries-resumed", "deliveries-paused"]
        assert nameless(page) + cut(page) + outside(page) == []
        station.supervision.lock()
        page.all.pause.click()
        (await desk.dialog(UnlockDialog)).no.click()
        await desk.idle()
        assert not (await store.outbox.lanes())[""].paused, "not without a supervisor"


async def test_a_person_is_given_out_as_a_file_by_a_supervisor(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with await Store.open(tmp_path / "store", SystemKeyring(MemoryVault())) as store:
        target = tmp_path / "out" / "ada.esperson"
        target.parent.mkdir()

        async def chosen(*_: object) -> Path:
            return target

        monkeypatch.setattr("app.ui.people.care.ask_save", chosen)
        station = await station_of(store, tmp_path)
        custody = Custody(store.erasures, store.identity, tmp_path, seal_person)
        page = desk.show(page_of(desk, replace(station, custody=custody)))
        page.open_person("P-1001")
        await until(lambda: page.detail is not None)
        assert page.detail is not None
        page.detail.export.click()
        dialog = await desk.dialog(ExportDialog)
        dialog.first.setText("short")
        dialog.yes.click()
        assert "8 characters" in dialog.first_row.error
        dialog.first.setText("eight letters")
        dialog.yes.click()
        assert dialog.second_row.error
        dialog.second.setText("eight letters")
        assert nameless(dialog) + cut(dialog) == []
        dialog.yes.click()
        await until(target.exists, within_s=20)
        await desk.idle()
        assert open_person(target.read_bytes(), "eight letters") == an_enrollment()
        (act,) = [one for one in await store.journal.entries(person_id="P-1001") if one.action == "person-exported"]
        assert act.facts == {"where": "outside the station"}
        station.supervision.lock()
        with pytest.raises(SupervisorNeeded):
            await export_person(page.station, an_enrollment(), "eight letters", target)


def page_of(desk: Desk, station: Station) -> PeoplePage:
    """The people page."""
    return PeoplePage(station, desk.tasks, desk.messages, Supervisor(station, desk.tasks, desk.tasks))
