"""People at the terminal: written and proved, found again, replaced, rolled back, removed."""

from datetime import UTC, datetime
from pathlib import Path

import cv2
import pytest

from app.devices.controlid.codec import User
from app.devices.controlid.enrollment import person_id_of, user_id_of
from app.devices.controlid.samples import card_text, card_value
from app.domain.enrollment import Enrollment
from app.domain.errors import DuplicateFound, NotCapable, NotWritten, RemoteRefused
from app.domain.modality import Position
from app.domain.person import Person
from app.domain.sample import CONTROLID_FINGER, Quality, Sample, Source, Template
from app.simulators.controlid import ControlIdTerminal, prints
from app.simulators.controlid.faces import photo
from app.simulators.faults import Fault
from app.simulators.faults import Kind as FaultKind
from app.simulators.people import person
from tests.devices.controlid.desk import PERSON, driver

SOURCE = Source("desk-1", "controlid")


def touches(who: int = 3, finger: int = 2) -> list[prints.Touch]:
    return [prints.press(who, finger, touch, (260, 320)) for touch in (1, 2, 3)]


def sample(position: Position, image: bytes = b"", media: str = "", *parts: bytes, card: str = "") -> Sample:
    templates = tuple(Template(CONTROLID_FINGER, part) for part in parts)
    return Sample(position, SOURCE, datetime.now(UTC), Quality(90.0), image, media, templates=templates, card=card)


def whole_finger(who: int = 3, finger: int = 2) -> tuple[Sample, ...]:
    whole = prints.joined([touch.template for touch in touches(who, finger)])
    return (sample(Position.RIGHT_INDEX, b"", "", whole),)


def pressed_finger() -> tuple[Sample, ...]:
    return tuple(sample(Position.RIGHT_INDEX, b"", "", touch.template) for touch in touches())


def pictured_finger() -> tuple[Sample, ...]:
    files = [cv2.imencode(".png", touch.picture)[1].tobytes() for touch in touches()]
    return tuple(sample(Position.RIGHT_INDEX, file, "image/png") for file in files)


def face(who: int = 3) -> Sample:
    return sample(Position.FACE, photo(person(who), (480, 640)), "image/jpeg")


def enrollment(*samples: Sample, person_id: str = PERSON) -> Enrollment:
    return Enrollment(Person(person_id, "Doe", "Ann"), None, samples)


@pytest.mark.parametrize("finger", [whole_finger, pressed_finger, pictured_finger])
async def test_a_person_is_written_read_back_and_removed(
    terminal: ControlIdTerminal, tmp_path: Path, finger: object
) -> None:
    assert callable(finger)
    wanted = enrollment(*finger(), face(), sample(Position.CARD, card="4D 00 00 12 34"))
    async with driver(terminal, tmp_path) as device:
        written = await device.write_person(wanted)
        assert (await device.write_person(wanted)).digest == written.digest == await device.digest_of(PERSON)
        state = terminal.state
        assert state.tables["users"][0]["name"] == "Ann Doe"
        assert [row["value"] for row in state.tables["cards"]] == [(77 << 32) + 4660]
        assert len(state.tables["templates"]) == len(state.photos) == 1
        assert await device.list_people() == [PERSON]
        await device.remove_person(PERSON)
        await device.remove_person(PERSON)
        assert await device.list_people() == []
    assert not terminal.state.photos
    assert not terminal.state.tables["templates"]


async def test_a_finger_known_already_is_found_and_not_written_again(
    terminal: ControlIdTerminal, tmp_path: Path
) -> None:
    terminal.store(person(8), fingers=(3,))
    owner = terminal.store(person(3), fingers=(2,))
    (finger,) = whole_finger()
    async with driver(terminal, tmp_path) as device:
        assert await device.find_duplicate(finger.templates) == str(owner)
        assert await device.find_duplicate(whole_finger(5)[0].templates) is None
        with pytest.raises(DuplicateFound):
            await device.write_person(enrollment(finger))
        assert len(await device.list_people()) == 2


