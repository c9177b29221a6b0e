"""A process that enrolls people from a script until it is killed, and what the store must hold at each point of it.

The script of a run is an endless list of acts; `expected(run, n)` is what the first n of them leave behind.
"""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, islice
from multiprocessing.connection import Connection
from pathlib import Path

from app.domain.modality import Position
from app.domain.records import KeptSample
from app.paths import write_private
from app.store import Store, SystemKeyring
from tests.store.people import enrollment, kept

TARGETS = ("iris-1", "door-2")
ACTS = ("person-saved", "person-replaced", "person-removed")


class FileVault:
    """A keyring in a file, so that the next process finds what the killed one put there."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get_password(self, service: str, username: str) -> str | None:
        value: str | None = self._entries().get(f"{service}/{username}")
        return value

    def set_password(self, service: str, username: str, password: str) -> None:
        self._write(self._entries() | {f"{service}/{username}": password})

    def delete_password(self, service: str, username: str) -> None:
        self._write({name: value for name, value in self._entries().items() if name != f"{service}/{username}"})

    def _entries(self) -> dict[str, str]:
        return json.loads(self._path.read_bytes()) if self._path.exists() else {}

    def _write(self, entries: dict[str, str]) -> None:
        write_private(self._path, json.dumps(entries).encode())


def source_for(folder: Path) -> SystemKeyring:
    """The keyring of a test's store."""
    return SystemKeyring(FileVault(folder.with_suffix(".vault")))


@dataclass(frozen=True)
class Act:
    """One call of the store: what it does to which draft or person."""

    name: str
    draft: str = ""
    person: str = ""
    seed: int = 0
    samples: tuple[KeptSample, ...] = field(default=(), repr=False)

    @property
    def told(self) -> str:
        """The line printed when the call has returned."""
        return f"accepted {self.name} {self.draft or self.person}"


def script(run: int) -> Iterator[Act]:
    """Draft, samples, state, save; every other person is enrolled anew, every third one removed."""
    for number in count():
        draft, person, seed = f"draft-{run}-{number}", f"P-{run}-{number}", run * 1000 + number
        yield Act("create", draft)
        yield Act("keep", draft, samples=(kept(Position.LEFT_IRIS, seed=seed),))
        yield Act("keep", draft, samples=(kept(Position.RIGHT_IRIS, seed=seed), kept(Position.FACE, seed=seed)))
        yield Act("state", draft)
        yield Act("save", draft, person, seed)
        if number % 2:
            yield Act("save", person=person, seed=seed + 500)
        if number % 3 == 2:
            yield Act("remove", person=person)
        yield Act("create", f"{draft}-left-open")


async def perform(store: Store, act: Act, number: int) -> None:
    """Call the store."""
    state = f"after {number}".encode()
    if act.name == "create":
        await store.drafts.create(act.draft, state, label=act.draft, step="iris")
    elif act.name == "keep":
        await store.drafts.keep(act.draft, act.samples, state)
    elif act.name == "state":
        await store.drafts.save_state(act.draft, state, label=act.draft, step="review")
    elif act.name == "save":
        whole = enrollment(act.person, seed=act.seed)
        await store.people.save(whole, targets=TARGETS, actor="script", draft_id=act.draft or None)
    else:
        await store.people.remove(act.person, actor="script")


@dataclass
class Expected:
    """What is to be seen: drafts with state and samples, people with seed and revision, acts in the journal."""

    drafts: dict[str, tuple[bytes, tuple[KeptSample, ...]]] = field(default_factory=dict)
    people: dict[str, tuple[int, int]] = field(default_factory=dict)
    journal: dict[str, tuple[str, ...]] = field(default_factory=dict)


def expected(run: int, done: int) -> Expected:
    """What the first `done` acts leave behind."""
    seen = Expected()
    for number, act in enumerate(islice(script(run), done)):
        _apply(seen, act, f"after {number}".encode())
    return seen


def _apply(seen: Expected, act: Act, state: bytes) -> None:
    if act.name in {"create", "keep", "state"}:
        _, samples = seen.drafts.get(act.draft, (b"", ()))
        seen.drafts[act.draft] = (state, samples + act.samples)
        return
    seen.drafts.pop(act.draft, None)
    _, revision = seen.people.pop(act.person, (0, 0))
    name = "person-removed"
    if act.name == "save":
        seen.people[act.person] = (act.seed, revision + 1)
        name = ACTS[0] if revision == 0 else ACTS[1]
    seen.journal[act.person] = (*seen.journal.get(act.person, ()), name)


async def observed(store: Store, run: int, acts: int) -> Expected:
    """What the store shows of a run; every record is loaded whole and compared with what was given."""
    seen = Expected()
    names = list(islice(script(run), acts))
    for draft_id in {act.draft for act in names if act.draft}:
        draft = await store.drafts.load(draft_id)
        if draft is not None:
            seen.drafts[draft_id] = (draft.state, draft.samples)
    for person_id in {act.person for act in names if act.person}:
        record = await store.people.get(person_id)
        if record is not None:
            seed = _seed_of(record.enrollment.samples[0].image, person_id, names)
            assert record.enrollment == enrollment(person_id, seed=seed)
            assert {one.device_id for one in record.deliveries} == set(TARGETS)
            seen.people[person_id] = (seed, record.revision)
        entries = await store.journal.entries(person_id=person_id)
        if entries:
            seen.journal[person_id] = tuple(entry.action for entry in reversed(entries))
    return seen


def _seed_of(image: bytes, person_id: str, acts: list[Act]) -> int:
    seeds = [act.seed for act in acts if act.person == person_id and act.name == "save"]
    return next(seed for seed in seeds if enrollment(person_id, seed=seed).samples[0].image == image)


def enroll_until_killed(folder: str, run: int, told: Connection) -> None:
    """The process that is killed: opens the real store and follows the script, telling each act that returned."""
    asyncio.run(_enroll(Path(folder), run, told))


async def _enroll(folder: Path, run: int, told: Connection) -> None:
    async with await Store.open(folder, source_for(folder)) as store:
        told.send_bytes(b"open")
        for number, act in enumerate(script(run)):
            await perform(store, act, number)
            told.send_bytes(act.told.encode())


def rotate_until_killed(folder: str, _run: int, told: Connection) -> None:
    """The process that is killed while it changes the key."""

    async def rotate() -> None:
        async with await Store.open(Path(folder), source_for(Path(folder))) as store:
            told.send_bytes(b"open")
            await store.rotate_key()
            told.send_bytes(b"accepted rotation")

    asyncio.run(rotate())
