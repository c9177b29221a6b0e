"""What the people page does for people beside showing them: erase, give receipts, expect people from a list."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QAbstractButton, QWidget

from app.domain.enrollment import Enrollment
from app.domain.errors import StoreError
from app.domain.operator import Right
from app.journeys.erasure import Erasure, certificate_of
from app.journeys.expected import Fault, expect, read
from app.journeys.exporting import export_person
from app.journeys.ports import PersonRecord
from app.journeys.station import Station
from app.paths import write_private
from app.ui.dialogs import destroy_question, question
from app.ui.files import ask_open, ask_save
from app.ui.i18n import translate
from app.ui.messages import MessageService
from app.ui.operators.confirm import confirmed
from app.ui.people.erasures_card import ErasuresCard
from app.ui.people.export_dialog import ExportDialog
from app.ui.people.receipt_dialog import show_receipt
from app.ui.people.retire_dialog import RetireDialog
from app.ui.supervisor import Supervisor
from app.ui.tasks import Tasks

TOLD_AT_MOST = 12


class Care:
    """Works for one page; `changed` is called when the page has to look again."""

    def __init__(
        self,
        page: QWidget,
        station: Station,
        tasks: Tasks,
        messages: MessageService,
        supervisor: Supervisor,
        changed: Callable[[], None],
    ) -> None:
        self._page, self._station, self._tasks = page, station, tasks
        self._messages, self._supervisor, self._changed = messages, supervisor, changed
        self._erasure = Erasure(station, station.custody) if station.custody else None
        self.card = ErasuresCard()
        self.card.retry_wanted.connect(self._retry)
        self.card.save_wanted.connect(self._save)
        self.card.retire_wanted.connect(self._retire)

    @property
    def erases(self) -> bool:
        """Whether this station erases people everywhere."""
        return self._erasure is not None

    @property
    def exports(self) -> bool:
        """Whether this station gives people out as files."""
        return self._station.custody is not None and self._station.custody.seal is not None

    @property
    def _retires(self) -> bool:
        """Administrators declare a device gone; where nobody signs in, whoever has the supervisor's passcode."""
        operators = self._station.operators
        return operators.may(Right.ADMINISTER) if operators.required else True

    def refresh(self) -> None:
        """Ask for the erasures again."""
        if self._erasure is not None:
            shown = self._erasure.orders()
            self._tasks.start(
                shown,
                owner=self._page,
                key="erasures",
                done=lambda orders: self.card.show_orders(orders, self._messages.names, retires=self._retires),
            )

    async def ask_erase(self, record: PersonRecord) -> bool:
        """Ask twice, then order the erasure; True when it was ordered."""
        if self._erasure is None or not await self._supervisor.ensure(self._page):
            return False
        person = record.enrollment.person
        name = person.full_name or person.person_id
        title = translate("care", "Erase {0} everywhere?").format(name)
        yes = translate("care", "Erase")
        if not await destroy_question(self._page, title, self._consequence(record), word=name, yes=yes):
            return False
        await self._erasure.order(person.person_id, actor=self._station.actor)
        told = translate("care", "{0} was erased from this station. The devices follow; see Erasures.")
        self._messages.success(told.format(name))
        return True

    def _consequence(self, record: PersonRecord) -> str:
        text = translate(
            "care",
            "Everything of this person is erased from this station at once: record, samples, unfinished enrollments, "
            "evidence of comparisons and exported files kept here. Every device is told to remove the person and is "
            "asked again until it has. Then there is a signed certificate.",
        )
        holders = [self._messages.names.get(one.device_id, one.device_id) for one in record.deliveries]
        elsewhere = translate(
            "care",
            "Files saved elsewhere are not reached. A backup made before still holds the person; when it is restored "
            "with this station's list of erasures, the person is erased again.",
        )
        devices = translate("care", "Known at: {0}.").format(", ".join(holders)) if holders else ""
        return "\n\n".join(part for part in (text, devices, elsewhere) if part)

    def receipt(self, record: PersonRecord) -> None:
        """Show the receipt of a person."""
        shown = show_receipt(self._page, self._station, self._tasks, self._messages, record.enrollment)
        self._tasks.start(shown, owner=self._page, key="receipt")

    def export(self, record: PersonRecord, button: QAbstractButton) -> None:
        """Give a person out as an encrypted file."""
        self._tasks.start(self._export(record.enrollment), owner=self._page, key="export", button=button)

    async def _export(self, enrollment: Enrollment) -> None:
        if not await self._supervisor.ensure(self._page):
            return
        person = enrollment.person
        dialog = ExportDialog(self._page, person.full_name or person.person_id)
        if not await dialog.ask():
            return
        passphrase = dialog.passphrase  # the dialog is gone a turn later
        path = await ask_save(self._page, translate("care", "Where shall the file be?"), "person.esperson")
        if path is not None:
            await export_person(self._station, enrollment, passphrase, path)
            told = translate("care", "Written, encrypted with this passphrase: {0}.")
            self._messages.success(told.format(path.name))

    def import_list(self, button: QAbstractButton) -> None:
        """Let people of a CSV file wait to be enrolled."""
        self._tasks.start(self._import(), owner=self._page, key="import", button=button, finally_=self._changed)

    async def _import(self) -> None:
        path = await ask_open(self._page, translate("care", "Which list? A CSV file with a line of column names"))
        if path is not None:
            await self.import_file(path)

    async def import_file(self, path: Path) -> None:
        """Import a file, or tell every row that is wrong and import nothing."""
        try:
            data = await asyncio.to_thread(path.read_bytes)
        except OSError:
            raise StoreError(reason="file") from None
        listed = await asyncio.to_thread(read, data, self._station.policy)
        if listed.faults:
            await question(
                self._page,
                translate("care", "Nothing was imported"),
                faults_text(listed.faults),
                yes=translate("care", "Understood"),
                no=translate("care", "Close"),
            )
            return
        count = await expect(self._station, listed.people)
        told = translate("care", "{0} people wait to be enrolled. They are listed on the Enroll page.")
        self._messages.success(told.format(count))

    def _retry(self, order_id: str) -> None:
        if self._erasure is not None:
            self._tasks.start(self._erasure.retry(order_id), owner=self._page, key="erasure", finally_=self._changed)

    def _retire(self, device_id: str) -> None:
        self._tasks.start(self._ask_retire(device_id), owner=self._page, key="retire", finally_=self._changed)

    async def _ask_retire(self, device_id: str) -> None:
        name = self._messages.names.get(device_id, device_id)
        if self._erasure is None or not (self._station.operators.required or await self._supervisor.ensure(self._page)):
            return
        dialog = RetireDialog(self._page, name)
        if not await dialog.ask():
            return
        reason = dialog.reason  # the dialog is gone a turn later
        text = translate("care", "{0} is declared gone for good in your name.").format(name)
        if await confirmed(self._page, self._station, self._tasks, text):
            await self._erasure.retire(device_id, reason)
            told = translate("care", "{0} counts as gone. Nothing waits for it any more.")
            self._messages.success(told.format(name))

    def _save(self, order_id: str) -> None:
        self._tasks.start(self._save_certificate(order_id), owner=self._page, key="certificate")

    async def _save_certificate(self, order_id: str) -> None:
        path = await ask_save(self._page, translate("care", "Save the certificate"), f"erasure-{order_id}.json")
        if path is None or self._erasure is None:
            return
        certificate = certificate_of(await self._erasure.orders(), order_id)
        try:
            await asyncio.to_thread(write_private, path, certificate.encode())
        except OSError:
            raise StoreError(reason="file") from None
        self._messages.success(translate("care", "The certificate was saved."))


