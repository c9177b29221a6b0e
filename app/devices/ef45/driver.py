"""The EF-45 as the station's device: one action at a time, always given back as it was found."""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from app import logs
from app.devices.base import GIVE_BACK_S, finish
from app.devices.diagnosing import network_findings, place_of
from app.devices.driver import Driver
from app.devices.ef45 import cards, diagnosis, matching, transport
from app.devices.ef45.capture import Capture
from app.devices.ef45.client import Dialect, Ef45Client
from app.devices.ef45.codec import CameraState
from app.devices.ef45.console import build_console
from app.devices.ef45.delivery import Delivery
from app.devices.ef45.enrollment import iris_subject, registration_of
from app.devices.ef45.matching import TemplateMatch
from app.devices.ef45.options import Tuning
from app.devices.ef45.paging import every
from app.devices.ef45.recovery import NoteBook
from app.devices.ef45.session import Session
from app.domain.capture import Captured, CaptureRequest, CaptureWatcher, Outcome, Progress, Retry, RetryReason
from app.domain.console import Section
from app.domain.device import DeviceInfo, Finding, Health, Written
from app.domain.enrollment import Enrollment
from app.domain.errors import LockLost, NotCapable
from app.domain.modality import Modality, Position
from app.domain.sample import Quality, Sample, Source, Template

LOG = logging.getLogger(__name__)
T = TypeVar("T")
Work = Callable[[Session, CameraState], Awaitable[T]]

VENDOR = "ef45"
MODEL = "CMITech EF-45"


