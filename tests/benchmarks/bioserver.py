"""Document matching: from "compare" to verdict, the price of a signature, and the UI loop while a photo is checked.

python -m tests.benchmarks.bioserver [comparisons]
"""

import asyncio
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import qasync
from PySide6.QtWidgets import QApplication

from app.bioserver.client import BioServerClient
from app.bioserver.keys import KeyRing
from app.bioserver.matcher import BioServerMatcher, Terms
from app.bioserver.preflight import Preflight
from app.bioserver.recheck import Rechecker
from app.bioserver.signatures import check_attached
from app.bioserver.transport import Access
from app.domain.document import MatchPolicy, PictureKind
from app.journeys.document_match import DocumentMatch
from app.simulators.bioserver import DEFAULT_KEY, BioServer
from app.simulators.people import person, photos
from app.store import MemoryVault, Store, SystemKeyring
from tests.benchmarks._options import parser as arguments
from tests.benchmarks._stalls import StallWatch

CHECKS = 500


async def _measure(server: BioServer, folder: Path, count: int) -> None:
    client = await BioServerClient.connect(Access(server.base_url, DEFAULT_KEY))
    keys = KeyRing.of([server.certificate_pem])
    async with await Store.open(folder, SystemKeyring(MemoryVault())) as store:
        matcher = BioServerMatcher(client, Terms(keys=keys))
        journey = DocumentMatch(matcher, Preflight(), store.evidence, Rechecker(), MatchPolicy())
        await _compare(journey, server, count)
        await _photo(journey)
    reply = await client.match_images(
        photos.selfie(person(3)).data, photos.selfie(person(3)).data, (PictureKind.SELFIE, PictureKind.SELFIE)
    )
    await client.close()
    _signatures(reply.raw, keys)


async def _compare(journey: DocumentMatch, server: BioServer, count: int) -> None:
    reference = await journey.check(photos.id_document(person(3)).data, PictureKind.DOCUMENT)
    probe = await journey.check(photos.selfie(person(3)).data, PictureKind.SELFIE)
    await journey.compare(reference, probe)
    server.forget_requests()
    whole, own = [], []
    for _ in range(count):
        begun = time.perf_counter()
        await journey.compare(reference, probe)
        spent = time.perf_counter() - begun
        await asyncio.sleep(0.02)  # the simulator notes its own time just after answering
        whole.append(spent * 1000)
        own.append((spent - server.requests[-1].seconds) * 1000)
    print(f"compare to verdict, evidence on disk: {statistics.median(whole):.1f} ms median of {count}")
    print(f"  without the simulator's own time:   {statistics.median(own):.1f} ms median, {max(own):.1f} ms worst")


async def _photo(journey: DocumentMatch) -> None:
    """A telephone's photo of 12 megapixels, loaded, checked and sent while the UI loop is watched."""
    data = photos.twelve_megapixels(person(3)).data
    reference = await journey.check(photos.id_document(person(3)).data, PictureKind.DOCUMENT)
    with StallWatch() as watch:
        await asyncio.sleep(0.2)
        begun = time.perf_counter()
        checked = await journey.check(data, PictureKind.SELFIE)
        looked = time.perf_counter() - begun
        await journey.compare(reference, checked)
        await asyncio.sleep(0.1)
    result = watch.result()
    print(f"12-megapixel photo checked in {looked * 1000:.0f} ms; UI loop meanwhile: {result.line()}")


def _signatures(reply: str, keys: KeyRing) -> None:
    now = datetime.now(UTC)
    begun = time.thread_time()
    for _ in range(CHECKS):
        check_attached(reply, keys, now)
    print(f"signature check: {(time.thread_time() - begun) / CHECKS * 1e6:.0f} us of processor time each")


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("comparisons", type=int, nargs="?", default=15)
    count = parser.parse_args().comparisons
    app = QApplication.instance() or QApplication(sys.argv[:1])
    with (
        tempfile.TemporaryDirectory() as folder,
        BioServer() as server,
        asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner,
    ):
        runner.run(_measure(server, Path(folder), count))


if __name__ == "__main__":
    main()
