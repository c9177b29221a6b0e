"""How long the store takes: keeping samples, searching 100,000 people, getting their fingers ready, changing the key.

    python -m tests.benchmarks.store [folder]

Without a folder a temporary one is used; give one on the disk to be judged. Needs about 1 GB.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from app.domain.modality import Position
from app.domain.records import FeatureRow
from app.fingers import FingerService
from app.matching.features import Features, features_of
from app.matching.matcher import Probe
from app.matching.warmup import warm
from app.store import MemoryVault, Passphrase, Store, SystemKeyring
from tests.benchmarks._data import synthetic
from tests.benchmarks._options import parser as arguments
from tests.store.bulk import add_people
from tests.store.people import enrollment, kept

PEOPLE = 100_000
PRINTS = 2000
"""Different prints among those of everybody: drawing them takes longest."""
SEED = 61
BATCH = 2000
KEEPS = 60


async def _timed(work: Awaitable[object]) -> float:
    begin = time.perf_counter()
    await work
    return (time.perf_counter() - begin) * 1000


def _tell(what: str, times: list[float]) -> None:
    ordered = sorted(times)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    print(f"{what:<58} median {statistics.median(times):8.1f} ms   p95 {p95:8.1f} ms   max {ordered[-1]:8.1f} ms")


async def keeping(store: Store) -> None:
    """A capture's samples on disk before the screen says accepted."""
    await store.drafts.create("draft", b"state", label="", step="iris")
    for size, name in ((60_000, "3 samples, 0.2 MB"), (666_000, "3 samples, 2 MB")):
        sets = [
            tuple(kept(position, seed=number, image_bytes=size) for position in tuple(Position)[:3])
            for number in range(KEEPS)
        ]
        _tell(f"keep(): {name}", [await _timed(store.drafts.keep("draft", one, b"state")) for one in sets])
    await store.drafts.discard("draft")
    people = [enrollment(f"S-{number}", seed=number) for number in range(KEEPS)]
    _tell("save(): 4 samples, 2 targets", [await _timed(_save(store, number)) for number in range(len(people))])


async def _save(store: Store, number: int) -> None:
    await store.people.save(enrollment(f"S-{number}", seed=number), targets=("a", "b"), actor="bench")


async def searching(store: Store) -> None:
    """A search among 100,000 people."""
    for first in range(0, PEOPLE, BATCH):
        await store._thread.run(add_people, first, BATCH)
    begin = time.perf_counter()
    longest = 0.0
    warming = asyncio.create_task(store.people.warm())
    while not warming.done():
        longest = max(longest, await _timed(store.outbox.pending()))
    await warming
    print(
        f"index of {PEOPLE:,} people built in {time.perf_counter() - begin:.1f} s; "
        f"others waited {longest:.0f} ms at most"
    )
    for text in ("", "zü", "anbe cod", "P0077777", "hall 3 ana", "nobody at all"):
        times = [await _timed(store.people.search(text)) for _ in range(15)]
        found = (await store.people.search(text)).total
        _tell(f"search {text!r}: {found:,} found", times)
    _tell(
        "find_field('document', ...)",
        [await _timed(store.people.find_field("document", "D00000042")) for _ in range(15)],
    )


async def reading_features(store: Store) -> None:
    """A finger of everybody: read and decrypted alone, then the whole way until the first search is answered."""
    prints = [features_of(shown[0]) for shown in synthetic(PRINTS, SEED)]
    stored = [each.to_bytes() for each in prints]
    for first in range(0, PEOPLE, BATCH):
        numbers = range(first, first + BATCH)
        rows = [FeatureRow(f"P{number:07d}", Position.RIGHT_INDEX, stored[number % PRINTS]) for number in numbers]
        await store.features.put(tuple(rows))
    begin = time.process_time()
    times = [await _timed(store.features.all()) for _ in range(3)]
    busy = (time.process_time() - begin) / len(times)
    size = sum(len(stored[number % PRINTS]) for number in range(PEOPLE)) / 1e6
    _tell(f"read and decrypt {PEOPLE:,} feature rows ({size:.0f} MB)", times)
    print(f"    of that {busy:.2f} s of processor time each")
    warm()  # kernels compiled on the first start ever are another matter
    begin = time.process_time()
    times = [await _timed(_until_answered(store, prints[7])) for _ in range(3)]
    busy = (time.process_time() - begin) / len(times)
    _tell(f"from the store to a search among {PEOPLE:,} people answered", times)
    print(f"    of that {busy:.2f} s of processor time each")


async def _until_answered(store: Store, finger: Features) -> None:
    """What a start does, until somebody is found."""
    service = FingerService(store)
    service.index.start()
    filling = asyncio.create_task(service.run(needed=True))
    try:
        assert await asyncio.to_thread(service.index.wait_ready, 60.0)
        assert await service.index.search([Probe(finger)])
    finally:
        filling.cancel()
        await asyncio.wait([filling])
        store.people._watchers.remove(service)
        await service.close()


async def _opening(folder: Path, vault: MemoryVault) -> None:
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        store = await Store.open(folder, SystemKeyring(vault))
        times.append((time.perf_counter() - begin) * 1000)
        await store.close()
    _tell("open a store of that size (keyring)", times)


async def _changing_key(store: Store) -> None:
    begin = time.perf_counter()
    longest: list[float] = []
    changing = asyncio.create_task(store.rotate_key())
    while not changing.done():
        longest.append(await _timed(store.outbox.pending()))
    await changing
    print(
        f"new data key for everything in {time.perf_counter() - begin:.1f} s; "
        f"others waited {max(longest):.0f} ms at most"
    )


async def _passphrase(folder: Path) -> None:
    begin = time.perf_counter()
    store = await Store.open(folder, Passphrase("correct horse battery"))
    print(f"open a new store with a passphrase (Argon2id, 64 MiB): {(time.perf_counter() - begin) * 1000:.0f} ms")
    await store.close()


async def main(folder: Path) -> None:
    """Run everything, one figure after the other."""
    vault = MemoryVault()
    steps: list[Callable[[Store], Awaitable[None]]] = [keeping, searching, reading_features, _changing_key]
    async with await Store.open(folder / "store", SystemKeyring(vault)) as store:
        for step in steps:
            await step(store)
    await _opening(folder / "store", vault)
    await _passphrase(folder / "other")


if __name__ == "__main__":
    parser = arguments(__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    chosen = parser.parse_args().folder
    if chosen:
        asyncio.run(main(chosen))
    else:
        with tempfile.TemporaryDirectory() as temporary:
            asyncio.run(main(Path(temporary)))
