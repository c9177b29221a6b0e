"""A Control iD terminal as the station's device: one action at a time, always given back as it was found."""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from app import logs
from app.devices.base import OneAction, Worker, finish
from app.devices.controlid import diagnosis
from app.devices.controlid.capture import Enrollment as Capture
from app.devices.controlid.capture import Got
from app.devices.controlid.codec import KINDS, Order, User
from app.devices.controlid.delivery import Delivery
from app.devices.controlid.enrollment import person_id_of, registration_of, user_id_of
from app.devices.controlid.options import ControlIdOptions, ResultsBy, Tuning
from app.devices.controlid.push import Job, Office
from app.devices.controlid.recovery import NoteBook
from app.devices.controlid.route import find_route
from app.devices.controlid.samples import SampleMaker
from app.devices.controlid.saved import ensure_user
from app.devices.controlid.session import GIVE_BACK_S, Session
from app.devices.controlid.transport import Transport, Trust, base_url
from app.domain.capture import Captured, CaptureRequest, CaptureWatcher, Outcome, Progress, Retry, RetryReason
from app.domain.device import Device, DeviceInfo, Finding, Health, Written
from app.domain.enrollment import Enrollment
from app.domain.errors import NotCapable, StationError, StoreError, Unreachable
from app.domain.modality import FINGERS, Modality, Position
from app.domain.sample import CONTROLID_FINGER, Sample, Source, Template

LOG = logging.getLogger(__name__)
T = TypeVar("T")
Work = Callable[[Session], Awaitable[T]]

VENDOR = "controlid"
MODEL = "Control iD"
NOBODY = 1
"""The user number of a capture for nobody in particular; it must not be 0, which callbacks use for "not told"."""
FIRST_POSITIONS = {Modality.FACE: Position.FACE, Modality.CARD: Position.CARD, Modality.FINGER: FINGERS[1]}


