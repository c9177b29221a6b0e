"""A Suprema device behind its gateway as the station's device: one action at a time, given back as it was found."""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from app import logs
from app.devices.base import GIVE_BACK_S, finish
from app.devices.diagnosing import Reach, network_findings
from app.devices.driver import Driver
from app.devices.gsdk import diagnosis
from app.devices.gsdk.capture import VENDOR, Capture, card_within
from app.devices.gsdk.connections import Connections
from app.devices.gsdk.console import build_console
from app.devices.gsdk.delivery import Delivery, users_of
from app.devices.gsdk.enrollment import digest
from app.devices.gsdk.options import Target
from app.devices.gsdk.recovery import NoteBook
from app.devices.gsdk.session import Link, Session, open_link
from app.devices.gsdk.templates import FORMATS
from app.devices.gsdk.watching import Watching
from app.domain.capture import CaptureRequest, CaptureWatcher, Outcome
from app.domain.console import Section
from app.domain.device import DeviceInfo, Finding, Health, Written
from app.domain.enrollment import Enrollment
from app.domain.errors import NotCapable, StationError, Unreachable
from app.domain.modality import Modality
from app.domain.sample import GSDK_FACE, Template

LOG = logging.getLogger(__name__)
T = TypeVar("T")
Work = Callable[[Session], Awaitable[T]]

REACH = Reach(name_cure="check-name", port_cure="check-port")
EVERYTHING = frozenset({Modality.FINGER, Modality.FACE, Modality.CARD})


