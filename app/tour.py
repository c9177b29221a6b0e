"""The scripted tour: the whole story through the real window, a line and a screenshot per step, no display needed."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from app.assembly import Ready
from app.demo import PASSCODE, Practice, assemble, practice
from app.domain.enrollment import Delivery, DeliveryState
from app.paths import Profile, folders
from app.simulators.people import person
from app.simulators.people.photos import id_document, selfie
from app.ui.document.page import ComparePage
from app.ui.doors.page import DoorsPage
from app.ui.hand import LOOK_EVERY_S, Hand, until
from app.ui.main_window import COMPARE, DEVICES, PEOPLE, SETTINGS, MainWindow
from app.ui.supervision.page import JOURNAL
from app.ui.wizard.document_page import DocumentPage
from app.ui.wizard.page import EnrollPage

STEP_WITHIN_S = 300.0
"""The first finger on a computer waits until the matching engine is compiled: a minute and more on a busy one."""
SIZE = (1280, 800)
LAST_NAME = "Sample"
WRITTEN = {"front-desk", "door-1"}
"""Devices that can use irises, face or fingers; the other door knows faces of its own make only."""
READING_S = 1.2
"""How long a picture is left to fill, where nothing says that it is complete."""
DEFAULT_FOLDER = "enrollment-station-tour"


class StepFailedError(Exception):
    """A step of the tour did not come to its end."""


def tour_folder(named: Path | None) -> Path:
    """Where the screenshots go: the folder named, else one in the temporary folder."""
    target = named or Path(tempfile.gettempdir()) / DEFAULT_FOLDER
    target.mkdir(parents=True, exist_ok=True)
    return target.absolute()


async def walk(target: Path) -> int:
    """Walk the whole tour with fresh practice data; 0 when every step came to its end, else 1."""
    _say(f"Screenshots go to {target}")
    with tempfile.TemporaryDirectory(prefix="enrollment-station-") as base, practice() as world:
        tour = Tour(world, Path(base), target)
        failed = await tour.run()
    _say("Every step worked." if not failed else f"{failed} step(s) failed.")
    return 1 if failed else 0


class Tour:
    """Opens the station twice: once to enroll a person, once to find the person after a restart."""

    def __init__(self, world: Practice, base: Path, target: Path) -> None:
        self._world = world
        self._folders = folders(Profile.PRACTICE, base).create()
        self._target = target
        self._began = time.monotonic()
        self._number = 0
        self._failed = 0
        self._ready: Ready | None = None

    async def run(self) -> int:
        """Every step in order; the number that failed. A step that needs a failed one fails by itself."""
        async with self._station("Open the station"):
            await self._enroll()
            await self._look_around()
        async with self._station("Start the station again"):
            await self._step("Find the person after the restart", self._find_person)
        return self._failed

    async def _enroll(self) -> None:
        await self._step("Begin an enrollment", self._begin)
        await self._step("Record the consent", lambda: self._go_on("person"))
        await self._step("Fill in who it is", self._fill_in)
        await self._step("Compare the person with the document", self._match)
        await self._step("Capture irises and face, live picture", self._capture)
        await self._step("Everything captured, in good quality", self._captured)
        await self._step("Press the right index finger", self._press_first)
        await self._step("Two fingers, looked at in detail", self._press_second)
        await self._step("The card can be put there", self._offer_card)
        await self._step("No card today, review", self._skip_card)
        await self._step("Safely stored", lambda: self._go_on("done"))
        await self._step("Written to the terminal and read back", self._delivered)

    async def _look_around(self) -> None:
        await self._step("Find the person", self._find_person)
        await self._step("Look after the terminal", self._look_after)
        await self._step("Settings", lambda: self._open_page(SETTINGS))
        await self._step("Compare a selfie with a document", self._compare)
        await self._step("See what doors were told", self._doors)
        await self._step("Read the journal as a supervisor", self._supervise)

    @asynccontextmanager
    async def _station(self, name: str) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:

            async def open_it() -> None:
                self._ready = await stack.enter_async_context(assemble(self._world, self._folders).running())
                self._window.resize(*SIZE)
                self._window.show()
                await until(self._window.isVisible)

            await self._step(name, open_it)
            yield
            if self._ready is not None:
                await self._page.finish()
                self._window.close_for_real()

    @property
    def _window(self) -> MainWindow:
        if self._ready is None:
            raise StepFailedError("the station did not open")
        return self._ready.window

    @property
    def _hand(self) -> Hand:
        return Hand(self._window)

    @property
    def _page(self) -> EnrollPage:
        page = self._window.enroll
        assert isinstance(page, EnrollPage)
        return page

    async def _step(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        self._number += 1
        started = time.monotonic()
        try:
            async with asyncio.timeout(STEP_WITHIN_S):
                await work()
            outcome = "ok"
        except Exception as error:  # the tour tells every failure and goes on to the next step
            self._failed += 1
            outcome = f"FAILED: {type(error).__name__} {error}".strip()
        took = time.monotonic() - started
        picture = await self._screenshot(name)
        _say(f"{started - self._began:6.1f} s  {self._number:2}. {name}: {outcome} ({took:.1f} s) {picture}")

    async def _screenshot(self, name: str) -> str:
        if self._ready is None:
            return ""
        file = f"{self._number:02}-{'-'.join(name.lower().replace(',', '').split())}.png"
        await self._hand.picture(self._target / file)
        return file

    async def _begin(self) -> None:
        await self._hand.press("wizard.start.begin")
        await self._at("consent")

    async def _fill_in(self) -> None:
        for name, text in (("last_name", LAST_NAME), ("first_name", "Sam"), ("document_number", "X1234567")):
            await self._hand.write(f"wizard.person.{name}", text)
        await self._go_on("document")

    async def _match(self) -> None:
        wizard = self._page.wizard
        assert wizard is not None
        page = wizard.page
        assert isinstance(page, DocumentPage)
        page.reference.use((await asyncio.to_thread(id_document, person(1))).data)
        page.probe.use((await asyncio.to_thread(selfie, person(1))).data)
        await until(lambda: page.ready)
        await self._hand.press("wizard.primary")
        await until(page.result.isVisible)
        await asyncio.sleep(READING_S)

    async def _capture(self) -> None:
        await self._go_on("eyes-face")
        await self._hand.press("wizard.primary")
        journey = self._page.journey
        assert journey is not None
        await until(lambda: bool(journey.state.capture("eyes-face").attempts))
        await asyncio.sleep(2 * READING_S)  # for a picture in the middle of it

    async def _captured(self) -> None:
        await until(lambda: self._page.busy == "" and self._kept() >= 3)

    def _kept(self, step: str = "eyes-face") -> int:
        journey = self._page.journey
        return len({kept.position for kept in journey.state.capture(step).kept}) if journey else 0

    async def _press_first(self) -> None:
        await self._go_on("fingers")
        await self._press(1)
        await asyncio.sleep(READING_S)

    async def _press_second(self) -> None:
        await self._press(2)
        for name in ("fingers.ridges", "fingers.details"):
            await self._hand.press(name)
        await asyncio.sleep(READING_S)

    async def _press(self, fingers: int) -> None:
        """Capture the finger that comes next, so that so many are there."""
        await until(lambda: self._page.busy == "")
        await self._hand.press("wizard.primary")
        await until(lambda: self._page.busy == "" and self._kept("fingers") == fingers)

    async def _offer_card(self) -> None:
        await self._go_on("card")
        await until(lambda: not self._page.busy)

    async def _skip_card(self) -> None:
        await self._hand.press("wizard.skip")
        await self._at("review")

    async def _delivered(self) -> None:
        ready = self._ready
        assert ready is not None
        while True:
            found = await ready.station.people.search(LAST_NAME)
            if found.people and found.people[0].deliveries and _done(found.people[0].deliveries) >= WRITTEN:
                await asyncio.sleep(READING_S)
                return
            await asyncio.sleep(LOOK_EVERY_S)

    async def _find_person(self) -> None:
        await self._open_page(PEOPLE)
        await self._hand.write("people.search", LAST_NAME)
        await until(self._window.people.open_first)
        await asyncio.sleep(READING_S)

    async def _look_after(self) -> None:
        await self._open_page(DEVICES)
        await self._hand.press("devices.open")
        await asyncio.sleep(READING_S)

    async def _compare(self) -> None:
        await self._open_page(COMPARE)
        page = self._window.compare
        assert isinstance(page, ComparePage)
        page.reference.use((await asyncio.to_thread(id_document, person(1))).data)
        page.probes[0].use((await asyncio.to_thread(selfie, person(1))).data)
        await self._hand.press("compare.compare")
        await until(page.result.isVisible)
        page.area.ensureWidgetVisible(page.result)
        await asyncio.sleep(READING_S)

    async def _doors(self) -> None:
        page = self._window.doors
        assert isinstance(page, DoorsPage)
        await self._open_page(self._window.pages.indexOf(page))
        await asyncio.sleep(READING_S)

    async def _supervise(self) -> None:
        page = self._window.supervision
        await self._open_page(self._window.pages.indexOf(page))
        await self._hand.press("supervision.unlock")
        await self._hand.write("unlock.password", PASSCODE)
        await self._hand.press("unlock.yes")
        await until(lambda: page.allowed)
        page.parts.setCurrentRow(JOURNAL)
        await until(lambda: bool(page.journal.count.text()))

    async def _open_page(self, index: int) -> None:
        assert self._ready is not None
        self._ready.window.go_to(index)
        await asyncio.sleep(0)

    async def _go_on(self, step: str) -> None:
        await self._hand.press("wizard.primary")
        await self._at(step)

    async def _at(self, step: str) -> None:
        await until(lambda: self._page.current_step == step)


def _done(deliveries: tuple[Delivery, ...]) -> set[str]:
    return {each.device_id for each in deliveries if each.state is DeliveryState.DONE}


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 (the tour's output)
