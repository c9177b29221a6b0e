"""Captures in both styles and both modes: what becomes samples, what becomes a retry, what is not taken."""

import asyncio
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.devices.controlid.options import ControlIdOptions
from app.domain.capture import Captured, CaptureRequest, Outcome, Retry, RetryReason
from app.domain.errors import DeviceFull, ForeignData, NotCapable, StoreFull
from app.domain.modality import Modality, Position
from app.domain.sample import CONTROLID_FINGER, Sample
from app.simulators.controlid import ControlIdTerminal, Make, Mischief, prints
from app.simulators.faults import Fault
from app.simulators.faults import Kind as FaultKind
from app.simulators.people import person
from tests.devices.controlid.desk import ASYNC, CARD, FACE, FINGER, PERSON, captured, driver, reporting
from tests.devices.watching import Watcher, until

SYNC = ControlIdOptions(sync=True)
STYLES = pytest.mark.parametrize("options", [SYNC, ASYNC], ids=["sync", "async"])


def samples(outcome: Outcome) -> tuple[Sample, ...]:
    assert isinstance(outcome, Captured), outcome
    return outcome.samples


def why(outcome: Outcome) -> RetryReason:
    assert isinstance(outcome, Retry)
    return outcome.reason


def busy(terminal: ControlIdTerminal) -> bool:
    return terminal.state.status.enroller_state != "NORMAL_STATE"


@STYLES
async def test_a_finger_a_face_and_a_card(
    terminal: ControlIdTerminal, tmp_path: Path, options: ControlIdOptions
) -> None:
    terminal.present(person(3), card=(77 << 32) + 4660)
    async with reporting(terminal, tmp_path) as (device, _):
        (finger,) = samples(await captured(device, FINGER, options))
        (face,) = samples(await captured(device, FACE, options))
        (card,) = samples(await captured(device, CARD, options))
    assert (finger.position, finger.image, finger.quality.figures["template_only"]) == (Position.RIGHT_INDEX, b"", 1)
    assert [template.format for template in finger.templates] == [CONTROLID_FINGER]
    assert (face.position, face.media_type, face.source.serial) == (Position.FACE, "image/jpeg", terminal.make.serial)
    assert card.card == "4D 00 00 12 34"
    assert not list((tmp_path / "posts").iterdir())
    assert not busy(terminal)


@STYLES
async def test_three_presses_are_three_pictures_of_exactly_the_terminals_pixels(
    terminal: ControlIdTerminal, tmp_path: Path, options: ControlIdOptions
) -> None:
    terminal.present(person(3))
    async with reporting(terminal, tmp_path, results="online") as (device, _):
        assert terminal.state.mode == "enterprise"
        presses = samples(await captured(device, FINGER, options))
    assert terminal.state.mode == "standalone"
    assert [sample.quality.figures["press"] for sample in presses] == [1, 2, 3]
    for sample in presses:
        pixels = cv2.imdecode(np.frombuffer(sample.image, np.uint8), cv2.IMREAD_UNCHANGED)
        assert pixels is not None
        assert (sample.media_type, pixels.shape) == ("image/png", (320, 260))
        assert float(np.median(pixels)) > 128  # light background
        assert 50 < sample.quality.score <= 100
        assert sample.templates
    assert len({sample.digest for sample in presses}) == 3


async def test_template_and_pictures_together(terminal: ControlIdTerminal, tmp_path: Path) -> None:
    terminal.vary(sync_prints="both", picture_format="jpeg", sizes_as_text=True)
    terminal.present(person(3))
    async with driver(terminal, tmp_path) as device:
        presses = samples(await captured(device, FINGER, SYNC))
    assert [sample.media_type for sample in presses] == ["image/jpeg"] * 3
    assert [len(sample.templates) for sample in presses] == [2, 1, 1]


@pytest.mark.parametrize(
    "variants",
    [
        {"numbers_as_text": True, "query_ids": True},
        {"callback_id": "missing", "chunked": True},
        {"content_type": "", "dress": "urlsafe", "saved_reports": True},
        {"start_reports": True, "attempts": 3, "dress": "data_uri"},
        {"face_key": "face", "face_as_array": True, "announces_changes": True},
        {"face_key": "image", "card_key": "card_value", "template_sizes": "three"},
    ],
)
async def test_every_way_a_terminal_may_write_its_posts(
    terminal: ControlIdTerminal, tmp_path: Path, variants: dict[str, object]
) -> None:
    terminal.vary(**variants)
    terminal.present(person(3))
    async with reporting(terminal, tmp_path) as (device, _):
        for request in (FINGER, FACE, CARD):
            assert samples(await captured(device, request))


async def test_the_presses_are_shown_as_they_are_asked_for(tmp_path: Path) -> None:
    with ControlIdTerminal(Make(speed=3, think_seconds=3)) as terminal:
        terminal.present(person(3))
        watcher = Watcher()
        async with driver(terminal, tmp_path) as device:
            await device.capture(FINGER, watcher)
    assert watcher.stages == ["preparing", "press", "press", "press", "checking", "keeping"]