class GsdkDevice(Driver[Session, [Session]]):
    """Main loop only; gRPC parses on its own thread, files and certificates are read on the device's worker.

    `recovery` is a private folder: a note while we have the device connected, and configurations as they were.
    """

    busy_check = "connection"

    def __init__(self, device_id: str, label: str, target: Target, recovery: Path) -> None:
        super().__init__(device_id, label)
        self.target = target
        self._book = NoteBook(recovery, device_id)
        self._link: Link | None = None
        self._watching = Watching(target, device_id, self._book, lambda: self._session)
        self._modalities = frozenset(each for each in EVERYTHING if each.value in self._book.modalities()) or EVERYTHING

    @property
    def vendor(self) -> str:
        return VENDOR

    @property
    def modalities(self) -> frozenset[Modality]:
        """As the device said when it was last opened, in an earlier run too; until then all that its kind may have."""
        return self._modalities

    def usable(self, enrollment: Enrollment) -> frozenset[Modality]:
        """Cards, fingers with a record that a device may be set to, faces of devices like this."""
        found = {Modality.CARD} if any(sample.card for sample in enrollment.samples) else set()
        formats = {template.format for sample in enrollment.samples for template in sample.templates}
        found |= {Modality.FINGER} if formats & set(FORMATS.values()) else set()
        found |= {Modality.FACE} if GSDK_FACE in formats else set()
        return self.modalities & found

    @property
    def info(self) -> DeviceInfo | None:
        session = self._session
        if session is None:
            return None
        can = session.can
        return DeviceInfo(self.device_id, VENDOR, can.model, str(session.number), can.firmware)

    async def capture(self, request: CaptureRequest, watcher: CaptureWatcher) -> Outcome:
        if request.modality not in self.modalities:
            raise NotCapable(device=self.device_id, step="capture", modality=request.modality.value)
        return await self.act("capture", lambda session: Capture(session, request).run(watcher))

    async def read_card(self, deadline_s: float = 30.0) -> str | None:
        return await self.act("card", lambda session: card_within(session, deadline_s))

    async def find_duplicate(self, templates: tuple[Template, ...]) -> str | None:
        """No gateway searches for a template; duplicates are found by the station's own gallery and by the device
        at registration, when its finger configuration says so."""
        return None

    async def write_person(self, enrollment: Enrollment, *, replace: bool = False) -> Written:
        async def work(session: Session) -> Written:
            proven = await Delivery(session).write(enrollment, replace=replace)
            return Written(self.device_id, proven, datetime.now(UTC))

        return await self.act("register", work)

    async def remove_person(self, person_id: str) -> None:
        await self.act("remove", lambda session: Delivery(session).remove(person_id))

    async def digest_of(self, person_id: str) -> str | None:
        async def work(session: Session) -> str | None:
            held = await users_of(session).get(person_id)
            return None if held is None else digest(held)

        return await self.act("compare", work)

    async def list_people(self) -> list[str]:
        return await self.act("list", lambda session: users_of(session).identifiers())

    def console(self) -> tuple[Section, ...]:
        """Sections work on a closed device too: it is then opened for each single action."""
        return build_console(self.visit, self._worker, self._book, self._watching, self.target.group_names)

    async def _with_session(self, step: str, work: Work[T]) -> T:
        session = self._opened_session(step)
        if session.lost:  # a restarted gateway forgets whom it looked after
            await session.take(self._book, self._worker)
        try:
            return await work(session)
        except Unreachable:
            session.lost = True
            raise

    async def _open(self, *, take_over: bool) -> None:
        """A gateway serves several programs at once: there is nothing to take over."""
        try:
            self._link = await open_link(self.target, self._worker, self.device_id)
            await self._let_go()
            session = Session(self._link, self.target, self.device_id)
            try:
                await session.take(self._book, self._worker)
            except BaseException:
                await finish("open", session.give_back(self._book, self._worker), GIVE_BACK_S)
                raise
        except BaseException:
            await finish("open", self._release(), GIVE_BACK_S)
            raise
        self._session = session
        await self._learn(session)
        gateway = self._link.gateway
        logs.event(LOG, "device-opened", device=self.device_id, version=gateway.version, firmware=session.can.firmware)
        if gateway.doubtful:
            logs.event(LOG, "generation-in-doubt", logging.WARNING, device=self.device_id, version=gateway.version)

    async def _learn(self, session: Session) -> None:
        """What it captures; told to the next start, which may ask before the device is opened."""
        found = frozenset(session.can.modalities)
        if found != self._modalities:
            self._modalities = found
            await self._worker.run(self._book.remember_modalities, tuple(sorted(found)))

    async def _recover(self) -> bool:
        if await self._worker.run(self._book.read) is None:
            if self._modalities == EVERYTHING:
                await self._look()
            return False
        self._link = await open_link(self.target, self._worker, self.device_id)
        return await self._let_go()

    async def _look(self) -> None:
        """What a device never opened captures, so that nobody is offered a face at a reader of fingers."""
        try:
            self._link = await open_link(self.target, self._worker, self.device_id)
            session = Session(self._link, self.target, self.device_id)
            if await session.is_connected():
                await session.look()
                await self._learn(session)
        except StationError as error:  # it is learned when the device is opened
            logs.event(LOG, "device-not-looked-at", device=self.device_id, error=error)

    async def _let_go(self) -> bool:
        """Disconnect what the note of an earlier run names; True when there was such a note."""
        note = await self._worker.run(self._book.read)
        if note is None or self._link is None or self._watching.session is not None:
            return False
        connections: Connections = self._link.connections
        found = await connections.find(note.number)
        if found is not None and found.is_connected:
            await connections.disconnect(note.number)
        await self._worker.run(self._book.tear_up)
        return True

    async def _network_findings(self) -> list[Finding]:
        access = self.target.access
        return await network_findings(access.host, access.port, REACH)

    async def _give_back(self, session: Session) -> None:
        if (heir := self._watching.session) is not None:  # it looks on and lets go last
            heir.inherit(session)
        await session.give_back(self._book, self._worker)

    async def _release(self) -> None:
        link, self._link = self._link, None
        try:
            if link is not None:
                await link.close()
        finally:
            await self._worker.stop()

    async def _inner_findings(self) -> list[Finding]:
        try:
            certificate = await diagnosis.certificate_finding(self.target.access, self._worker)
            if certificate.health is not Health.GOOD:
                return [certificate]
            if self._link is not None:
                found = diagnosis.opened_findings(self._link, self.target)
                return [certificate, *found, *await diagnosis.device_findings(self._link, self.target)]
            return [certificate, *await diagnosis.link_findings(self.target, self._worker, self.device_id)]
        finally:
            if self._link is None:
                await self._worker.stop()
