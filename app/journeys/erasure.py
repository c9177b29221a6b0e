"""Erasing a person everywhere by one order, and the certificate when nobody holds anything of them any more.

The station's own copies go at once, in one transaction; each device gets a removal that is tried until the device
no longer lists the person. A device that is away keeps the order open.
"""

import asyncio
import json
import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app import logs
from app.domain.device import HoldsPeople
from app.domain.enrollment import Delivery, DeliveryState
from app.domain.errors import InvalidInput, SupervisorNeeded
from app.domain.operator import Right
from app.domain.records import ErasureOrder
from app.domain.statement import SIGNATURE, certificate_body
from app.journeys.custody import Custody
from app.journeys.station import Station

LOG = logging.getLogger(__name__)
EXPORTED = "person-exported"
FILE = "file"
ASKED, RETENTION = "asked", "retention"
ACTOR = "station"
NOT_REACHED = (
    "Backups made before this erasure, and files saved elsewhere. A restored backup is checked against this station's "
    "list of erasures (station.erased), and whoever stands on it is erased again."
)


class Erasure:
    """Orders and certificates."""

    def __init__(self, station: Station, custody: Custody) -> None:
        self._station = station
        self._store, self._key, self._exports = custody.erasures, custody.key, custody.exports

    async def order(self, person_id: str, *, actor: str, reason: str = ASKED) -> ErasureOrder:
        """Erase here at once and let every device follow. InvalidInput when there is no such person."""
        files = await self._files(person_id)
        devices = [one.device_id for one in self._station.devices.values() if isinstance(one, HoldsPeople)]
        removed = await asyncio.to_thread(self._remove, files)
        order = await self._store.order(person_id, devices, actor=actor, reason=reason, exports=removed)
        self._station.jobs_waiting.set()
        return order

    async def orders(self) -> tuple[ErasureOrder, ...]:
        """Every order, the latest first."""
        return await self._store.orders()

    async def retry(self, order_id: str) -> None:
        """Ask the devices of an order again now."""
        await self._store.retry(order_id, actor=self._station.actor)
        self._station.jobs_waiting.set()

    async def retire(self, device_id: str, reason: str) -> int:
        """Declare a device gone for good, so that erasures end without it; their certificates say so.

        How many waited for it. SupervisorNeeded: only an administrator, or a supervisor where nobody signs in.
        InvalidInput: no reason."""
        operators = self._station.operators
        if not (operators.may(Right.ADMINISTER) if operators.required else self._station.supervision.unlocked):
            raise SupervisorNeeded()
        if not reason.strip():
            raise InvalidInput(field="reason")
        ended = await self._store.retire(device_id, actor=self._station.actor, reason=reason.strip())
        self._station.jobs_waiting.set()
        return ended

    async def certify(self) -> int:
        """Make the certificates of the orders that every device confirmed; how many."""
        ready = [order for order in await self._store.orders() if order.open and _confirmed(order)]
        for order in ready:
            certificate = await self._certificate(order)
            await self._store.finish(order.order_id, certificate, actor=ACTOR)
            logs.event(LOG, "erasure-done", count=len(order.removals))
        return len(ready)

    async def expire(self, days: int) -> int:
        """Erase everybody who was enrolled longer ago than this; how many. 0 days erases nobody."""
        if not days:
            return 0
        limit = self._station.now() - timedelta(days=days)
        old = await self._older(limit)
        for person_id in old:
            await self.order(person_id, actor=ACTOR, reason=RETENTION)
        return len(old)

    async def _older(self, limit: datetime) -> list[str]:
        found: list[str] = []
        offset = 0
        while (page := await self._station.people.search("", limit=500, offset=offset)).people:
            found += [one.person_id for one in page.people if one.enrolled_at < limit]
            offset += len(page.people)
        return found

    async def _files(self, person_id: str) -> list[str]:
        entries = await self._station.journal.entries(person_id=person_id, limit=100_000)
        return [entry.facts[FILE] for entry in entries if entry.action == EXPORTED and FILE in entry.facts]

    def _remove(self, names: list[str]) -> int:
        """Overwrite and unlink; what is gone already does not count."""
        found = [path for name in names if (path := self._exports / Path(name).name).is_file()]
        for path in found:
            path.write_bytes(b"\0" * path.stat().st_size)
            path.unlink()
        return len(found)

    async def _certificate(self, order: ErasureOrder) -> str:
        """JSON without anything of the person: what was removed, where and when, signed by the station."""
        erased = order.erased
        here: dict[str, Any] = {
            "place": "station",
            "at": order.ordered_at.isoformat(),
            "removed": {
                "samples": erased.samples,
                "search features": erased.features,
                "unfinished enrollments": erased.drafts,
                "evidence of comparisons": erased.evidence,
                "deliveries": erased.deliveries,
                "exported files": erased.exports,
            },
        }
        there = [_there(one) for one in order.removals]
        node: dict[str, Any] = {
            "kind": "enrollment-station erasure certificate",
            "format": 1,
            "order": order.order_id,
            "station": self._station.name,
            "reason": order.reason,
            "ordered_at": order.ordered_at.isoformat(),
            "done_at": self._station.now().isoformat(),
            "places": [here, *there],
            "not reached": NOT_REACHED,
            "key": await self._key.public_key(),
        }
        node[SIGNATURE] = (await self._key.sign(certificate_body(node))).hex()
        return json.dumps(node, indent=2)


def certificate_of(orders: tuple[ErasureOrder, ...], order_id: str) -> str:
    """The certificate of an order. InvalidInput when there is none yet."""
    found = next((order.certificate for order in orders if order.order_id == order_id), "")
    if not found:
        raise InvalidInput(field="order", why="open")
    return found


def _confirmed(order: ErasureOrder) -> bool:
    return all(one.state in (DeliveryState.DONE, DeliveryState.RETIRED) for one in order.removals)


def _there(removal: Delivery) -> dict[str, str]:
    """What a certificate says of a device: that it has nothing any more, or that nobody could look."""
    told = {"place": "device", "device": removal.device_id, "at": _iso(removal.updated_at)}
    if removal.state is DeliveryState.DONE:
        return told | {"absence": "read back"}
    why = str(removal.error_facts.get("reason", ""))
    return told | {"absence": "not read back: the device was retired", "retired because": why}


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
