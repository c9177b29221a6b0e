"""What the station does by itself for the people it keeps: certificates of erasures, retention, scheduled backups."""

import asyncio
import logging
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from app import logs
from app.backup import Beside, back_up, newest
from app.config import Configuration
from app.domain.errors import StationError
from app.journeys.custody import Custody
from app.journeys.erasure import Erasure
from app.journeys.station import Station, utc_now
from app.paths import make_private
from app.store import Store
from app.store.exports import seal_person

LOG = logging.getLogger(__name__)
EXPORTS = "exports"
LOOK_EVERY_S = 600.0
LOW_SPACE_MB = 1000


@dataclass(frozen=True)
class Terms:
    """How long people are kept (0: for ever), and where, how often and how many backups are made (no folder: none)."""

    people_days: int = 0
    folder: Path | None = None
    every_h: int = 24
    kept: int = 7


def terms_of(configuration: Configuration) -> Terms:
    """What the configuration says of retention and backups."""
    chosen = configuration.store
    folder = configuration.path(chosen.backup_folder)
    days = configuration.policy.retention.people_days
    return Terms(days, folder, chosen.backup_every_h, chosen.backups_kept)


def with_custody(station: Station, store: Store, folder: Path) -> Station:
    """The station with what its pages need to erase people and to sign."""
    exports = make_private(folder / EXPORTS)
    return replace(station, custody=Custody(store.erasures, store.identity, exports, seal_person))


async def certify(station: Station) -> None:
    """Make the certificates of erasures that every device confirmed."""
    if station.custody is not None:
        await Erasure(station, station.custody).certify()


def after_deliveries(station: Station, store: Store, terms: Terms) -> Callable[[], Awaitable[None]]:
    """Certificates of what was confirmed, and the list of who was erased beside the backups."""
    beside = Beside(store, terms.folder)

    async def work() -> None:
        await certify(station)
        try:
            await beside.update()
        except OSError as error:
            logs.event(LOG, "erased-not-listed", logging.WARNING, error=error)

    return work


def watching_space(folder: Path, tell: Callable[[int], None]) -> Callable[[], Awaitable[None]]:
    """Tell how many MB are left once there are fewer than a station needs for a day, and again when it got worse."""
    told = [2 * LOW_SPACE_MB]

    async def look() -> None:
        left = (await asyncio.to_thread(shutil.disk_usage, folder)).free // 1_000_000
        if left <= LOW_SPACE_MB and left <= told[0] // 2:
            told[0] = left
            logs.event(LOG, "disk-nearly-full", logging.WARNING, count=left)
            tell(left)
        elif left > LOW_SPACE_MB:
            told[0] = 2 * LOW_SPACE_MB

    return look


async def keep(station: Station, store: Store, terms: Terms, look: Callable[[], Awaitable[None]]) -> None:
    """For ever: look at the disk, erase people whose time is over, and back the store up when it is time."""
    while True:
        for work in (look, partial(_expire, station, terms), partial(_back_up, store, terms)):
            try:
                await work()
            except (StationError, OSError) as error:
                logs.event(LOG, "care-failed", logging.WARNING, error=error)
        await asyncio.sleep(LOOK_EVERY_S)


async def _expire(station: Station, terms: Terms) -> None:
    if station.custody is not None and terms.people_days:
        count = await Erasure(station, station.custody).expire(terms.people_days)
        if count:
            logs.event(LOG, "people-expired", count=count)


async def _back_up(store: Store, terms: Terms) -> None:
    folder = terms.folder
    if folder is None:
        return
    last = await asyncio.to_thread(newest, folder)
    if last is None or abs(utc_now() - last) >= timedelta(hours=terms.every_h):  # clocks go back, too
        await back_up(store, folder, terms.kept)
        logs.event(LOG, "backed-up")