async def test_two_fingers_are_captured_one_after_the_other(terminal: ControlIdTerminal, tmp_path: Path) -> None:
    terminal.present(person(3))
    both = replace(FINGER, positions=(Position.RIGHT_INDEX, Position.LEFT_INDEX))
    async with driver(terminal, tmp_path) as device:
        found = samples(await captured(device, both, SYNC))
    assert [sample.position for sample in found] == list(both.positions)


async def test_a_panic_finger_is_marked(terminal: ControlIdTerminal, tmp_path: Path) -> None:
    terminal.present(person(3))
    async with driver(terminal, tmp_path) as device:
        (finger,) = samples(await captured(device, FINGER, ControlIdOptions(panic_finger=True)))
        (other,) = samples(await captured(device, replace(FINGER, duress=True), SYNC))
    assert finger.templates[0].attributes["panic"] == other.templates[0].attributes["panic"] == 1


async def test_a_face_is_taken_by_a_button_or_after_a_countdown(tmp_path: Path) -> None:
    with ControlIdTerminal(Make(speed=10, face_seconds=1000.0, patience_seconds=4000)) as terminal:
        terminal.present(person(3))
        async with driver(terminal, tmp_path) as device:
            assert samples(await captured(device, replace(FACE, countdown_s=2), SYNC))
            assert samples(await captured(device, FACE, replace(SYNC, auto_face=True)))
            assert why(await captured(device, replace(FACE, deadline_s=0.3), SYNC)) is RetryReason.TIMED_OUT


@STYLES
async def test_saved_on_the_terminal_and_fetched_from_there(
    terminal: ControlIdTerminal, tmp_path: Path, options: ControlIdOptions
) -> None:
    terminal.present(person(3))
    async with reporting(terminal, tmp_path) as (device, _):
        for request in (FINGER, FACE, CARD):
            assert samples(await captured(device, request, replace(options, save=True)))
    state = terminal.state
    assert [row["registration"] for row in state.tables["users"]] == [PERSON]
    assert len(state.tables["templates"]) == len(state.tables["cards"]) == len(state.photos) == 1


@pytest.mark.parametrize(
    ("request_", "mischief", "reason"),
    [
        (FINGER, Mischief.EMPTY_SUCCESS, RetryReason.EMPTY_RESULT),
        (FACE, Mischief.GARBAGE_IMAGE, RetryReason.EMPTY_RESULT),
        (FACE, Mischief.WRONG_LENGTH, None),
        (FACE, Mischief.FACE_EXISTS, RetryReason.ALREADY_ENROLLED),
    ],
)
@pytest.mark.parametrize("failed_status", [200, 400])
async def test_what_is_a_retry(
    terminal: ControlIdTerminal,
    tmp_path: Path,
    request_: CaptureRequest,
    mischief: Mischief,
    reason: RetryReason | None,
    failed_status: int,
) -> None:
    terminal.vary(failed_status=failed_status)
    terminal.present(person(3))
    terminal.faults.add(Fault(mischief, "remote_enroll"))
    async with driver(terminal, tmp_path, settle_s=5.0) as device:
        outcome = await captured(device, request_, SYNC)
        assert reason is None or why(outcome) is reason
        assert samples(await captured(device, request_, SYNC))


@STYLES
async def test_different_fingers_are_told_when_no_more_time_is_left(tmp_path: Path, options: ControlIdOptions) -> None:
    for finger in (2, 3, 4):
        prints.press(3, finger, 900, (260, 320))  # grown before the clock runs
    with ControlIdTerminal(Make(speed=15, patience_seconds=4000, press_seconds=2.0)) as terminal:
        terminal.present(person(3), fingers=(2, 3, 4))
        async with reporting(terminal, tmp_path) as (device, _):
            outcome = await captured(device, replace(FINGER, deadline_s=2.0), options)
            assert why(outcome) is RetryReason.DIFFERENT_FINGERS
            assert not busy(terminal)


@STYLES
async def test_a_finger_the_terminal_knows(tmp_path: Path, options: ControlIdOptions) -> None:
    with ControlIdTerminal(Make(speed=15, patience_seconds=4000)) as terminal:
        terminal.store(person(3), fingers=(2,))
        terminal.present(person(3))
        async with reporting(terminal, tmp_path) as (device, _):
            assert why(await captured(device, FINGER, options)) is RetryReason.ALREADY_ENROLLED
            assert not busy(terminal)


async def test_no_room_for_another_finger(tmp_path: Path) -> None:
    with ControlIdTerminal(Make(speed=15, max_templates=0)) as terminal:
        terminal.present(person(3))
        async with driver(terminal, tmp_path) as device:
            with pytest.raises(DeviceFull):
                await captured(device, FINGER, SYNC)
            assert not busy(terminal)


@STYLES
async def test_canceled_at_the_terminal(terminal: ControlIdTerminal, tmp_path: Path, options: ControlIdOptions) -> None:
    terminal.present(person(3), waits=True)
    async with reporting(terminal, tmp_path) as (device, _):
        task = asyncio.create_task(captured(device, FINGER, options))
        await until(lambda: busy(terminal))
        await asyncio.sleep(0.1)
        terminal.cancel_at_terminal()
        assert why(await task) is RetryReason.STOPPED_ON_DEVICE


