"""The people page: search as you type, one person in full, unfinished enrollments."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListView, QStackedWidget, QVBoxLayout, QWidget

from app.journeys.ports import DraftSummary, PersonRecord
from app.journeys.ports import PeoplePage as Found
from app.journeys.station import Station
from app.ui import icons
from app.ui.dialogs import destroy_question, question
from app.ui.messages import MessageService
from app.ui.pages.page import Page
from app.ui.people.care import Care
from app.ui.people.drafts_card import DraftsCard
from app.ui.people.model import SUMMARY_ROLE, PeopleModel
from app.ui.people.person_detail import PersonDetail
from app.ui.people.person_row import PersonRow
from app.ui.supervisor import Supervisor
from app.ui.tasks import Tasks
from app.ui.theme import Space
from app.ui.widgets.appear import deleted
from app.ui.widgets.basics import EmptyState, scrolled, small
from app.ui.widgets.buttons import connect, icon_button, quiet_button, secondary_button
from app.ui.widgets.fields import clearable

TYPING_MS = 200
PAGE_SIZE = 50
NOTHING, NOBODY, DRAFTS = range(3)


class PeoplePage(Page):
    """Who is enrolled. Emits what the enroll page shall do."""

    recapture_requested = Signal(str)
    continue_requested = Signal(str)
    enroll_requested = Signal()

    def __init__(self, station: Station, tasks: Tasks, messages: MessageService, supervisor: Supervisor) -> None:
        super().__init__(self.tr("People"), station, tasks)
        self._messages, self._supervisor = messages, supervisor
        self.model = PeopleModel()
        self.detail: PersonDetail | None = None
        self._shown_id = ""
        self.care = Care(self, station, tasks, messages, supervisor, self.refresh)
        self._make_list()
        self._make_right()
        body = QHBoxLayout()
        body.setSpacing(Space.XL)
        body.addLayout(self._left(), 2)
        body.addWidget(self.right, 5)
        self.column.addLayout(body, 1)
        self.import_button = quiet_button(self.tr("Import a list…"), "upload")
        self.import_button.setToolTip(self.tr("Let people of a CSV file wait to be enrolled"))
        connect(self.import_button, lambda: self.care.import_list(self.import_button))
        self.head.addWidget(self.import_button)
        refresh = icon_button("refresh", self.tr("Look again (F5)"))
        connect(refresh, self.refresh)
        self.head.addWidget(refresh)
        for keys, slot in (("F5", self.refresh), ("Ctrl+F", self.search.setFocus)):
            shortcut = QShortcut(QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)

    @property
    def help_text(self) -> str:
        return self.tr(
            "Type any part of a name, a person number or a field to find a person. "
            "Choose a person to see every sample with its quality, and whether each device has the person. "
            "Unfinished enrollments wait behind the button above the list until somebody continues or discards them. "
            "Erasing needs a supervisor."
        )

    def _make_list(self) -> None:
        self.search = QLineEdit()
        self.search.setObjectName("people.search")
        self.search.setPlaceholderText(self.tr("Search people"))
        self.search.setAccessibleName(self.tr("Search people"))
        clearable(self.search)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self._search)
        self.search.textChanged.connect(lambda _text: self._typing.start())
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(PersonRow(self.list))
        self.list.setMouseTracking(True)
        self.list.setAccessibleName(self.tr("People found"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.selectionModel().currentChanged.connect(self._chosen)
        self.count = small("")
        self.more = quiet_button(self.tr("Show more"))
        connect(self.more, self._load_more)
        self.more.hide()

    def _make_right(self) -> None:
        self.drafts = DraftsCard()
        self.drafts_button = secondary_button("", "clock")
        self.drafts_button.hide()
        connect(self.drafts_button, self.show_drafts)
        self.erasures_button = secondary_button("", "trash")
        self.erasures_button.hide()
        connect(self.erasures_button, self.show_drafts)
        self.care.card.changed.connect(self._erasures_found)
        self.drafts.resume_wanted.connect(self.continue_requested)
        self.drafts.discard_wanted.connect(self._discard)
        self.nothing = EmptyState("person", self.tr("Choose a person to see their samples and deliveries."))
        self.nobody = EmptyState(
            "people",
            self.tr("Nobody is enrolled on this station yet."),
            self.tr("Enroll the first person"),
            self.enroll_requested.emit,
        )
        self.right = QStackedWidget()
        self.right.addWidget(self.nothing)
        self.right.addWidget(self.nobody)
        self.right.addWidget(scrolled(self._drafts_page()))

    def _drafts_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.L)
        column.addWidget(self.drafts)
        column.addWidget(self.care.card)
        column.addStretch(1)
        return page

    def _left(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(Space.S)
        for widget in (self.search, self.drafts_button, self.erasures_button):
            column.addWidget(widget)
        column.addWidget(self.list, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.count, 1)
        foot.addWidget(self.more)
        column.addLayout(foot)
        return column

    def entered(self) -> None:
        """Look again, and be ready for typing."""
        self.refresh()
        self.search.setFocus()

    def refresh(self) -> None:
        """Ask the store again: drafts, list and the person shown."""
        self.tasks.start(self.station.drafts.drafts(), owner=self, key="drafts", done=self._drafts_found)
        self.care.refresh()
        self._search()
        if self._shown_id:
            self._load(self._shown_id)

    def show_drafts(self) -> None:
        """Show the unfinished enrollments instead of a person."""
        self.list.clearSelection()
        self.list.setCurrentIndex(QModelIndex())
        self._shown_id = ""
        self._show(None)
        if self.care.card.rows:
            self.right.setCurrentIndex(DRAFTS)

    def _drafts_found(self, drafts: tuple[DraftSummary, ...]) -> None:
        self.drafts.show_drafts(drafts)
        self.drafts_button.setText(self.drafts.heading.text())
        icons.set_icon(self.drafts_button, "clock")
        self.drafts_button.setVisible(bool(drafts))
        self.drafts.setVisible(bool(drafts))
        if self.detail is None:
            self._show_no_one()

    def _erasures_found(self, count: int, unfinished: int) -> None:
        text = self.tr("%n erasure(s) not confirmed yet", "", unfinished) if unfinished else self.tr("Erasures")
        self.erasures_button.setText(text)
        icons.set_icon(self.erasures_button, "warning" if unfinished else "trash")
        self.erasures_button.setVisible(bool(count))

    def _search(self) -> None:
        self._typing.stop()
        found = self.station.people.search(self.search.text(), limit=PAGE_SIZE)
        self.tasks.start(found, owner=self, key="search", done=self._found)

    def _load_more(self) -> None:
        found = self.station.people.search(self.search.text(), limit=PAGE_SIZE, offset=len(self.model.people))
        self.tasks.start(found, owner=self, key="search", button=self.more, done=self._found_more)

    def _found(self, page: Found) -> None:
        self.model.show(page)
        row = self.model.row_of(self._shown_id)
        if row >= 0:
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            with _Silent(self.list):
                self.list.selectionModel().setCurrentIndex(self.model.index(row), flag)
        self._count()
        if self.detail is None:
            self._show_no_one()

    def _found_more(self, page: Found) -> None:
        self.model.append(page)
        self._count()

    def _count(self) -> None:
        shown, total = len(self.model.people), self.model.total
        if total == 0 and self.search.text().strip():
            self.count.setText(self.tr("Nobody matches. Try fewer letters."))
        elif shown < total:
            self.count.setText(self.tr("{0} of {1} people").format(shown, total))
        else:
            self.count.setText(self.tr("%n person(s)", "", total) if total else "")
        self.more.setVisible(shown < total)

    def _chosen(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid() and not self.list.property("silent"):
            self.open_person(index.data(SUMMARY_ROLE).person_id)

    def open_first(self) -> bool:
        """Show the first person of the list; False when there is nobody."""
        if self.model.people:
            self.list.setCurrentIndex(self.model.index(0))
        return bool(self.model.people)

    def open_person(self, person_id: str) -> None:
        """Show one person in full."""
        self._shown_id = person_id
        self._load(person_id)

    def _load(self, person_id: str) -> None:
        self.tasks.start(self.station.people.get(person_id), owner=self, key="detail", done=self._show)

    def _show(self, record: PersonRecord | None) -> None:
        self._put_away()
        if record is None:
            self._shown_id = ""
            self._show_no_one()
            return
        detail = PersonDetail(
            record, self.station.policy.fields, self._messages.names, self.tasks, self.station.fingers
        )
        person = record.enrollment.person
        detail.recapture_wanted.connect(lambda: self.recapture_requested.emit(person.person_id))
        detail.delete_wanted.connect(lambda: self._delete(record))
        detail.retry_wanted.connect(self._retry)
        detail.receipt.setVisible(self.care.erases)
        detail.receipt_wanted.connect(lambda: self.care.receipt(record))
        detail.export.setVisible(self.care.exports)
        detail.export_wanted.connect(lambda: self.care.export(record, detail.export))
        self.detail = detail
        self.right.setCurrentIndex(self.right.addWidget(scrolled(detail)))

    def _show_no_one(self) -> None:
        searching = bool(self.search.text().strip())
        reading = self.right.currentIndex() == DRAFTS and bool(self.care.card.rows)
        if self.drafts.count or reading:  # a delivery that changes meanwhile takes nobody away from the erasures
            self.right.setCurrentIndex(DRAFTS)
        else:
            self.right.setCurrentIndex(NOTHING if self.model.total or searching else NOBODY)

    def _put_away(self) -> None:
        self.detail = None
        for index in range(self.right.count() - 1, DRAFTS, -1):
            old = self.right.widget(index)
            if old is not None:
                self.right.removeWidget(old)
                old.hide()
                deleted([old]).start(self, self.tasks)

    def _retry(self, device_id: str, button: QWidget) -> None:
        work = self.station.outbox.retry_now(self._shown_id, device_id)
        device = self._messages.names.get(device_id, device_id)
        button.setEnabled(False)
        said = self.tr("The delivery to {0} is tried again now.").format(device)
        self.tasks.start(work, owner=self, done=lambda _none: self._told_to_retry(said), finally_=self.refresh)

    def _told_to_retry(self, said: str) -> None:
        self.station.jobs_waiting.set()
        self._messages.info(said)

    def _discard(self, draft_id: str, name: str) -> None:
        self.tasks.start(self._ask_discard(draft_id, name), owner=self, key="ask", finally_=self.refresh)

    async def _ask_discard(self, draft_id: str, name: str) -> None:
        who = name or self.tr("this person")
        text = self.tr("Everything captured so far from {0} is deleted. Nobody can bring it back.").format(who)
        title = self.tr("Discard the unfinished enrollment?")
        if await question(self, title, text, yes=self.tr("Discard"), no=self.tr("Keep"), danger=True):
            await self.station.drafts.discard(draft_id)
            self._messages.success(self.tr("The unfinished enrollment was discarded."))

    def _delete(self, record: PersonRecord) -> None:
        button = self.detail.delete if self.detail is not None else None
        self.tasks.start(self._ask_delete(record), owner=self, key="ask", button=button)

    async def _ask_delete(self, record: PersonRecord) -> None:
        if self.care.erases:
            if await self.care.ask_erase(record):
                self._gone()
            return
        person = record.enrollment.person
        name = person.full_name or person.person_id
        if not await self._supervisor.ensure(self):
            return
        title = self.tr("Erase {0} from this station?").format(name)
        sure = await destroy_question(self, title, self._consequence(record), word=name, yes=self.tr("Erase"))
        if sure and await self.station.people.remove(person.person_id, actor=self.station.actor):
            self._messages.success(self.tr("{0} was erased from this station.").format(name))
            self._gone()

    def _gone(self) -> None:
        self._shown_id = ""
        self._show(None)
        self.refresh()

    def _consequence(self, record: PersonRecord) -> str:
        text = self.tr("The record, every sample and deliveries still waiting are erased from this station at once.")
        holders = [self._messages.names.get(one.device_id, one.device_id) for one in record.deliveries]
        if not holders:
            return text
        keep = self.tr("These devices keep the person until the person is erased there: {0}.")
        return f"{text} {keep.format(', '.join(holders))}"


class _Silent:
    """While it lasts, a selection made by the page itself opens nobody."""

    def __init__(self, view: QListView) -> None:
        self._view = view

    def __enter__(self) -> None:
        self._view.setProperty("silent", True)

    def __exit__(self, *_: object) -> None:
        self._view.setProperty("silent", False)
