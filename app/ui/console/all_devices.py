"""What concerns every device at once: resting and going on with all deliveries, and the bundle for support."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.domain.enrollment import Lane
from app.domain.records import JournalEntry
from app.journeys.station import Station
from app.ui import files
from app.ui.dialogs import question
from app.ui.messages import MessageService
from app.ui.supervisor import Supervisor
from app.ui.tasks import Tasks
from app.ui.widgets.buttons import connect, quiet_button

ALL = ""
"""The lane that stands for every device."""


class AllDevices(QObject):
    """Three buttons for the head of the devices page; which of the first two is seen depends on the outbox."""

    def __init__(
        self, page: QWidget, station: Station, tasks: Tasks, messages: MessageService, supervisor: Supervisor
    ) -> None:
        super().__init__(page)
        self._page, self._station, self._tasks = page, station, tasks
        self._messages, self._supervisor = messages, supervisor
        self.pause = quiet_button(self.tr("Pause all deliveries…"), "stop")
        self.resume = quiet_button(self.tr("Go on with all deliveries"), "play")
        self.bundle = quiet_button(self.tr("File for support…"), "download")
        self.bundle.setToolTip(self.tr("Versions, checks and logs; no names, nothing biometric, no secrets"))
        for name in ("pause", "resume", "bundle"):
            getattr(self, name).setObjectName(f"devices.all.{name}")
        connect(self.pause, lambda: self._act(self.pause))
        connect(self.resume, lambda: self._act(self.resume))
        connect(self.bundle, lambda: self._tasks.start(self._write(), owner=self._page, button=self.bundle))
        self.bundle.setVisible(station.diagnostics is not None)
        self._show(paused=False)

    def refresh(self) -> None:
        """Ask the outbox again."""
        self._tasks.start(self._read(), owner=self._page, key="all", done=lambda paused: self._show(paused=paused))

    async def _read(self) -> bool:
        return (await self._station.outbox.lanes()).get(ALL, Lane(ALL)).paused

    def _show(self, *, paused: bool) -> None:
        self.pause.setVisible(not paused)
        self.resume.setVisible(paused)

    def _act(self, button: QAbstractButton) -> None:
        work = self._pause() if button is self.pause else self._resume()
        self._tasks.start(work, owner=self._page, button=button, finally_=self.refresh)

    async def _pause(self) -> None:
        if not await self._supervisor.ensure(self._page):
            return
        text = self.tr(
            "Nobody new is written to any device and nobody is removed from one, also after a restart, until somebody "
            "goes on. What waits stays in its order; erasures stay open meanwhile."
        )
        if await question(self._page, self.tr("Pause all deliveries?"), text, yes=self.tr("Pause all")):
            await self._station.outbox.pause(ALL, actor=self._actor)
            self._messages.info(self.tr("All deliveries rest until somebody goes on."))

    async def _resume(self) -> None:
        if await self._supervisor.ensure(self._page):
            await self._station.outbox.resume(ALL, actor=self._actor)
            self._station.jobs_waiting.set()
            self._messages.success(self.tr("Deliveries go on."))

    async def _write(self) -> None:
        write = self._station.diagnostics
        path = await files.ask_save(self._page, self.tr("Save the file for support"), "enrollment-station.zip")
        if write is not None and path is not None:
            await self._station.journal.append(JournalEntry("diagnostics-written", self._station.actor))
            await write(path)
            told = self.tr("Written to {0}. It names nobody and holds nothing biometric and no secrets.")
            self._messages.success(told.format(path.name))

    @property
    def _actor(self) -> str:
        return self._station.supervision.by or self._station.actor