def faults_text(faults: tuple[Fault, ...]) -> str:
    """Every mistake of a list on a line of its own."""
    told = [_fault(fault) for fault in faults[:TOLD_AT_MOST]]
    if len(faults) > TOLD_AT_MOST:
        told.append(translate("care", "… and {0} more.").format(len(faults) - TOLD_AT_MOST))
    return "\n".join([translate("care", "Correct these lines in the file, then import it again:"), *told])


def _fault(fault: Fault) -> str:
    what = {
        "unknown": translate("care", "this column is not known here"),
        "missing": translate("care", "this column is missing"),
        "doubled": translate("care", "the same value or column stands there twice"),
        "columns": translate("care", "more cells than the first line has"),
        "empty": translate("care", "nobody stands in this file"),
        "unreadable": translate("care", "this is no CSV file, or a cell is far too long"),
        "characters": translate("care", "there is a character in it that cannot be seen"),
        "too-many": translate("care", "too many people for one file"),
        "required": translate("care", "this must be filled in"),
        "too-long": translate("care", "this is too long"),
    }.get(fault.what, translate("care", "this value is not accepted"))
    if fault.hint and fault.what == "pattern":
        what = translate("care", "this value is not accepted, expected: {0}").format(fault.hint)
    where = translate("care", "Line {0}").format(fault.line)
    return f"{where}, {fault.column}: {what}" if fault.column else f"{where}: {what}"