class Ef45(Driver[Session, [Session, CameraState]]):
    """Main loop only, but for the preview and the decoding, which run on threads named after the device.

    `recovery` is a private folder where a note lies while the terminal is ours. `serial` is the number expected
    of the terminal, empty for any; `set_clock` allows setting a clock that is off by more than a minute.
    """

    busy_check = "lock"

    def __init__(
        self,
        device_id: str,
        label: str,
        address: str,
        recovery: Path,
        *,
        serial: str = "",
        set_clock: bool = False,
        tuning: Tuning | None = None,
        dialect: Dialect | None = None,
    ) -> None:
        super().__init__(device_id, label)
        self._base = transport.base_url(address)
        self._book = NoteBook(recovery, device_id)
        self._serial = serial
        self._set_clock = set_clock
        self._tuning = tuning or Tuning()
        self._dialect = dialect or Dialect()
        self._transport: transport.Transport | None = None

    @property
    def vendor(self) -> str:
        return VENDOR

    @property
    def modalities(self) -> frozenset[Modality]:
        return frozenset({Modality.IRIS, Modality.FACE, Modality.CARD})

    @property
    def info(self) -> DeviceInfo | None:
        session = self._session
        if session is None:
            return None
        return DeviceInfo(self.device_id, VENDOR, MODEL, session.serial, session.version, session.record_version)

    async def capture(self, request: CaptureRequest, watcher: CaptureWatcher) -> Outcome:
        if request.modality not in self.modalities:
            raise NotCapable(device=self.device_id, step="capture", modality=request.modality.value)
        if request.modality is Modality.CARD:
            return await self._capture_card(request, watcher)

        async def work(session: Session, camera: CameraState) -> Outcome:
            source = Source(self.device_id, VENDOR)
            return await Capture(session, self._worker, self._tuning, source, request).run(camera, watcher)

        return await self.act("capture", work)

    async def read_card(self, deadline_s: float = 30.0) -> str | None:
        """The card's number in upper case, a space per two digits; None when nobody presented one in time."""
        every_s = self._tuning.card_every_s
        return await self.act("card", lambda session, camera: cards.read_card(session, camera, deadline_s, every_s))

    async def match_template(self, templates: tuple[Template, ...], deadline_s: float = 60.0) -> TemplateMatch | None:
        """Let the terminal compare these irises with the next one it sees; None when nothing matched in time."""

        async def work(session: Session, camera: CameraState) -> TemplateMatch | None:
            probe = iris_subject(templates, session.record_version, self.device_id)
            if probe is None:
                raise NotCapable(device=self.device_id, step="match", reason="no-template")
            every_s = self._tuning.result_every_s
            return await matching.match_template(session, camera, probe, deadline_s, every_s)

        return await self.act("match", work)

    async def find_duplicate(self, templates: tuple[Template, ...]) -> str | None:
        async def work(session: Session, _camera: CameraState) -> str | None:
            probe = iris_subject(templates, session.record_version, self.device_id)
            return None if probe is None else (await session.client.find_duplicate(probe) or None)

        return await self.act("duplicate", work)

    async def write_person(self, enrollment: Enrollment, *, replace: bool = False) -> Written:
        async def work(session: Session, _camera: CameraState) -> Written:
            wanted = registration_of(enrollment, session.record_version, self.device_id)
            digest = await Delivery(session.client, self.device_id).write(wanted, replace=replace)
            return Written(self.device_id, digest, datetime.now(UTC))

        return await self.act("register", work)

    async def remove_person(self, person_id: str) -> None:
        await self.act("remove", lambda session, _: Delivery(session.client, self.device_id).remove(person_id))

    async def digest_of(self, person_id: str) -> str | None:
        async def work(session: Session, _camera: CameraState) -> str | None:
            held = await Delivery(session.client, self.device_id).held(person_id)
            return None if held is None else held.digest

        return await self.act("compare", work)

    async def list_people(self) -> list[str]:
        async def work(session: Session, _camera: CameraState) -> list[str]:
            people = every(session.client.subjects, key=lambda subject: subject.user_uuid)
            return [subject.user_uuid async for subject in people]

        return await self.act("list", work)

    def console(self) -> tuple[Section, ...]:
        """Sections work on a closed terminal too: it is then opened for each single action."""
        return build_console(self.visit, self._worker)

    async def _with_session(self, step: str, work: Work[T]) -> T:
        session = self._opened_session(step)
        try:
            camera = await session.ensure(step)
            return await work(session, camera)
        except LockLost as error:
            told = await session.settle(step, error)
            if not session.client.lock_uid:
                self._session = None  # no longer ours: open() has to ask for it again
            raise told from error

    async def _open(self, *, take_over: bool) -> None:
        try:
            await self._recover()
            session = self._new_session()
            await session.take(take_over=take_over, expected_serial=self._serial, set_clock=self._set_clock)
        except BaseException:
            await finish("open", self._release(), GIVE_BACK_S)
            raise
        self._session = session
        logs.event(LOG, "device-opened", device=self.device_id, firmware=session.version)

    async def _recover(self) -> bool:
        note = await self._worker.run(self._book.read)
        if note is None:
            return False
        link = transport.Transport(note.base_url, self.device_id, self._worker)
        try:
            session = Session(Ef45Client(link), self._book, self._worker, self.device_id, note.base_url)
            found = await session.adopt(note.lock_uid)
            await session.give_back()
            return found
        finally:
            await finish("recover", link.close(), GIVE_BACK_S)

    def _new_session(self) -> Session:
        if self._transport is None:
            self._transport = transport.Transport(self._base, self.device_id, self._worker)
        client = Ef45Client(self._transport, self._dialect)
        return Session(client, self._book, self._worker, self.device_id, self._base)

    async def _network_findings(self) -> list[Finding]:
        return await network_findings(*place_of(self._base))

    async def _give_back(self, session: Session) -> None:
        await session.give_back()

    async def _release(self) -> None:
        opened, self._transport = self._transport, None
        if opened is not None:
            await opened.close()
        await self._worker.stop()

    async def _inner_findings(self) -> list[Finding]:
        ours = self._session
        if ours is None and await self._worker.run(self._book.read) is not None:
            return [Finding("left-behind", Health.WARNING, "", "open-once")]
        session = ours or self._new_session()
        try:
            version = await diagnosis.version_finding(session.client)
            if version.health is not Health.GOOD:
                return [version]
            return [
                version,
                *await diagnosis.lock_findings(session, ours=ours is not None, expected_serial=self._serial),
            ]
        finally:
            if ours is None:
                await finish("diagnose", self._release(), GIVE_BACK_S)

    async def _capture_card(self, request: CaptureRequest, watcher: CaptureWatcher) -> Outcome:
        watcher.progress(Progress("waiting"))
        card = await self.read_card(request.deadline_s)
        if card is None:
            return Retry(RetryReason.TIMED_OUT)
        serial = self._session.serial if self._session else ""
        source = Source(self.device_id, VENDOR, serial)
        sample = Sample(Position.CARD, source, datetime.now(UTC), Quality(100.0), card=card)
        await watcher.keep((sample,))
        return Captured((sample,))
