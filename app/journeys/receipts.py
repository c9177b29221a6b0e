"""Receipts: what a person gets in the hand after an enrollment, with a small statement anybody can check offline."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.enrollment import Enrollment
from app.domain.records import JournalEntry
from app.domain.statement import Receipt, person_digest, receipt_text, to_be_signed
from app.journeys.ports import SigningKey
from app.journeys.station import Station

ISSUED = "receipt-issued"


@dataclass(frozen=True)
class Slip:
    """A receipt ready to be printed; `text` is for the QR code, `copy` says that one was issued before."""

    person_id: str = field(repr=False)
    full_name: str = field(repr=False)
    receipt: Receipt
    text: str = field(repr=False)
    enrolled_at: datetime | None = None
    copy: bool = False


async def prepare(station: Station, key: SigningKey, enrollment: Enrollment) -> Slip:
    """Make the receipt of an enrollment; nothing is journaled before it is printed or saved."""
    person = enrollment.person
    entries = await station.journal.entries(person_id=person.person_id, limit=10_000)
    head = await station.journal.head()
    words = tuple(sorted({sample.position.modality.value for sample in enrollment.samples}))
    at = enrollment.enrolled_at or station.now()
    receipt = Receipt(person_digest(person.person_id), at, station.name, head.short, words)
    signature = await key.sign(await asyncio.to_thread(to_be_signed, receipt))
    issued = any(entry.action == ISSUED for entry in entries)
    text = receipt_text(receipt, signature)
    return Slip(person.person_id, person.full_name, receipt, text, at, issued)


async def issued(station: Station, slip: Slip, how: str) -> None:
    """Note that a receipt left the station; `how` is "print" or "file"."""
    facts = {"how": how, "copy": "yes" if slip.copy else "no"}
    await station.journal.append(JournalEntry(ISSUED, station.actor, slip.person_id, facts=facts))
