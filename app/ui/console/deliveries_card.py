"""How the deliveries to one device stand: counts, pause and resume, look for everybody, bring everybody again."""

from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QAbstractButton

from app.domain.device import Device
from app.domain.enrollment import Lane, Tally
from app.journeys.provisioning import Provisioning
from app.journeys.station import Station
from app.ui.dialogs import question
from app.ui.messages import MessageService, sentence_for_code
from app.ui.supervisor import Supervisor
from app.ui.tasks import Tasks
from app.ui.widgets.basics import Card, small
from app.ui.widgets.buttons import connect, secondary_button
from app.ui.widgets.flow import flowing
from app.ui.widgets.status import Lamp, StatusLamp


@dataclass(frozen=True)
class _Standing:
    tally: Tally
    lane: Lane
    all_paused: bool


class DeliveriesCard(Card):
    """Looks when it is shown and after each act."""

    def __init__(
        self, device: Device, station: Station, tasks: Tasks, messages: MessageService, supervisor: Supervisor
    ) -> None:
        super().__init__(self.tr("Deliveries"))
        self._device, self._station, self._tasks = device, station, tasks
        self._messages, self._supervisor = messages, supervisor
        self.lamp = StatusLamp(Lamp.WAITING, self.tr("Looking up deliveries"), wrap=True)
        self.why = small("")
        self.pause = secondary_button(self.tr("Pause"), "stop")
        self.resume = secondary_button(self.tr("Go on"), "play")
        self.check = secondary_button(self.tr("Look for everybody"), "search")
        self.again = secondary_button(self.tr("Bring everybody again…"), "delivery")
        names = {
            "pause": self.tr("Pause deliveries to {0}"),
            "resume": self.tr("Go on with deliveries to {0}"),
            "check": self.tr("Look whether {0} still has everybody"),
            "again": self.tr("Bring everybody to {0} again"),
        }
        for name, said in names.items():
            button = getattr(self, name)
            button.setObjectName(f"devices.deliveries.{name}")
            button.setAccessibleName(said.format(device.label))
        connect(self.pause, lambda: self._act(self._pause(), self.pause))
        connect(self.resume, lambda: self._act(self._resume(), self.resume))
        connect(self.check, lambda: self._act(self._check(), self.check))
        connect(self.again, lambda: self._act(self._again(), self.again))
        self.resume.hide()
        self.why.hide()
        for widget in (self.lamp, self.why):
            self.add(widget)
        self.add(flowing(self.pause, self.resume, self.check, self.again))

    def refresh(self) -> None:
        """Ask the outbox again."""
        self._tasks.start(self._read(), owner=self, key="deliveries", done=self._show)

    def _act(self, work: Coroutine[Any, Any, None], button: QAbstractButton) -> None:
        self._tasks.start(work, owner=self, button=button, finally_=self.refresh)

    async def _read(self) -> _Standing:
        outbox, device_id = self._station.outbox, self._device.device_id
        tallies, lanes = await outbox.tallies(), await outbox.lanes()
        return _Standing(tallies.get(device_id, Tally()), lanes.get(device_id, Lane(device_id)), _paused(lanes))

    def _show(self, standing: _Standing) -> None:
        tally, lane = standing.tally, standing.lane
        total = tally.done + tally.waiting + tally.failed
        counts = self.tr("{0} of {1} written and checked, {2} waiting, {3} need somebody")
        text = counts.format(tally.done, total, tally.waiting, tally.failed)
        lamp = Lamp.BAD if tally.failed else Lamp.WAITING if tally.waiting else Lamp.GOOD
        if lane.paused or standing.all_paused:
            text, lamp = self.tr("Paused: {0}").format(text), Lamp.WARNING
        if lane.retired_at:
            text, lamp = self.tr("Declared gone for good: {0}").format(lane.retired_for), Lamp.OFF
        self.lamp.show_state(lamp, text)
        self.pause.setVisible(not lane.paused and not lane.retired_at)
        self.resume.setVisible(lane.paused and not lane.retired_at)
        self.why.setVisible(bool(lane.reason))
        if lane.reason:
            facts = {"device": self._device.device_id}
            message = sentence_for_code(lane.reason, facts, self._messages.names)
            self.why.setText(f"{message.what} {message.now} ({message.code})")

    async def _pause(self) -> None:
        await self._station.outbox.pause(self._device.device_id, actor=self._station.actor)

    async def _resume(self) -> None:
        await self._station.outbox.resume(self._device.device_id, actor=self._station.actor)
        self._station.jobs_waiting.set()

    async def _check(self) -> None:
        missing = await Provisioning(self._station).recheck(self._device.device_id)
        if missing:
            told = self.tr("{0} people were missing or different there. They are brought again now.")
            self._messages.info(told.format(missing))
        else:
            self._messages.success(self.tr("Everybody is there."))

    async def _again(self) -> None:
        if not await self._supervisor.ensure(self):
            return
        title = self.tr("Bring everybody to {0} again?").format(self._device.label)
        text = self.tr(
            "Use this when the device was exchanged or reset. Every enrolled person is written to it again, "
            "one after the other; people it has already stay as they are."
        )
        if await question(self, title, text, yes=self.tr("Bring everybody")):
            count = await self._station.outbox.redeliver(self._device.device_id, actor=self._station.actor)
            self._station.jobs_waiting.set()
            self._messages.info(self.tr("{0} people are brought to this device again.").format(count))


def _paused(lanes: Mapping[str, Lane]) -> bool:
    return "" in lanes and lanes[""].paused
