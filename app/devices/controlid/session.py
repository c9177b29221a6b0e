"""A terminal that is ours: signed in, known by its number, reporting to us; and given back as it was."""

import logging
from collections.abc import Awaitable

from app import logs
from app.devices.base import GIVE_BACK_S, Worker, finish
from app.devices.controlid.access import Access
from app.devices.controlid.client import ControlIdClient
from app.devices.controlid.codec import SystemInfo
from app.devices.controlid.options import ResultsBy
from app.devices.controlid.push import Office
from app.devices.controlid.recovery import NoteBook
from app.devices.controlid.route import Route, find_route
from app.devices.controlid.setup import Setup
from app.devices.controlid.transport import Transport
from app.domain.errors import StationError, WrongDevice

LOG = logging.getLogger(__name__)


class Session:
    """One stay with one terminal."""

    def __init__(
        self, transport: Transport, login: str, password: str, book: NoteBook, worker: Worker, device_id: str
    ) -> None:
        self.access = Access(transport, login, password)
        self.client = ControlIdClient(self.access)
        self.setup = Setup(self.client, book, worker, transport.base)
        self.device_id = device_id
        self.info: SystemInfo | None = None
        self.route: Route | None = None
        self.office: Office | None = None
        self.reports = False
        """Whether results and heartbeats are sent to us."""
        self.unended = False
        """Whether an enrollment may still run because the terminal could not be told to end it."""
        self._worker = worker

    @property
    def serial(self) -> str:
        return self.info.serial if self.info else ""

    @property
    def number(self) -> int:
        """The terminal's own device_id; 0 when it does not say."""
        return self.info.device_id if self.info else 0

    async def take(self, *, expected_serial: str = "") -> None:
        """Sign in, identify, note; what fails half way is undone. Raises what Device.open() may raise."""
        try:
            await self.access.sign_in()
            self.info = await self.client.system_information()
            if expected_serial and self.serial.casefold() != expected_serial.casefold():
                raise WrongDevice(device=self.device_id, step="open")
            await self.setup.claim()
        except BaseException:
            await finish("give-back", self.give_back(), GIVE_BACK_S)
            raise

    async def report_to(self, office: Office, host: str, port: int, chosen: str, results: ResultsBy) -> None:
        """Have the terminal send to us; an address it could not reach is not set, and told by the diagnosis."""
        self.office = office
        place = office.place
        if place is None:
            return
        self.route = await self._worker.run(find_route, host, port, chosen or place.host)
        office.admit(self.route.terminal)
        if self.route.problem:
            logs.event(LOG, "callback-address-refused", logging.WARNING, reason=self.route.problem)
            return
        try:
            await self.setup.monitor(self.route.own, place)
            if results is ResultsBy.ONLINE:
                await self.setup.online(self.route.own, place)
        except BaseException:
            await finish("give-back", self.give_back(), GIVE_BACK_S)
            raise
        self.reports = True

    async def stop_reporting(self) -> bool:
        """Restore the terminal's own settings now; True when any were ours. It stays in use until it is closed."""
        self.reports = False
        changed = bool(self.setup.note and self.setup.note.before)
        await self.setup.restore()
        await self.setup.claim()
        return changed

    async def idle(self) -> None:
        """End whatever enrollment runs."""
        self.unended = True
        await self.client.cancel_remote_enroll()
        self.unended = False

    async def give_back(self) -> None:
        """Restore the settings and sign out; the note stays when the terminal could not be told."""
        self.reports = False
        if self.access.signed_in:
            if self.unended:
                await self._pass_over(self.idle())
            await self._pass_over(self.setup.restore())
            await self._pass_over(self.access.sign_out())

    async def _pass_over(self, step: Awaitable[object]) -> None:
        try:
            await step
        except StationError as error:
            logs.event(LOG, "give-back-failed", logging.WARNING, device=self.device_id, error=error)
