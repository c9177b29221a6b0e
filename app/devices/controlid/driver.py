"""A Control iD terminal as the station's device: one action at a time, always given back as it was found."""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from app import logs
from app.devices.base import GIVE_BACK_S, finish
from app.devices.controlid import diagnosis
from app.devices.controlid.codec import KINDS, User
from app.devices.controlid.console import build_console
from app.devices.controlid.delivery import Delivery
from app.devices.controlid.enrollment import person_id_of, registration_of, usable, user_id_of
from app.devices.controlid.options import ResultsBy, Tuning
from app.devices.controlid.push import Office
from app.devices.controlid.recovery import NoteBook
from app.devices.controlid.route import find_route
from app.devices.controlid.sequence import Habits, Sequence
from app.devices.controlid.session import Session
from app.devices.controlid.transport import Transport, Trust, base_url
from app.devices.diagnosing import Reach, network_findings, place_of
from app.devices.driver import Driver
from app.domain.capture import CaptureRequest, CaptureWatcher, Outcome
from app.domain.console import Section
from app.domain.device import DeviceInfo, Finding, Health, Life, Written
from app.domain.enrollment import Enrollment
from app.domain.errors import NotCapable
from app.domain.modality import Modality
from app.domain.sample import CONTROLID_FINGER, Template

LOG = logging.getLogger(__name__)
T = TypeVar("T")
Work = Callable[[Session], Awaitable[T]]

VENDOR = "controlid"
MODEL = "Control iD"


def ours_of(templates: tuple[Template, ...]) -> tuple[bytes, ...]:
    """Those this make can read."""
    return tuple(template.data for template in templates if template.format == CONTROLID_FINGER)


class ControlId(Driver[Session, [Session]]):
    """Main loop only; pictures are decoded on threads named after the device.

    `recovery` is a private folder where a note lies while the terminal is ours. `results` says how asynchronous
    results come, `callback_host` which address of ours the terminal is told; empty finds it by route.
    """

    busy_check = "login"

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
        prompt_as_msg: bool = False,
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
        self._prompt_as_msg = prompt_as_msg
        self._tuning = tuning or Tuning()
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

    def usable(self, enrollment: Enrollment) -> frozenset[Modality]:
        """What of an enrollment the terminal can recognize the person by."""
        return usable(enrollment)

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

    @property
    def life(self) -> Life | None:
        place = self._office.place if self._office else None
        session = self._session
        if session is None or not session.reports or place is None:
            return None
        return Life(self._opened, place.heartbeat_s, self.last_heard)

    async def capture(self, request: CaptureRequest, watcher: CaptureWatcher) -> Outcome:
        """Fingers one after the other, each three presses; what is captured stays captured when a later one fails."""
        if request.modality not in self.modalities:
            raise NotCapable(device=self.device_id, step="capture", modality=request.modality.value)
        return await self.act("capture", lambda session: self._sequence(session).run(request, watcher))

    async def read_card(self, deadline_s: float = 30.0) -> str | None:
        """The card's number in upper case hexadecimal; None when nobody presented one in time."""
        return await self.act("card", lambda session: self._sequence(session).card(deadline_s))

    async def find_duplicate(self, templates: tuple[Template, ...]) -> str | None:
        ours = ours_of(templates)

        async def work(session: Session) -> str | None:
            for data in ours:
                owner = await self._delivery(session).owner_of((data,))
                if owner is not None:
                    return owner
            return None

        return await self.act("duplicate", work)

    async def same_finger(self, one: tuple[Template, ...], other: tuple[Template, ...]) -> bool:
        mine, theirs = (ours_of(templates) for templates in (one, other))
        if not mine or not theirs:
            return False
        return await self.act("compare", lambda session: self._delivery(session).same_finger(mine[0], theirs[0]))

    async def write_person(self, enrollment: Enrollment, *, replace: bool = False) -> Written:
        async def work(session: Session) -> Written:
            wanted = await self._worker.run(registration_of, enrollment, self.device_id)
            digest = await self._delivery(session).write(wanted, replace=replace)
            return Written(self.device_id, digest, datetime.now(UTC))

        return await self.act("register", work)

    async def remove_person(self, person_id: str) -> None:
        await self.act("remove", lambda session: self._delivery(session).remove(person_id))

    async def digest_of(self, person_id: str) -> str | None:
        async def work(session: Session) -> str | None:
            held = await self._delivery(session).held(user_id_of(person_id))
            return None if held is None else held.digest

        return await self.act("compare", work)

    async def list_people(self) -> list[str]:
        async def work(session: Session) -> list[str]:
            return [person_id_of(user) for user in await session.client.load_objects("users", User.read)]

        return await self.act("list", work)

    def console(self) -> tuple[Section, ...]:
        """Sections work on a closed terminal too: it is then opened for each single action."""
        return build_console(self.visit, self._worker, lambda: self.last_heard)

    async def _with_session(self, step: str, work: Work[T]) -> T:
        return await work(self._opened_session(step))

    async def _open(self, *, take_over: bool) -> None:
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

    async def _network_findings(self) -> list[Finding]:
        return await network_findings(*place_of(self._base), Reach(port_check="port"))

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

    def _sequence(self, session: Session) -> Sequence:
        sync = self._results is ResultsBy.MONITOR
        habits = Habits(sync=sync, save=self._save, prompt_as_msg=self._prompt_as_msg)
        return Sequence(session, self._worker, self._tuning, self.device_id, habits)

    def _delivery(self, session: Session) -> Delivery:
        return Delivery(session.client, self._worker, self.device_id)
