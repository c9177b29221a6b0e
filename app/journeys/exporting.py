"""Giving one person's record out as an encrypted file: who may, that it is journaled first, and where it may lie."""

import asyncio
from pathlib import Path

from app.domain.enrollment import Enrollment
from app.domain.errors import NotCapable, StoreError, SupervisorNeeded
from app.domain.operator import Right
from app.domain.records import JournalEntry
from app.journeys.erasure import EXPORTED, FILE
from app.journeys.station import Station
from app.paths import write_private


async def export_person(station: Station, enrollment: Enrollment, passphrase: str, path: Path) -> None:
    """Seal and write; what is kept in the station's own folder goes with an erasure.

    SupervisorNeeded, InvalidInput (passphrase too short), StoreError when the file cannot be written. The act is in the
    journal before the file is there.
    """
    if not (station.supervision.unlocked or station.operators.may(Right.SUPERVISE)):
        raise SupervisorNeeded()
    custody = station.custody
    if custody is None or custody.seal is None:
        raise NotCapable(step="export")
    data = await asyncio.to_thread(custody.seal, enrollment, passphrase)
    kept = await asyncio.to_thread(lambda: path.absolute().parent == custody.exports.absolute())
    facts = {FILE: path.name} if kept else {"where": "outside the station"}
    actor = station.supervision.by or station.actor
    await station.journal.append(JournalEntry(EXPORTED, actor, enrollment.person.person_id, facts=facts))
    try:
        await asyncio.to_thread(write_private, path, data)
    except OSError:
        raise StoreError(reason="file") from None
