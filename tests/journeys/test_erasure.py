"""Erasure: one order, every place, absence read back, a certificate without a word about the person."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.enrollment import DeliveryState
from app.domain.errors import InvalidInput, NotWritten, SupervisorNeeded
from app.domain.modality import Position
from app.domain.records import FeatureRow, JournalEntry
from app.domain.statement import certificate_body, read_certificate
from app.journeys.custody import Custody
from app.journeys.erasure import EXPORTED, FILE, RETENTION, Erasure
from app.journeys.provisioning import Provisioning
from app.journeys.supervision import Supervision
from app.proofs import verify
from app.store.crypto import HEADER
from app.store.database import Database
from app.store.identity import holds, read_pem
from tests.journeys.conftest import Desk
from tests.journeys.doors import delivery
from tests.store.evidence import record
from tests.store.files import all_bytes
from tests.store.people import enrollment, kept

BOTH = ("front", "back")
WHO = enrollment("P-4711-secret", last="Geheimnis", first="Secretia", document="DOC-0815-X")


async def enrolled(desk: Desk) -> Erasure:
    """A person everywhere: store, doors, a draft, features, evidence, an export."""
    exports = desk.folder / "exports"
    exports.mkdir()
    (exports / "f00d.person").write_bytes(b"sealed Geheimnis")
    await desk.store.people.save(WHO, targets=BOTH, actor="ana")
    await desk.store.features.put((FeatureRow("P-4711-secret", Position.RIGHT_INDEX, b"features"),))
    await desk.store.drafts.create("d1", b'{"replaces": "P-4711-secret"}', label="Secretia", step="iris")
    await desk.store.drafts.keep("d1", (kept(Position.FACE),), b'{"replaces": "P-4711-secret"}')
    await desk.store.drafts.create("d2", b'{"replaces": "P-47"}', label="Other", step="iris")
    await desk.store.evidence.keep(record(person_id="P-4711-secret"))
    await desk.store.journal.append(JournalEntry(EXPORTED, "ana", "P-4711-secret", facts={FILE: "f00d.person"}))
    await desk.deliver()
    return Erasure(desk.station, Custody(desk.store.erasures, desk.store.identity, exports))


def names(disk: bytes) -> list[bytes]:
    """What may stand nowhere."""
    words = [b"P-4711-secret", b"Geheimnis", b"Secretia", b"DOC-0815-X"]
    pieces = [sample.image[:64] for sample in WHO.samples] + [sample.templates[0].data[:64] for sample in WHO.samples]
    return [piece for piece in words + pieces if piece in disk]


async def test_one_order_removes_a_person_everywhere_and_ends_in_a_certificate(desk: Desk) -> None:
    erasure = await enrolled(desk)
    sealed = [value[HEADER.size : HEADER.size + 40] for value in await desk.store._thread.run(_sealed)]
    assert all(piece in all_bytes(desk.folder) for piece in sealed)
    gone: list[str] = []
    desk.store.people.watch(_Watcher(gone))
    order = await erasure.order("P-4711-secret", actor="ana")
    assert gone == ["P-4711-secret"], "galleries forget too"
    assert (order.erased.samples, order.erased.features, order.erased.drafts) == (4, 1, 1)
    assert (order.erased.evidence, order.erased.exports) == (1, 1)
    await desk.deliver()
    assert desk.front.held == desk.back.held == {}
    assert await erasure.certify() == 1
    (done,) = await erasure.orders()
    assert not done.open
    assert done.person_id == ""
    told = read_certificate(done.certificate)
    assert holds(read_pem(await desk.store.identity.public_key()), told["signature"], certificate_body(told))
    assert [place["place"] for place in told["places"]] == ["station", "device", "device"]
    assert names(done.certificate.encode()) == []
    disk = all_bytes(desk.folder)
    assert names(disk) == []
    assert not [piece for piece in sealed if piece in disk], "not even as ciphertext"
    assert [draft.draft_id for draft in await desk.store.drafts.drafts()] == ["d2"]
    assert (await desk.store.people.search("")).total == 0


async def test_a_device_that_is_away_keeps_the_order_open_until_it_confirmed(desk: Desk) -> None:
    erasure = await enrolled(desk)
    desk.back.away = True
    await erasure.order("P-4711-secret", actor="ana")
    await desk.deliver()
    await desk.restart()
    erasure = Erasure(desk.station, Custody(desk.store.erasures, desk.store.identity, desk.folder / "exports"))
    assert await erasure.certify() == 0
    (order,) = await erasure.orders()
    assert [one.state for one in order.removals] == [DeliveryState.DONE, DeliveryState.WAITING]
    assert await desk.store.outbox.pending() == 1
    desk.back.away = False
    await erasure.retry(order.order_id)
    await desk.deliver()
    assert desk.back.held == {}
    assert await erasure.certify() == 1
    assert await desk.store.outbox.pending() == 0


async def test_a_device_that_says_yes_and_keeps_the_person_is_caught(desk: Desk) -> None:
    erasure = await enrolled(desk)
    desk.front.lies = True
    await erasure.order("P-4711-secret", actor="ana")
    await desk.deliver()
    (order,) = await erasure.orders()
    assert (order.removals[0].state, order.removals[0].error_code) == (DeliveryState.FAILED, NotWritten.code)
    assert await erasure.certify() == 0


async def test_a_device_gone_for_good_ends_an_erasure_and_the_certificate_says_so(desk: Desk) -> None:
    erasure = await enrolled(desk)
    await desk.store.people.save(enrollment("P-2"), targets=BOTH, actor="ana")
    desk.back.away = True
    await erasure.order("P-4711-secret", actor="ana")
    await desk.deliver()
    with pytest.raises(SupervisorNeeded):
        await erasure.retire("back", "burnt")
    await _unlock(desk)
    with pytest.raises(InvalidInput):
        await erasure.retire("back", "  ")
    assert await erasure.retire("back", "burnt on 3 May") == 1
    assert await erasure.certify() == 1
    assert await desk.store.outbox.pending() == 0, "nothing waits for it, deliveries neither"
    (order,) = await erasure.orders()
    _, front, back = read_certificate(order.certificate)["places"]
    assert (front["absence"], back["absence"]) == ("read back", "not read back: the device was retired")
    assert back["retired because"] == "burnt on 3 May"
    assert "not read back" in verify_certificate(order.certificate, desk.folder)
    assert "device-retired" in {one.action for one in await desk.store.journal.entries()}
    await desk.store.people.save(enrollment("P-3"), targets=BOTH, actor="ana")
    assert (await delivery(desk.store, "P-3", "back")).state is DeliveryState.RETIRED
    await erasure.order("P-2", actor="ana")
    assert (await erasure.orders())[0].removals[1].state is DeliveryState.RETIRED


async def test_a_device_that_comes_back_with_erased_people_is_caught(desk: Desk) -> None:
    erasure = await enrolled(desk)
    desk.back.away = True
    await erasure.order("P-4711-secret", actor="ana")
    await desk.deliver()
    await _unlock(desk)
    await erasure.retire("back", "lost")
    assert await erasure.certify() == 1
    desk.back.away = False
    await desk.store.people.save(enrollment("P-2"), targets=("front",), actor="ana")
    await desk.store.outbox.redeliver("back", actor="ana")
    desk.clock.turn(hours=1)
    await desk.deliver()
    assert sorted(desk.back.held) == ["P-2", "P-4711-secret"]
    provisioning = Provisioning(
        replace(desk.station, custody=Custody(desk.store.erasures, desk.store.identity, desk.folder))
    )
    await provisioning.recheck("back")
    await provisioning.deliver_due()
    assert list(desk.back.held) == ["P-2"]
    assert await erasure.certify() == 1
    assert [one.reason for one in await erasure.orders()] == ["held-again", "asked"]


async def _unlock(desk: Desk) -> None:
    async def passcode() -> str:
        return "practice"

    supervision = Supervision(passcode)
    assert await supervision.unlock("practice")
    object.__setattr__(desk.station, "supervision", supervision)


def verify_certificate(text: str, folder: Path) -> str:
    """What the command says of it."""
    file = folder / "certificate.json"
    file.write_text(text)
    told, code = verify(str(file), None)
    assert code == 0, told
    return told


async def test_who_is_enrolled_again_is_written_after_the_removal_and_never_removed_by_it(desk: Desk) -> None:
    erasure = await enrolled(desk)
    desk.front.away = True
    await erasure.order("P-4711-secret", actor="ana")
    await desk.deliver()
    await desk.store.people.save(WHO, targets=BOTH, actor="ana")
    desk.front.away = False
    desk.clock.turn(hours=2)
    await desk.deliver()
    await desk.deliver()
    assert list(desk.front.held) == list(desk.back.held) == ["P-4711-secret"]
    assert (await delivery(desk.store, "P-4711-secret", "front")).state is DeliveryState.DONE


async def test_people_are_erased_when_their_time_is_over(desk: Desk) -> None:
    erasure = await enrolled(desk)
    assert await erasure.expire(0) == 0
    assert WHO.enrolled_at is not None
    desk.clock.ahead = WHO.enrolled_at - desk.clock() + timedelta(days=29)
    assert await erasure.expire(30) == 0
    desk.clock.turn(days=2)
    assert await erasure.expire(30) == 1
    assert [one.reason for one in await erasure.orders()] == [RETENTION]
    with pytest.raises(InvalidInput):
        await erasure.order("P-4711-secret", actor="ana")


class _Watcher:
    def __init__(self, gone: list[str]) -> None:
        self._gone = gone

    def saved(self, enrollment: object) -> None:
        """Nothing to do."""

    def removed(self, person_id: str) -> None:
        """Remember."""
        self._gone.append(person_id)


def _sealed(database: Database) -> list[bytes]:
    wanted = "SELECT body FROM samples UNION ALL SELECT image FROM samples UNION ALL SELECT record FROM people"
    with database.begin() as connection:
        rows = connection.exec_driver_sql(f"{wanted} UNION ALL SELECT features FROM features").all()
    return [row[0] for row in rows]