async def test_a_face_known_already_is_rolled_back(terminal: ControlIdTerminal, tmp_path: Path) -> None:
    terminal.store(person(3), face=True)
    async with driver(terminal, tmp_path) as device:
        with pytest.raises(DuplicateFound):
            await device.write_person(enrollment(face(), *whole_finger()))
        assert len(await device.list_people()) == 1
    assert not terminal.state.tables["templates"]


async def test_replacing_needs_to_be_asked_for_and_takes_the_old_away(
    terminal: ControlIdTerminal, tmp_path: Path
) -> None:
    async with driver(terminal, tmp_path) as device:
        await device.write_person(enrollment(*whole_finger(), sample(Position.CARD, card="01")))
        changed = enrollment(*whole_finger(3, 4), face())
        with pytest.raises(DuplicateFound):
            await device.write_person(changed)
        await device.write_person(changed, replace=True)
    assert not terminal.state.tables["cards"]
    assert len(terminal.state.tables["templates"]) == 1


@pytest.mark.parametrize("broken", ["user_set_image", "create_objects"])
async def test_a_failed_replacement_puts_the_old_back(terminal: ControlIdTerminal, tmp_path: Path, broken: str) -> None:
    async with driver(terminal, tmp_path) as device:
        await device.write_person(enrollment(*whole_finger()))
        held = terminal.state.tables["templates"][0]["template"]
        terminal.faults.add(Fault(FaultKind.REFUSE, broken, status=400, body='{"error":"no"}'))
        with pytest.raises(RemoteRefused):
            await device.write_person(enrollment(*whole_finger(3, 4), face()), replace=True)
    assert [row["template"] for row in terminal.state.tables["templates"]] == [held]


@pytest.mark.parametrize("kind", [FaultKind.CUT, FaultKind.EMPTY])
async def test_a_lost_answer_is_settled_by_reading_back(
    terminal: ControlIdTerminal, tmp_path: Path, kind: FaultKind
) -> None:
    terminal.faults.add(Fault(kind, "create_objects", after=1))
    async with driver(terminal, tmp_path) as device:
        assert (await device.write_person(enrollment(*whole_finger()))).digest
    assert len(terminal.state.tables["templates"]) == 1


async def test_a_yes_that_was_none_is_noticed(terminal: ControlIdTerminal, tmp_path: Path) -> None:
    terminal.faults.add(Fault(FaultKind.REFUSE, "create_objects", status=200, body='{"ids":[1]}', after=1))
    async with driver(terminal, tmp_path) as device:
        with pytest.raises(NotWritten):
            await device.write_person(enrollment(*whole_finger()))
        assert await device.list_people() == []


async def test_a_terminal_that_keeps_no_photos_is_no_fault(terminal: ControlIdTerminal, tmp_path: Path) -> None:
    terminal.configure("general", keep_user_image="0")
    async with driver(terminal, tmp_path) as device:
        assert (await device.write_person(enrollment(face()))).digest


async def test_nothing_this_terminal_could_use(terminal: ControlIdTerminal, tmp_path: Path) -> None:
    async with driver(terminal, tmp_path) as device:
        with pytest.raises(NotCapable):
            await device.write_person(enrollment(sample(Position.LEFT_IRIS, b"x", "image/png")))


@pytest.mark.parametrize(
    ("person_id", "number"), [("731204455", 731204455), ("0012", None), ("AB-7", None), ("9" * 32, None)]
)
def test_identifiers_are_numbers_there(person_id: str, number: int | None) -> None:
    found = user_id_of(person_id)
    assert number is None or found == number
    assert 0 < found < 1 << 53
    assert person_id_of(User(found, person_id)) == person_id


def test_users_of_others_are_named_by_their_number() -> None:
    assert person_id_of(User(7, "badge-1")) == "7"


@pytest.mark.parametrize("value", [1, 255, (77 << 32) + 4660, (1 << 64) - 1])
def test_cards_as_text_and_back(value: int) -> None:
    assert card_value(card_text(value)) == value


@pytest.mark.parametrize("text", ["", "XY", "0", "1" * 17])
def test_what_is_no_card(text: str) -> None:
    assert card_value(text) is None
