"""What a thief of the disk finds: nothing that names or shows a person, and nothing at all of a removed one."""

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest

from app.domain.door import Passage
from app.domain.enrollment import Delivery, DeliveryState
from app.domain.errors import StoreKeyMissing
from app.domain.modality import Position
from app.domain.operator import Operator
from app.domain.question import Question, Subject
from app.domain.records import FeatureRow, JournalEntry
from app.store import MemoryVault, Store, SystemKeyring
from app.store.crypto import HEADER
from app.store.tables import metadata, record_column, sealed_columns
from tests.store.evidence import record
from tests.store.files import all_bytes, contents, key_id_of
from tests.store.people import START, enrollment, kept

PERSON = enrollment("P-4711-secret", last="Geheimnis", first="Secretia", document="DOC-0815-X")
WORDS = ("P-4711-secret", "Geheimnis", "Secretia", "DOC-0815-X", "draft-name", "hand in plaster", "template-digest")


async def lived_in(folder: Path, vault: MemoryVault) -> Store:
    """An open store in which everything of a person was written."""
    store = await Store.open(folder, SystemKeyring(vault))
    await store.drafts.create("draft-name", b"state with Geheimnis", label="Secretia Geheimnis", step="iris")
    await store.drafts.keep("draft-name", (kept(Position.FACE),), b"state with Geheimnis")
    await store.questions.ask(Question("draft-name", Subject.DUPLICATE, label="Geheimnis", text="draft-name or not?"))
    await store.operators.create(Operator("Secretia"), "hand in plaster", actor="Geheimnis")
    await store.people.save(PERSON, targets=("iris-1",), actor="Secretia")
    await store.features.put((FeatureRow("P-4711-secret", Position.RIGHT_INDEX, b"features of Geheimnis"),))
    await store.doors.keep([Passage("hall", "P-4711-secret", True, START)], [])
    (job,) = await store.outbox.due(START.replace(year=2100))
    await store.outbox.report(job, Delivery("iris-1", DeliveryState.DONE, 1, digest="template-digest"))
    await store.evidence.keep(record(person_id="P-4711-secret", actor="Secretia"))
    await store.outbox.note("iris-1", serial="SERIAL-9")
    await store.people.save(enrollment("P-erased-7", seed=4), targets=("iris-1",), actor="Secretia")
    await store.erasures.order("P-erased-7", ("iris-1",), actor="Secretia", reason="asked")
    await store.journal.append(JournalEntry("seen", "Secretia", "P-4711-secret", facts={"who": "Geheimnis"}))
    return store


async def test_no_word_and_no_image_is_readable_at_any_time(folder: Path, vault: MemoryVault) -> None:
    store = await lived_in(folder, vault)
    while_open = all_bytes(folder)
    await store.close()
    for disk in (while_open, all_bytes(folder)):
        assert not [word for word in WORDS if word.encode() in disk]
        assert all(sample.image[:64] not in disk for sample in PERSON.samples)
        assert all(sample.templates[0].data[:64] not in disk for sample in PERSON.samples)
        assert b"features of" not in disk


async def test_every_binary_column_is_sealed_or_a_keyed_digest(folder: Path, vault: MemoryVault) -> None:
    await (await lived_in(folder, vault)).close()
    with contextlib.closing(sqlite3.connect(folder / "station.db")) as raw:
        for table in metadata.sorted_tables:
            rows = raw.execute(f"SELECT * FROM {table.name}").fetchall()
            assert rows, f"{table.name} is not looked at"
            for row in rows:
                sealed = [value for value in row if isinstance(value, bytes) and len(value) > 16]
                assert len(sealed) == len(sealed_columns(table))
                assert {key_id_of(value) for value in sealed} <= {1}
                assert record_column(table).name in table.columns


async def test_removing_a_person_removes_the_very_ciphertext(folder: Path, vault: MemoryVault) -> None:
    store = await lived_in(folder, vault)
    await store.people.save(enrollment("P-other", seed=3), targets=(), actor="ana")
    with contextlib.closing(sqlite3.connect(folder / "station.db")) as raw:
        wanted = (
            "SELECT body, image FROM samples WHERE person = 1 UNION ALL SELECT summary, record FROM people WHERE id = 1"
        )
        pieces = [value[HEADER.size : HEADER.size + 40] for row in raw.execute(wanted) for value in row]
        features = [row[0][HEADER.size : HEADER.size + 40] for row in raw.execute("SELECT features FROM features")]
    before = all_bytes(folder)
    assert all(piece in before for piece in pieces + features)
    await store.people.remove("P-4711-secret", actor="ana")
    while_open = all_bytes(folder)
    assert not [piece for piece in pieces + features if piece in while_open]
    assert (folder / "station.db-wal").stat().st_size == 0
    record = await store.people.get("P-other")
    await store.close()
    assert record is not None
    assert not [piece for piece in pieces + features if piece in all_bytes(folder)]


async def test_a_discarded_draft_leaves_no_ciphertext(folder: Path, vault: MemoryVault) -> None:
    store = await lived_in(folder, vault)
    with contextlib.closing(sqlite3.connect(folder / "station.db")) as raw:
        pieces = [
            row[0][:60] for row in raw.execute("SELECT image FROM draft_samples UNION ALL SELECT state FROM drafts")
        ]
    assert all(piece in all_bytes(folder) for piece in pieces)
    await store.drafts.discard("draft-name")
    assert not [piece for piece in pieces if piece in all_bytes(folder)]
    await store.close()


async def test_what_a_killed_station_left_is_not_touched_without_the_key_and_whole_with_it(
    folder: Path, vault: MemoryVault, tmp_path: Path
) -> None:
    store = await lived_in(folder, vault)
    left = tmp_path / "left"
    shutil.copytree(
        folder, left, ignore=shutil.ignore_patterns("*-shm")
    )  # as a kill leaves it: what was saved last stands in the write-ahead log
    await store.close()
    before = contents(left)
    assert before["station.db-wal"]
    with pytest.raises(StoreKeyMissing):
        await Store.open(left, SystemKeyring(MemoryVault()))
    assert contents(left) == before
    async with await Store.open(left, SystemKeyring(vault)) as again:
        record = await again.people.get("P-4711-secret")
        assert record is not None
        assert record.enrollment == PERSON
        assert (await again.inspect()).sound
