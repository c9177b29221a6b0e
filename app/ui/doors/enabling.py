"""Which terminals ask the station: one at a time, before and after side by side, and everything can be put back."""

from collections.abc import Coroutine, Mapping
from typing import Any

from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QVBoxLayout, QWidget

from app.journeys.doors import FingerForm, Setup, Switch, Switches
from app.ui.dialogs import question
from app.ui.i18n import QT_TRANSLATE_NOOP, translate
from app.ui.messages import MessageService
from app.ui.supervisor import Supervisor
from app.ui.tasks import Tasks
from app.ui.theme import Kind, Space
from app.ui.widgets.basics import Card, label, paragraph, row, scrolled, small
from app.ui.widgets.buttons import connect, primary_button, secondary_button
from app.ui.widgets.fields import FieldRow
from app.ui.widgets.status import BusyLine

SWITCHES: Mapping[Switch, tuple[str, str]] = {
    Switch.MATCHING: (
        QT_TRANSLATE_NOOP("doors", "Ask this station who it is"),
        QT_TRANSLATE_NOOP("doors", "Cards, typed numbers and fingers are looked up here instead of on the terminal."),
    ),
    Switch.PASSBACK: (
        QT_TRANSLATE_NOOP("doors", "Ask about in and out"),
        QT_TRANSLATE_NOOP("doors", "Who went in must come out before going in again. Zones are set in Settings."),
    ),
    Switch.PHRASE: (
        QT_TRANSLATE_NOOP("doors", "Ask for a message to show"),
        QT_TRANSLATE_NOOP("doors", "A greeting after recognition. Messages are written in Settings."),
    ),
}
FORMS: Mapping[FingerForm, str] = {
    FingerForm.SUPREMA: QT_TRANSLATE_NOOP("doors", "Suprema's own (cannot be compared here)"),
    FingerForm.ISO: QT_TRANSLATE_NOOP("doors", "ISO 19794-2"),
    FingerForm.ANSI: QT_TRANSLATE_NOOP("doors", "ANSI 378"),
}


def form_name(form: FingerForm) -> str:
    """The format in the reader's words."""
    return translate("doors", FORMS[form])


