"""The doors the station answers for: wired from the configuration, beside the window or without one."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from app import logs
from app.config import Configuration
from app.config.devices import GsdkSettings
from app.config.sections import GatewayKind, SafeAnswer
from app.config.sections import Zone as ZoneSettings
from app.domain.door import DoorDecision, DoorFigures
from app.domain.enrollment import Enrollment
from app.domain.records import JournalEntry
from app.fingers import FingerService
from app.gateway.answering import Answering, Terms
from app.gateway.directory import Directory
from app.gateway.figures import Figures
from app.gateway.identify import Searcher
from app.gateway.keeper import Keeper
from app.gateway.link import Link
from app.gateway.orders import CardOrders
from app.gateway.passback import Ledger, ZoneRule
from app.gateway.phrases import rule
from app.gateway.reach import GatewayAccess, generation_of
from app.gateway.service import GatewayService
from app.gateway.setup import DoorSetup
from app.journeys.doors import Doors, DoorTerminal
from app.paths import Folders, make_private
from app.store import KeySource, Store

LOG = logging.getLogger(__name__)
ORIGINALS = "recovery"


class Index(Searcher, Protocol):
    """The gallery behind identification (matching.index)."""

    def start(self) -> None:
        """Get ready in the background."""

    @property
    def warming(self) -> bool:
        """Whether it is not ready yet."""


class DoorService:
    """The Watch port: the service with what it knows of people, zones and the store."""

    def __init__(self, configuration: Configuration, store: Store, index: Index) -> None:
        settings, labels = configuration.gateway, {one.number: one.label for one in terminals_of(configuration)}
        self._store = store
        self._directory, self._ledger = Directory(), Ledger(_zones(configuration))
        store.people.watch(self)
        orders = CardOrders([one.number for one in terminals_of(configuration)])
        link = Link(access_of(configuration), generation_of(settings.generation.value), orders)
        figures, keeper = Figures(labels), Keeper(store.doors, labels)
        answering = Answering(_terms(configuration), self._directory, self._ledger, index, link, figures, keeper)
        self._service = GatewayService(link, answering, figures, keeper, self._directory)
        self._started = False
        self._index = index
        index.start()

    async def start(self) -> None:
        """Load everybody, then begin to answer; called once."""
        await asyncio.to_thread(self._directory.load, await self._store.people.holders())
        self._ledger.load(await self._store.doors.passages())
        self._service.start()
        self._started = True

    async def close(self) -> None:
        """Answer what waits, write what is to be written, end every thread."""
        if self._started:
            await asyncio.to_thread(self._service.close)

    def figures(self) -> DoorFigures:
        """How it goes now."""
        return replace(self._service.figures(), warming=self._index.warming)

    def recent(self, after: int = 0) -> tuple[DoorDecision, ...]:
        """Decisions with a higher number, oldest first."""
        return self._service.recent(after)

    def take_over(self) -> None:
        """Take the doors from another program."""
        self._service.take_over()

    async def forget(self, person_id: str, *, actor: str) -> None:
        """Let a person begin anew in every zone."""
        await self._store.doors.forget(person_id, JournalEntry("passage-forgotten", actor, person_id))
        self._ledger.forget(person_id)

    # Told by the store, on its thread

    def saved(self, enrollment: Enrollment) -> None:
        """Somebody came or changed."""
        self._directory.saved(enrollment)

    def removed(self, person_id: str) -> None:
        """Somebody is gone, and so is where they were."""
        self._directory.removed(person_id)
        self._ledger.forget(person_id)


def wanted(configuration: Configuration) -> bool:
    """Whether the station shall answer doors at all."""
    gateway = configuration.gateway
    return gateway.enabled and gateway.server_matching and gateway.kind is GatewayKind.DEVICE


def terminals_of(configuration: Configuration) -> tuple[DoorTerminal, ...]:
    """The configured terminals behind the gateway."""
    found = [each for each in configuration.devices if isinstance(each, GsdkSettings) and each.enabled]
    return tuple(DoorTerminal(each.id, each.device_number, each.shown) for each in found)


def access_of(configuration: Configuration) -> GatewayAccess:
    """How to reach the configured gateway."""
    gateway = configuration.gateway
    return GatewayAccess(
        gateway.address,
        str(configuration.path(gateway.ca_file) or ""),
        gateway.target_name,
        gateway.receive_limit_mb,
        gateway.keepalive_s,
        gateway.call_timeout_s,
    )


@contextlib.asynccontextmanager
async def opened(configuration: Configuration, store: Store, index: Index, folder: Path) -> AsyncIterator[Doors | None]:
    """The running doors, None when the configuration wants none; `folder` keeps terminals' former switches."""
    if not wanted(configuration):
        yield None
        return
    generation = generation_of(configuration.gateway.generation.value)
    service = DoorService(configuration, store, index)
    setup = DoorSetup(access_of(configuration), terminals_of(configuration), make_private(folder), generation)
    try:
        await service.start()
        yield Doors(service, setup)
    finally:
        await service.close()
        await setup.close()


def serve(configuration: Configuration, places: Folders, source: KeySource) -> int:
    """Answer doors without a window until SIGTERM or SIGINT; 0 then, 2 when the configuration wants no doors."""
    if not wanted(configuration):
        return 2
    asyncio.run(_serve(configuration, places, source))
    return 0


async def _serve(configuration: Configuration, places: Folders, source: KeySource) -> None:
    folder = configuration.path(configuration.store.folder) or places.data
    stop = asyncio.Event()
    with _ended_by_signals(stop):
        async with await Store.open(folder, source) as store:
            fingers = FingerService(store)
            learning = asyncio.create_task(fingers.run(needed=True), name="fingers")
            try:
                async with opened(configuration, store, fingers.index, places.data / ORIGINALS):
                    logs.event(LOG, "doors-served", count=len(terminals_of(configuration)))
                    await stop.wait()
            finally:
                learning.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await learning
                await fingers.close()
    logs.event(LOG, "doors-stopped")


@contextlib.contextmanager
def _ended_by_signals(stop: asyncio.Event) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    former = {
        number: signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _terms(configuration: Configuration) -> Terms:
    gateway = configuration.gateway
    phrases = tuple(rule(one.text, one.person, one.group, one.between) for one in gateway.phrases)
    allow = gateway.passback_on_fault is SafeAnswer.ALLOW
    return Terms(gateway.answer_within_s, gateway.queue_limit, allow, phrases)


def _zones(configuration: Configuration) -> list[ZoneRule]:
    numbers = {one.device_id: one.number for one in terminals_of(configuration)}

    def zone(settings: ZoneSettings) -> ZoneRule:
        sides = [frozenset(numbers[one] for one in side if one in numbers) for side in (settings.entry, settings.exit)]
        reset = timedelta(minutes=settings.reset_after_min) if settings.reset_after_min else None
        return ZoneRule(settings.id, settings.number, settings.hard, sides[0], sides[1], reset)

    return [zone(each) for each in configuration.gateway.zones]