async def test_what_was_saved_before_is_not_taken_for_a_lost_answer(
    terminal: ControlIdTerminal, tmp_path: Path
) -> None:
    saving = replace(SYNC, save=True)
    terminal.present(person(3))
    async with driver(terminal, tmp_path) as device:
        for request in (FINGER, FACE, CARD):
            samples(await captured(device, request, saving))
            terminal.faults.add(Fault(FaultKind.DROP, "remote_enroll"))  # never began, and cannot be told from lost
            assert why(await captured(device, replace(request, deadline_s=3.0), saving)) is RetryReason.RESULT_LOST


async def test_whose_face_the_terminal_says_it_is(terminal: ControlIdTerminal, tmp_path: Path) -> None:
    owner = terminal.store(person(3), face=True)
    terminal.present(person(3))
    async with driver(terminal, tmp_path) as device:
        told = await captured(device, FACE, SYNC)
    assert told == Retry(RetryReason.ALREADY_ENROLLED, str(owner))


async def test_nobody_came_in_an_asynchronous_enrollment(terminal: ControlIdTerminal, tmp_path: Path) -> None:
    async with reporting(terminal, tmp_path) as (device, _):
        assert why(await captured(device, replace(FINGER, deadline_s=0.3))) is RetryReason.TIMED_OUT
        assert not busy(terminal)


async def test_an_answer_of_another_user_is_foreign(terminal: ControlIdTerminal, tmp_path: Path) -> None:
    terminal.present(person(3))
    terminal.faults.add(Fault(Mischief.WRONG_USER, "remote_enroll", times=None, body="99"))
    async with reporting(terminal, tmp_path) as (device, _):
        with pytest.raises(ForeignData):
            await captured(device, FACE, SYNC)
        assert why(await captured(device, FACE)) is RetryReason.RESULT_LOST
    assert not list((tmp_path / "posts").iterdir())


async def test_a_lost_post_is_told_and_a_late_one_is_not_attached(terminal: ControlIdTerminal, tmp_path: Path) -> None:
    terminal.present(person(3))
    async with reporting(terminal, tmp_path) as (device, _):
        terminal.faults.add(Fault(Mischief.LOST, "post user_image"))
        assert why(await captured(device, FACE)) is RetryReason.RESULT_LOST
        terminal.faults.add(Fault(Mischief.DUPLICATE, "post user_image"))
        assert len(samples(await captured(device, FACE))) == 1
        terminal.faults.add(Fault(Mischief.DELAYED, "post user_image", delay=0.2))
        assert samples(await captured(device, FACE))
    assert not list((tmp_path / "posts").iterdir())


@pytest.mark.parametrize("fault", [Mischief.NEVER_ANSWERS, FaultKind.CUT, FaultKind.EMPTY])
async def test_a_lost_answer_is_resolved_by_asking_and_never_repeated(
    terminal: ControlIdTerminal, tmp_path: Path, fault: str
) -> None:
    terminal.present(person(3))
    async with driver(terminal, tmp_path) as device:
        terminal.faults.add(Fault(fault, "remote_enroll"))
        lost = await captured(device, FINGER, SYNC)
        assert why(lost) is (RetryReason.EMPTY_RESULT if fault == FaultKind.EMPTY else RetryReason.RESULT_LOST)
        terminal.faults.add(Fault(fault, "remote_enroll"))
        lost_but_kept = await captured(device, FACE, replace(SYNC, save=True))
        assert isinstance(lost_but_kept, Captured) or fault == FaultKind.EMPTY
    assert sum(seen.command == "remote_enroll" for seen in terminal.requests) == 2


async def test_an_asynchronous_capture_needs_a_way_back(terminal: ControlIdTerminal, tmp_path: Path) -> None:
    async with driver(terminal, tmp_path) as device:
        with pytest.raises(NotCapable):
            await captured(device, FINGER)


async def test_a_result_that_could_not_be_kept_is_taken_up_by_the_next_try(
    terminal: ControlIdTerminal, tmp_path: Path
) -> None:
    def full() -> None:
        raise StoreFull

    terminal.present(person(3))
    async with reporting(terminal, tmp_path) as (device, _):
        with pytest.raises(StoreFull):
            await device.capture(replace(FACE, options=ASYNC), Watcher(on_keep=full))
        assert len(list((tmp_path / "posts").iterdir())) == 1
        assert samples(await captured(device, FACE))
    assert sum(seen.command == "remote_enroll" for seen in terminal.requests) == 1
    assert not list((tmp_path / "posts").iterdir())


async def test_a_card_for_nobody(terminal: ControlIdTerminal, tmp_path: Path) -> None:
    terminal.present(person(3), card=255)
    async with driver(terminal, tmp_path) as device:
        assert await device.read_card(5.0) == "FF"
        terminal.present(None)
        assert await device.read_card(0.2) is None
        assert Modality.CARD in device.modalities