class EnablingPanel(QWidget):
    """Reads a terminal when it is chosen; a supervisor changes it."""

    def __init__(self, setup: Setup, tasks: Tasks, messages: MessageService, supervisor: Supervisor) -> None:
        super().__init__()
        self._setup, self._tasks, self._messages, self._supervisor = setup, tasks, messages, supervisor
        self._now: Switches | None = None
        self.terminals = QComboBox()
        for each in setup.terminals:
            self.terminals.addItem(each.label, each.device_id)
        self.boxes = {switch: QCheckBox(translate("doors", SWITCHES[switch][0])) for switch in Switch}
        self.before = {switch: small("") for switch in Switch}
        self.form = QComboBox()
        self.form_note = small("")
        self.busy = BusyLine()
        self.change = primary_button(self.tr("Change the terminal"))
        self.back = secondary_button(self.tr("Put everything back"))
        self._lay_out()
        self.terminals.currentIndexChanged.connect(lambda _index: self.read())
        connect(self.change, self._ask_change)
        connect(self.back, self._put_back)
        self._show(None)

    @property
    def device_id(self) -> str:
        """The chosen terminal."""
        return str(self.terminals.currentData() or "")

    def _lay_out(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, Space.S, 0)
        column.setSpacing(Space.M)
        column.addWidget(
            paragraph(
                self.tr(
                    "A terminal asks this station only when it is told to. Choose a terminal, tick what it shall ask, "
                    "and change it. Everything else on the terminal stays as it is, and what it was is kept."
                )
            )
        )
        column.addWidget(FieldRow(self.tr("&Terminal"), self.terminals))
        column.addWidget(self._switches())
        column.addWidget(self.busy)
        column.addLayout(row(self.change, self.back, None))
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolled(inner))

    def _switches(self) -> Card:
        card, grid = Card(), QGridLayout()
        grid.setColumnStretch(0, 1)
        grid.setHorizontalSpacing(Space.L)
        grid.setVerticalSpacing(Space.XS)
        grid.addWidget(label(self.tr("What it shall do"), Kind.STRONG), 0, 0)
        grid.addWidget(label(self.tr("Before"), Kind.STRONG, wrap=False), 0, 1)
        for number, switch in enumerate(Switch):
            grid.addWidget(self.boxes[switch], 2 * number + 1, 0)
            grid.addWidget(self.before[switch], 2 * number + 1, 1)
            grid.addWidget(small(translate("doors", SWITCHES[switch][1])), 2 * number + 2, 0)
        card.add(grid)
        self.form_row = FieldRow(self.tr("&Format of fingers"), self.form)
        card.add(self.form_row)
        card.add(self.form_note)
        return card

    def read(self) -> None:
        """Ask the chosen terminal how it is set."""
        if not self.device_id:
            return
        self._show(None)
        self.busy.say(self.tr("Asking the terminal…"))
        self._tasks.start(
            self._setup.read(self.device_id), owner=self, key="read", done=self._show, finally_=self.busy.done
        )

    def _show(self, now: Switches | None) -> None:
        self._now = now
        for switch, box in self.boxes.items():
            there = now is not None and switch in now.on
            box.setEnabled(there)
            box.setChecked(bool(now and now.on.get(switch)))
            self.before[switch].setText(self._former(now, switch) if now is not None else "")
        self.change.setEnabled(now is not None)
        self.back.setEnabled(now is not None and now.original is not None)
        self._show_form(now)

    def _former(self, now: Switches, switch: Switch) -> str:
        former = (now.original or now).on.get(switch)
        if former is None:
            return self.tr("not on this terminal")
        return self.tr("on") if former else self.tr("off")

    def _show_form(self, now: Switches | None) -> None:
        there = now is not None and now.form is not None
        self.form_row.setVisible(there)
        self.form_note.setVisible(there)
        self.form.clear()
        if now is None or now.form is None:
            return
        for form in FingerForm:
            if form is not FingerForm.SUPREMA or now.form is form:
                self.form.addItem(form_name(form), form.value)
        self.form.setCurrentIndex(self.form.findData(now.form.value))
        self.form.setEnabled(not now.fingers)
        self.form_note.setText(self._about_form(now))

    def _about_form(self, now: Switches) -> str:
        if now.fingers:
            return self.tr(
                "%n finger(s) are enrolled on this terminal. It cannot mix formats: delete them on the terminal first, "
                "then the format can be changed, and they must be enrolled again.",
                "",
                now.fingers,
            )
        return self.tr("No fingers are enrolled on this terminal, so the format can be changed safely.")

    def _wanted(self) -> tuple[dict[Switch, bool], FingerForm | None]:
        assert self._now is not None
        on = {switch: self.boxes[switch].isChecked() for switch in self._now.on}
        data = self.form.currentData()
        form = FingerForm(data) if data and self._now.form is not None else None
        return on, None if form is self._now.form else form

    def _ask_change(self) -> None:
        self._tasks.start(self._change(), owner=self, button=self.change)

    async def _change(self) -> None:
        on, form = self._wanted()
        assert self._now is not None
        told = self._difference(on, form)
        if not told:
            self._messages.info(self.tr("The terminal is set like this already."))
            return
        if not await self._supervisor.ensure(self):
            return
        if not await question(self, self.tr("Change the terminal?"), told, yes=self.tr("Change")):
            return
        await self._work(self._setup.change(self.device_id, on, form), self.tr("The terminal is changed."))

    def _difference(self, on: dict[Switch, bool], form: FingerForm | None) -> str:
        assert self._now is not None
        state = {True: self.tr("on"), False: self.tr("off")}
        lines = [
            self.tr("{0}: {1} → {2}").format(translate("doors", SWITCHES[switch][0]), state[former], state[on[switch]])
            for switch, former in self._now.on.items()
            if on[switch] is not former
        ]
        if form is not None and self._now.form is not None:
            line = self.tr("Format of fingers: {0} → {1}").format(form_name(self._now.form), form_name(form))
            lines.append(line)
        return "\n".join(lines)

    def _put_back(self) -> None:
        self._tasks.start(self._back(), owner=self, key="back")

    async def _back(self) -> None:
        if await self._supervisor.ensure(self):
            await self._work(self._setup.put_back(self.device_id), self.tr("The terminal is as it was before."))

    async def _work(self, work: Coroutine[Any, Any, Switches], told: str) -> None:
        self.busy.say(self.tr("Changing the terminal…"))
        try:
            now = await work
        finally:
            self.busy.done()
        self._show(now)
        self._messages.success(told)
