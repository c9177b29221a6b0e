"""Runs one console action: asks, guards what destroys, shows progress and result."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, nullcontext
from pathlib import Path
from typing import cast

from PySide6.QtWidgets import QWidget

from app import paths
from app.domain.console import Action, ActionResult, Danger, Step
from app.domain.device import Device
from app.journeys.ports import JournalEntry
from app.journeys.station import Station
from app.ui import files
from app.ui.console.action_dialog import ActionDialog
from app.ui.console.progress import ProgressCard
from app.ui.console.result_dialog import ResultDialog
from app.ui.dialogs import TypedConfirmation
from app.ui.i18n import device_text, translate
from app.ui.messages import MessageService
from app.ui.supervisor import Supervisor
from app.ui.tasks import Tasks
from app.ui.widgets.form import Value


class ConsoleRunner:
    """One at a time per section view."""

    def __init__(
        self,
        view: QWidget,
        device: Device,
        station: Station,
        tasks: Tasks,
        messages: MessageService,
        supervisor: Supervisor,
        progress: ProgressCard,
    ) -> None:
        self._view, self._device, self._station = view, device, station
        self._tasks, self._messages, self._supervisor = tasks, messages, supervisor
        self._progress = progress
        progress.abort_wanted.connect(lambda: tasks.cancel(progress))

    @property
    def running(self) -> bool:
        """Whether a long action is under way."""
        return self._tasks.running(self._progress) > 0

    async def run(self, action: Action, row: Mapping[str, str]) -> bool:
        """The whole way of one action. True when it was done; a long one goes on by itself and reports there."""
        destroys = action.danger is Danger.DESTROYS
        if destroys and not await self._supervisor.ensure(self._view):
            return False
        values = await self._values(action, row)
        if values is None:
            return False
        if destroys and not await self._sure(action):
            return False
        if action.danger is not Danger.NONE:
            await self._write_down(action)
        if action.run_long is not None:
            self._start_long(action, values)
            return False
        assert action.run is not None
        async with self._station.leases.turn(self._device):
            result = await action.run(values)
        await self._show(result)
        return True

    async def _values(self, action: Action, row: Mapping[str, str]) -> dict[str, Value] | None:
        if not action.fields and action.danger is Danger.NONE:
            return {}
        dialog = ActionDialog(self._view, action, row, self._tasks)
        return dialog.values if await dialog.ask() else None

    async def _sure(self, action: Action) -> bool:
        title = device_text(action.title)
        text = translate("dialogs", "{0} This cannot be undone.").format(device_text(action.consequence))
        return await TypedConfirmation(self._view, title, text, self._device.label, title).ask()

    async def _write_down(self, action: Action) -> None:
        facts = {"action": action.name}
        entry = JournalEntry("device-action", self._station.actor, device_id=self._device.device_id, facts=facts)
        await self._station.journal.append(entry)

    def _start_long(self, action: Action, values: dict[str, Value]) -> None:
        title = device_text(action.title)
        self._progress.begin(title, watches=action.beside)
        done = translate("dialogs", "{0}: done.").format(title)
        self._tasks.start(
            self._long(action, values),
            owner=self._progress,
            key="long",
            background=action.beside,
            done=lambda _none: self._messages.success(done),
            finally_=self._progress.hide,
        )

    async def _long(self, action: Action, values: dict[str, Value]) -> None:
        assert action.run_long is not None
        steps = cast(AsyncGenerator[Step, None], action.run_long(values))
        turn = nullcontext() if action.beside else self._station.leases.turn(self._device)
        async with turn, aclosing(steps):
            async for step in steps:
                self._progress.advance(step)

    async def _show(self, result: ActionResult) -> None:
        if result.table is not None:
            await ResultDialog(self._view, device_text(result.message), result.table).ask()
        if result.file_data and not await self._save(result):
            return
        if result.table is None:
            self._messages.success(device_text(result.message))

    async def _save(self, result: ActionResult) -> bool:
        title = translate("dialogs", "Save the file")
        path: Path | None = await files.ask_save(self._view, title, result.file_name)
        if path is None:
            return False
        await asyncio.to_thread(paths.write_private, path, result.file_data)
        return True
