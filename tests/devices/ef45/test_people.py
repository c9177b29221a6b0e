"""Bringing people to the terminal: proven, whole or not at all, never mixed."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from app.devices.ef45.driver import Ef45
from app.domain.errors import (
    DeviceFull,
    DuplicateFound,
    InvalidInput,
    NotCapable,
    NotWritten,
    OutcomeUnknown,
    PartlyWritten,
    RemoteRefused,
    TemplateVersionMixed,
    Unreachable,
)
from app.domain.modality import IRISES, FaceVariant, Position
from app.domain.sample import Quality, Sample
from app.simulators.ef45 import Ef45Terminal, Mischief
from app.simulators.faults import Fault, Kind
from tests.devices.ef45.terminals import ADA, BLANK, BRUNO, FACE, VERSION, asked, captured, enrolled, made, opened
from tests.devices.watching import until

CARD = replace(BLANK, position=Position.CARD, card="65d8a1bd")


@pytest_asyncio.fixture
async def samples(terminal: Ef45Terminal, device: Ef45) -> tuple[Sample, ...]:
    """Irises, faces and a card of one person."""
    samples = (*await captured(device), *await captured(device, FACE), CARD)
    terminal.forget_requests()
    return samples


def held(terminal: Ef45Terminal, person_id: str = "p-1") -> tuple[bool, bool, int]:
    """Subject, user-info and number of faces the terminal holds of a person."""
    state = terminal.state
    faces = [key for key in state.faces if key[0] == person_id]
    return person_id in state.subjects, person_id in state.user_info, len(faces)


async def test_a_person_arrives_whole(terminal: Ef45Terminal, device: Ef45, samples: tuple[Sample, ...]) -> None:
    written = await device.write_person(enrolled(*samples))
    assert held(terminal) == (True, True, 2)
    subject = terminal.state.subjects["p-1"]
    assert (subject["last_name"], subject["record_version"]) == ("Specimen", VERSION)
    assert terminal.state.user_info["p-1"]["card"] == "65 D8 A1 BD"
    assert len(written.digest) == 64
    assert written.device_id == "iris-1"
    assert await device.list_people() == ["p-1"]
    templates = tuple(template for sample in samples for template in sample.templates)
    assert await device.find_duplicate(templates) == "p-1"


async def test_writing_again_changes_nothing(terminal: Ef45Terminal, device: Ef45, samples: tuple[Sample, ...]) -> None:
    first = await device.write_person(enrolled(*samples))
    terminal.forget_requests()
    again = await device.write_person(enrolled(*samples))
    assert again.digest == first.digest == await device.digest_of("p-1")
    assert not asked(terminal, "POST", "/user")
    assert not asked(terminal, "DELETE", "/user")


async def test_another_person_of_this_identifier_is_replaced_only_on_demand(
    terminal: Ef45Terminal, device: Ef45, samples: tuple[Sample, ...]
) -> None:
    terminal.store(BRUNO, "p-1")
    with pytest.raises(DuplicateFound):
        await device.write_person(enrolled(*samples))
    assert terminal.state.subjects["p-1"]["last_name"] == BRUNO.last_name
    await device.write_person(enrolled(*samples), replace=True)
    assert terminal.state.subjects["p-1"]["last_name"] == "Specimen"
    assert held(terminal) == (True, True, 2)


async def test_the_same_irises_under_another_identifier(
    terminal: Ef45Terminal, device: Ef45, samples: tuple[Sample, ...]
) -> None:
    terminal.store(ADA, "p-9")
    with pytest.raises(DuplicateFound):
        await device.write_person(enrolled(*samples))
    assert held(terminal) == (False, False, 0)
    await device.write_person(enrolled(*samples), replace=True)
    assert held(terminal) == (True, True, 2)


@pytest.mark.parametrize("status", [400, 404, 405, 500])
async def test_single_registrations_when_the_batch_is_refused(
    terminal: Ef45Terminal, device: Ef45, status: int
) -> None:
    terminal.faults.add(Fault(Kind.REFUSE, "POST /user", status=status, body="no batch"))
    await device.write_person(enrolled(made(Position.FACE), made(Position.LEFT_IRIS), CARD))
    assert held(terminal) == (True, True, 1)
    assert [path.rpartition("/")[2] for path in asked(terminal, "POST", "/")][-4:] == [
        "user",
        "subjects",
        "user-info",
        "faces",
    ]


async def test_a_part_that_fails_takes_the_rest_back(terminal: Ef45Terminal, device: Ef45) -> None:
    terminal.faults.add(Fault(Kind.REFUSE, "POST /user", status=405), Fault(Kind.HTML, "POST /faces"))
    with pytest.raises(RemoteRefused):
        await device.write_person(enrolled(made(Position.FACE), made(Position.LEFT_IRIS)))
    assert held(terminal) == (False, False, 0)


async def test_a_failed_replacement_puts_the_earlier_person_back(
    terminal: Ef45Terminal, device: Ef45, samples: tuple[Sample, ...]
) -> None:
    await device.write_person(enrolled(*samples))
    before = terminal.state
    terminal.faults.add(Fault(Kind.REFUSE, "POST /user", status=405), Fault(Kind.HTML, "POST /faces"))
    changed = enrolled(made(Position.FACE), made(Position.LEFT_IRIS), last="Mockup")
    with pytest.raises(RemoteRefused):
        await device.write_person(changed, replace=True)
    after = terminal.state
    assert (after.subjects, after.user_info, after.faces) == (before.subjects, before.user_info, before.faces)


async def test_a_terminal_that_says_yes_and_stores_nothing(terminal: Ef45Terminal, device: Ef45) -> None:
    terminal.faults.add(Fault(Mischief.FORGETS, "POST /user"))
    with pytest.raises(NotWritten) as told:
        await device.write_person(enrolled(made(Position.LEFT_IRIS)))
    assert told.value.fact("reason") == "absent"
    assert held(terminal) == (False, False, 0)


async def test_a_terminal_that_drops_a_part(terminal: Ef45Terminal, device: Ef45) -> None:
    terminal.faults.add(Fault(Kind.REFUSE, "POST /user", status=405), Fault(Mischief.FORGETS, "POST /faces"))
    with pytest.raises(NotWritten) as told:
        await device.write_person(enrolled(made(Position.LEFT_IRIS), made(Position.FACE)))
    assert told.value.fact("reason") == "different"
    assert held(terminal) == (False, False, 0)


async def test_a_rollback_that_fails_too_is_told(terminal: Ef45Terminal, device: Ef45) -> None:
    terminal.faults.add(
        Fault(Kind.REFUSE, "POST /user", status=405),
        Fault(Kind.HTML, "POST /faces"),
        Fault(Mischief.FORGETS, "DELETE /*", times=None),
    )
    with pytest.raises(PartlyWritten):
        await device.write_person(enrolled(made(Position.LEFT_IRIS), made(Position.FACE)))


async def test_an_answer_that_never_came_is_looked_up(terminal: Ef45Terminal, device: Ef45) -> None:
    terminal.faults.add(Fault(Kind.CUT, "POST /user"))
    await device.write_person(enrolled(made(Position.LEFT_IRIS)))
    assert held(terminal) == (True, True, 0)
    terminal.faults.add(Fault(Kind.DROP, "POST /user"))
    with pytest.raises(OutcomeUnknown):
        await device.write_person(enrolled(made(Position.RIGHT_IRIS), person_id="p-2"))
    assert held(terminal, "p-2") == (False, False, 0)


async def test_unplugged_while_writing(terminal: Ef45Terminal, device: Ef45) -> None:
    terminal.faults.add(Fault(Mischief.REBOOT, "POST /user"))
    with pytest.raises((OutcomeUnknown, Unreachable)):
        await device.write_person(enrolled(made(Position.LEFT_IRIS)))
    await asyncio.to_thread(terminal.wait_until_back)
    await device.write_person(enrolled(made(Position.LEFT_IRIS)), replace=True)
    assert held(terminal) == (True, True, 0)


async def test_cancelled_while_writing(terminal: Ef45Terminal, device: Ef45) -> None:
    terminal.faults.add(
        Fault(Kind.REFUSE, "POST /user", status=405), Fault(Kind.SLOW, "POST /faces", delay=0.3, times=None)
    )
    task = asyncio.create_task(device.write_person(enrolled(made(Position.LEFT_IRIS), made(Position.FACE))))
    await until(lambda: held(terminal)[0])
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert held(terminal)[:2] == (False, False)


async def test_a_full_terminal(terminal: Ef45Terminal, device: Ef45) -> None:
    terminal.faults.add(Fault(Kind.REFUSE, "POST /user", status=500, body='{"reason_phrase": "DB is full"}'))
    with pytest.raises(DeviceFull):
        await device.write_person(enrolled(made(Position.LEFT_IRIS)))
    assert not asked(terminal, "POST", "/subjects")


async def test_versions_never_mix(terminal: Ef45Terminal, device: Ef45) -> None:
    for samples in (
        (made(Position.LEFT_IRIS, version=VERSION - 1),),
        (made(Position.LEFT_IRIS), made(Position.FACE, version=VERSION - 1)),
    ):
        with pytest.raises(TemplateVersionMixed):
            await device.write_person(enrolled(*samples))
    with pytest.raises(TemplateVersionMixed):
        await device.find_duplicate(made(Position.LEFT_IRIS, version=1).templates)
    assert not asked(terminal, "POST", "/user")


async def test_templates_of_others_are_not_sent(terminal: Ef45Terminal, device: Ef45) -> None:
    foreign = made(Position.LEFT_IRIS, form="iso-19794-6")
    with pytest.raises(NotCapable):
        await device.write_person(enrolled(foreign, CARD))
    with pytest.raises(NotCapable):
        await device.write_person(enrolled())
    assert await device.find_duplicate(foreign.templates) is None
    await device.write_person(enrolled(foreign, made(Position.RIGHT_IRIS)))
    assert not terminal.state.subjects["p-1"].get("left_eye_template")
    assert terminal.state.subjects["p-1"]["right_eye_template"]


async def test_the_best_sample_of_each_is_sent(terminal: Ef45Terminal, device: Ef45) -> None:
    best = made(Position.LEFT_IRIS, quality=Quality(95.0))
    best = replace(best, templates=(replace(best.templates[0], data=b"the best one"),))
    glasses = made(Position.FACE)
    attributes = {"eye_width": 61}
    glasses = replace(
        glasses,
        variant=FaceVariant.COLOR_GLASSES,
        templates=(replace(glasses.templates[0], attributes=attributes),),
    )
    overview = replace(glasses, variant=FaceVariant.OVERVIEW)
    await device.write_person(enrolled(made(Position.LEFT_IRIS), best, made(Position.LEFT_IRIS), glasses, overview))
    assert sorted(terminal.state.faces) == [("p-1", 2)]
    assert terminal.state.faces["p-1", 2]["face_eye_width"] == 61
    probe = (replace(made(Position.LEFT_IRIS).templates[0], data=b"the best one"),)
    assert probe[0].data.hex() not in str(terminal.requests)


@pytest.mark.parametrize("reserved", ["record-version", "uuid", "card"])
async def test_identifiers_the_terminal_would_misread(device: Ef45, reserved: str) -> None:
    with pytest.raises(InvalidInput):
        await device.write_person(enrolled(made(Position.LEFT_IRIS), person_id=reserved))


async def test_no_last_name(terminal: Ef45Terminal, device: Ef45) -> None:
    await device.write_person(enrolled(made(Position.LEFT_IRIS), last=""))
    assert terminal.state.subjects["p-1"]["last_name"] == "p-1"


async def test_removing_is_proven(terminal: Ef45Terminal, device: Ef45) -> None:
    await device.write_person(enrolled(*(made(position) for position in (*IRISES, Position.FACE))))
    await device.remove_person("p-1")
    assert held(terminal) == (False, False, 0)
    await device.remove_person("p-1")
    terminal.store(BRUNO, "p-2")
    terminal.faults.add(Fault(Mischief.FORGETS, "DELETE /user/*"))
    with pytest.raises(NotWritten):
        await device.remove_person("p-2")
    terminal.faults.add(Fault(Kind.REFUSE, "DELETE /user/*", status=405))
    await device.remove_person("p-2")
    assert held(terminal, "p-2") == (False, False, 0)


async def test_everyone_page_by_page(terminal: Ef45Terminal, recovery: Path) -> None:
    for number in range(120):
        terminal.store(BRUNO, f"p-{number}")
    async with opened(terminal, recovery) as device:
        people = await device.list_people()
    assert sorted(people) == sorted(f"p-{number}" for number in range(120))
    assert len(asked(terminal, "GET", "/subjects")) > 2