class ControlId(Device):
    """Main loop only; pictures are decoded on threads named after the device.

    `recovery` is a private folder where a note lies while the terminal is ours. `results` says how asynchronous
    results come, `callback_host` which address of ours the terminal is told; empty finds it by route.
    """

    def __init__(
        self,
        device_id: str,
        label: str,
        address: str,
        recovery: Path,
        *,
        login: str = "admin",
        password: str = "",
        serial: str = "",
        trust: Trust | None = None,
        request_timeout_s: float = 10.0,
        results: ResultsBy = ResultsBy.MONITOR,
        callback_host: str = "",
        save: bool = False,
        tuning: Tuning | None = None,
    ) -> None:
        super().__init__(device_id, label)
        self._base = base_url(address)
        self._book = NoteBook(recovery, device_id)
        self._login = login
        self._password = password
        self._serial = serial
        self._trust = trust or Trust()
        self._request_timeout_s = request_timeout_s
        self._results = results
        self._callback_host = callback_host
        self._save = save
        self._tuning = tuning or Tuning()
        self._actions = OneAction(device_id)
        self._worker = Worker(f"controlid-{device_id}")
        self._session: Session | None = None
        self._transport: Transport | None = None
        self._office: Office | None = None
        self._opened = datetime.now(UTC)

    def connect(self, office: Office) -> None:
        """Who receives what the terminal posts; before the first opening. Without, only synchronous captures work."""
        self._office = office

    @property
    def host(self) -> str:
        """The terminal's host as configured."""
        return urlsplit(self._base).hostname or ""

    @property
    def vendor(self) -> str:
        return VENDOR

    def counts_down(self) -> bool:
        """A face is taken after a countdown when the request says so."""
        return True

    @property
    def modalities(self) -> frozenset[Modality]:
        return frozenset(KINDS)

    @property
    def info(self) -> DeviceInfo | None:
        session = self._session
        if session is None or session.info is None:
            return None
        model = session.info.name or MODEL
        return DeviceInfo(self.device_id, VENDOR, model, session.info.serial, session.info.version)

    @property
    def last_heard(self) -> datetime | None:
        """When the terminal last reached us; None while it is closed or has not yet."""
        session = self._session
        if session is None or session.route is None or self._office is None:
            return None
        heard = self._office.last_heard(session.number, session.route.terminal)
        return heard if heard is not None and heard >= self._opened else None

    async def open(self, *, take_over: bool = False) -> DeviceInfo:
        if self._session is None:
            await self._actions.run("open", self._open)
        info = self.info
        if info is None:  # closed again by somebody in between
            raise Unreachable(device=self.device_id, step="open", reason="closed")
        return info

    async def close(self) -> None:
        await self._actions.stop()
        session, self._session = self._session, None
        if session is not None:
            await finish("close", session.give_back(), GIVE_BACK_S)
            logs.event(LOG, "device-closed", device=self.device_id)
        await finish("close", self._release(), GIVE_BACK_S)

    async def recover(self) -> bool:
        """End the enrollment and restore the settings of a killed run; the note stays while it cannot be reached."""
        if self._session is not None:
            return False
        return await self._actions.run("recover", self._recover_and_release)

    async def capture(self, request: CaptureRequest, watcher: CaptureWatcher) -> Outcome:
        """Fingers one after the other, each three presses; what is captured stays captured when a later one fails."""
        if request.modality not in self.modalities:
            raise NotCapable(device=self.device_id, step="capture", modality=request.modality.value)
        return await self.act("capture", lambda session: self._capture(session, request, watcher))

    async def read_card(self, deadline_s: float = 30.0) -> str | None:
        """The card's number in upper case hexadecimal; None when nobody presented one in time."""
        request = CaptureRequest(Modality.CARD, (Position.CARD,), deadline_s)
        options = ControlIdOptions(save=False, sync=True)

        async def work(session: Session) -> str | None:
            found = await self._one(session, request, Position.CARD, options, _Nobody())
            samples = found if isinstance(found, tuple) else ()
            return samples[0].card if samples else None

        return await self.act("card", work)

    async def find_duplicate(self, templates: tuple[Template, ...]) -> str | None:
        ours = tuple(template.data for template in templates if template.format == CONTROLID_FINGER)

        async def work(session: Session) -> str | None:
            for data in ours:
                owner = await self._delivery(session).owner_of((data,))
                if owner is not None:
                    return owner
            return None

        return await self.act("duplicate", work)

    async def write_person(self, enrollment: Enrollment, *, replace: bool = False) -> Written:
        async def work(session: Session) -> Written:
            wanted = await self._worker.run(registration_of, enrollment, self.device_id)
            digest = await self._delivery(session).write(wanted, replace=replace)
            return Written(self.device_id, digest, datetime.now(UTC))

        return await self.act("register", work)

    async def remove_person(self, person_id: str) -> None:
        await self.act("remove", lambda session: self._delivery(session).remove(person_id))

    async def list_people(self) -> list[str]:
        async def work(session: Session) -> list[str]:
            return [person_id_of(user) for user in await session.client.load_objects("users", User.read)]

        return await self.act("list", work)

    async def diagnose(self) -> list[Finding]:
        findings = await diagnosis.network_findings(self._base)
        if findings[-1].health is not Health.GOOD:
            return findings
        try:
            return [*findings, *await self._actions.run("diagnose", self._inner_findings)]
        except StationError as error:
            return [*findings, Finding("login", Health.WARNING, error.code, "wait")]

    async def act(self, step: str, work: Work[T]) -> T:
        """Run `work` with the open terminal. DeviceBusy when another action runs, Unreachable when it is not open."""

        async def run() -> T:
            session = self._session
            if session is None:
                raise Unreachable(device=self.device_id, step=step, reason="not-open")
            return await work(session)

        return await self._actions.run(step, run)

    async def visit(self, step: str, work: Work[T]) -> T:
        """Like act(); a closed terminal is opened for it and closed afterwards."""
        if self._session is not None:
            return await self.act(step, work)
        await self.open()
        try:
            return await self.act(step, work)
        finally:
            await self.close()

    async def _open(self) -> None:
        try:
            await self._recover()
            session = await self._new_session()
            await session.take(expected_serial=self._serial)
            if self._office is not None:
                port = urlsplit(self._base).port or 80
                await session.report_to(self._office, self.host, port, self._callback_host, self._results)
        except BaseException:
            await finish("open", self._release(), GIVE_BACK_S)
            raise
        self._session, self._opened = session, datetime.now(UTC)
        logs.event(LOG, "device-opened", device=self.device_id, firmware=session.info.version if session.info else "")

    async def _recover_and_release(self) -> bool:
        try:
            return await self._recover()
        finally:
            await finish("recover", self._release(), GIVE_BACK_S)

    async def _recover(self) -> bool:
        note = await self._worker.run(self._book.read)
        if note is None:
            return False
        session = await self._new_session(note.base_url)
        try:
            await session.access.sign_in()
            await session.idle()
            return await session.setup.restore()
        finally:
            await finish("recover", session.access.sign_out(), GIVE_BACK_S)
            await finish("recover", self._release(), GIVE_BACK_S)

    async def _new_session(self, base: str = "") -> Session:
        self._transport = Transport(
            base or self._base, self.device_id, self._worker, self._trust, self._request_timeout_s
        )
        await self._transport.open()
        return Session(self._transport, self._login, self._password, self._book, self._worker, self.device_id)

    async def _release(self) -> None:
        opened, self._transport = self._transport, None
        if opened is not None:
            await opened.close()
        await self._worker.stop()

    async def _inner_findings(self) -> list[Finding]:
        ours = self._session
        if ours is None and await self._worker.run(self._book.read) is not None:
            return [Finding("left-behind", Health.WARNING, "", "open-once")]
        session = ours or await self._new_session()
        try:
            findings = await diagnosis.inner_findings(session, self._serial)
            route = session.route
            if route is None and self._office is not None and self._office.place is not None:
                port = urlsplit(self._base).port or 80
                chosen = self._callback_host or self._office.place.host
                route = await self._worker.run(find_route, self.host, port, chosen)
            opened = self._opened if ours else datetime.now(UTC)
            return [*findings, *diagnosis.callback_finding(self._office, route, session.number, opened)]
        finally:
            if ours is None:
                await finish("diagnose", session.access.sign_out(), GIVE_BACK_S)
                await finish("diagnose", self._release(), GIVE_BACK_S)

    def _delivery(self, session: Session) -> Delivery:
        return Delivery(session.client, self._worker, self.device_id)

    async def _capture(self, session: Session, request: CaptureRequest, watcher: CaptureWatcher) -> Outcome:
        options = request.options if isinstance(request.options, ControlIdOptions) else ControlIdOptions()
        kept: tuple[Sample, ...] = ()
        for position in request.positions or (FIRST_POSITIONS[request.modality],):
            found = await self._one(session, request, position, options, watcher)
            if isinstance(found, Retry):
                return Retry(found.reason, found.detail, kept)
            kept += found
        return Captured(kept)

    async def _one(
        self,
        session: Session,
        request: CaptureRequest,
        position: Position,
        options: ControlIdOptions,
        watcher: CaptureWatcher,
    ) -> tuple[Sample, ...] | Retry:
        order = self._order(request, options)
        watcher.progress(Progress("preparing"))
        if order.save:
            await ensure_user(session.client, User(order.user_id, request.person_id, request.person_id))
        terminal = session.route.terminal if session.route else ""
        job = Job(self.device_id, session.number, terminal, order.user_id, order.kind, position.value)
        capture = Capture(session, self._tuning, order, job, watcher)
        unkept = False
        try:
            got = await capture.run(min(request.deadline_s, self._tuning.patience_s))
            return got if isinstance(got, Retry) else await self._keep(session, got, position, watcher)
        except StoreError:
            unkept = True
            raise
        finally:
            await capture.close(keep=unkept)

    async def _keep(
        self, session: Session, got: Got, position: Position, watcher: CaptureWatcher
    ) -> tuple[Sample, ...] | Retry:
        """Samples on disk first; only then may the post be forgotten."""
        source = Source(self.device_id, VENDOR, session.serial)
        samples = await SampleMaker(session.client, self._worker, source).samples(got.result, position)
        if samples:
            watcher.progress(Progress("keeping"))
            await watcher.keep(samples)
        if got.parcel is not None:
            await got.parcel.settle()
        return samples or Retry(RetryReason.EMPTY_RESULT)

    def _order(self, request: CaptureRequest, options: ControlIdOptions) -> Order:
        face = request.modality is Modality.FACE
        save = self._save if options.save is None else options.save
        sync = self._results is ResultsBy.MONITOR if options.sync is None else options.sync
        return Order(
            KINDS[request.modality],
            user_id_of(request.person_id) if request.person_id else NOBODY,
            save=save and bool(request.person_id),
            sync=sync,
            panic_finger=(options.panic_finger or request.duress) and request.modality is Modality.FINGER,
            message=options.message,
            auto=face and (options.auto_face or request.countdown_s is not None),
            countdown=_countdown(request, options) if face else 0,
        )


def _countdown(request: CaptureRequest, options: ControlIdOptions) -> int:
    if request.countdown_s is not None:
        return request.countdown_s
    return options.countdown if options.auto_face else 0


class _Nobody:
    """Watches a card that is read for nobody's enrollment."""

    def preview(self, frame: object) -> None:
        """Nothing to see."""

    def progress(self, progress: Progress) -> None:
        """Nobody to tell."""

    async def keep(self, samples: tuple[Sample, ...]) -> None:
        """Whoever asked takes it from the answer."""
