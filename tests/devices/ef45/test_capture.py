"""Capturing at the terminal: what is brought, what is refused, and that nothing of anybody stays behind."""

import asyncio
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from app.devices.ef45.capture import refusal
from app.devices.ef45.driver import Ef45
from app.devices.ef45.options import Ef45Options, modes_for
from app.devices.http import plain_context
from app.domain.capture import Captured, CaptureRequest, Retry, RetryReason
from app.domain.errors import (
    DeviceBusy,
    DeviceFull,
    ForeignData,
    NotCapable,
    ProtocolError,
    RemoteRefused,
    StoreFull,
    Unreachable,
    WrongDevice,
)
from app.domain.modality import IRISES, FaceVariant, Modality, Position
from app.domain.preview import Guidance, View
from app.domain.sample import QualityReason, Sample
from app.simulators.ef45 import Ef45Terminal, Mischief, Phase, Presence
from app.simulators.faults import Fault, Kind
from tests.devices.ef45.terminals import ADA, BRUNO, FACE, IRIS, VERSION, asked, captured, opened, quick
from tests.devices.watching import Watcher, until


def is_at_rest(terminal: Ef45Terminal) -> bool:
    state = terminal.state
    return (state.mode, state.phase, state.buffer, state.card_standby) == ("Recog", None, (), False)


async def test_irises_with_images_templates_and_figures(terminal: Ef45Terminal, device: Ef45) -> None:
    watcher = Watcher()
    outcome = await device.capture(IRIS, watcher)
    assert isinstance(outcome, Captured)
    left, right, overview = outcome.samples
    assert (left.position, right.position) == IRISES
    assert (left.media_type, left.image[:2]) == ("image/bmp", b"BM")
    assert left.templates[0].format == "cmitech-iris"
    assert left.templates[0].version == VERSION
    assert left.templates[0].digest != right.templates[0].digest
    assert left.quality.reason is QualityReason.OK
    assert 0 < left.quality.score <= 100
    assert set(left.quality.figures) == {"usable_iris_area", "quality_score"}
    assert left.source.serial == terminal.make.serial_number
    assert left.source.encounter
    assert overview.variant is FaceVariant.OVERVIEW
    assert watcher.stages == ["preparing", "capturing", "keeping"]
    assert outcome.duplicate_of == ""
    assert is_at_rest(terminal)


async def test_faces_in_color_and_infrared(device: Ef45) -> None:
    color, infrared = await captured(device, FACE)
    assert (color.variant, infrared.variant) == (FaceVariant.COLOR, FaceVariant.INFRARED)
    assert [sample.templates[0].attributes["sub_id"] for sample in (color, infrared)] == [0, 1]
    wanted = {"eye_width", "feature_size", "frontal_score", "left_eye_x", "right_eye_x", "roll", "score", "led_state"}
    assert set(color.templates[0].attributes) == wanted | {"sub_id"}


async def test_a_face_with_glasses(terminal: Ef45Terminal, device: Ef45) -> None:
    terminal.present(Presence(ADA, glasses=True))
    request = CaptureRequest(Modality.FACE, (Position.FACE,), 20.0, glasses=True)
    samples = await captured(device, request)
    assert {sample.variant for sample in samples} == {FaceVariant.COLOR_GLASSES, FaceVariant.INFRARED_GLASSES}


async def test_irises_and_face_in_one_go(device: Ef45) -> None:
    samples = await captured(device, CaptureRequest(Modality.IRIS, (*IRISES, Position.FACE), 20.0))
    assert [sample.position for sample in samples if sample.variant is None] == list(IRISES)
    assert {FaceVariant.COLOR, FaceVariant.OVERVIEW} <= {sample.variant for sample in samples}


async def test_one_iris_alone(terminal: Ef45Terminal, device: Ef45) -> None:
    terminal.present(Presence(ADA, only_eye="left"))
    samples = await captured(device, CaptureRequest(Modality.IRIS, (Position.LEFT_IRIS,), 20.0))
    assert [sample.position for sample in samples if sample.position is not Position.FACE] == [Position.LEFT_IRIS]
    terminal.present(Presence(ADA, only_eye="right"))
    other = await device.capture(CaptureRequest(Modality.IRIS, (Position.LEFT_IRIS,), 20.0), Watcher())
    assert isinstance(other, Retry)
    assert other.reason is RetryReason.EMPTY_RESULT
    either = CaptureRequest(Modality.IRIS, IRISES, 20.0, options=Ef45Options(either_eye=True))
    assert {sample.position for sample in await captured(device, either)} >= {Position.RIGHT_IRIS}


def test_modes_follow_the_request() -> None:
    one = modes_for(CaptureRequest(Modality.IRIS, (Position.LEFT_IRIS,)))
    assert (one.both_eyes, one.either_eye, one.face) == (False, True, False)
    every = modes_for(CaptureRequest(Modality.FACE, (), options=Ef45Options(both_faces=True, streaming=True)))
    assert (every.face, every.glasses, every.streaming, every.both_eyes) == (True, True, True, False)


async def test_live_pictures_marks_and_guidance(terminal: Ef45Terminal, device: Ef45) -> None:
    terminal.present(Presence(ADA, hold=Phase.ALIGN))
    watcher = Watcher()
    task = asyncio.create_task(device.capture(IRIS, watcher))
    await until(lambda: any(frame.eyes.get(View.LEFT_EYE) for frame in watcher.frames))
    await until(lambda: len(watcher.frames) > 5)
    terminal.present(ADA)
    await task
    assert [frame.sequence for frame in watcher.frames] == sorted({frame.sequence for frame in watcher.frames})
    frame = watcher.frames[4]
    assert set(frame.pictures) == set(View) - {View.FINGER}
    for view, picture in frame.pictures.items():
        assert picture.channels == (4 if view is View.FACE else 1)
        assert len(picture.data) == picture.height * picture.stride
        assert picture.width <= 640
        assert picture.height <= 480
    assert frame.distance is not None
    assert {frame.guidance for frame in watcher.frames} <= set(Guidance)
    assert frame.taken_at > 0


async def test_empty_previews_are_no_fault(terminal: Ef45Terminal, device: Ef45) -> None:
    terminal.faults.add(Fault(Mischief.EMPTY_PREVIEW, "GET /preview", times=None))
    watcher = Watcher()
    assert isinstance(await device.capture(IRIS, watcher), Captured)
    assert not watcher.frames


@pytest.mark.parametrize("kind", [Kind.GARBAGE, Kind.HTML, Kind.DROP, Kind.CUT, Kind.WRONG_TYPE])
async def test_a_broken_preview_never_ends_a_capture(terminal: Ef45Terminal, device: Ef45, kind: Kind) -> None:
    terminal.faults.add(Fault(kind, "GET /preview", times=2))
    assert isinstance(await device.capture(IRIS, Watcher()), Captured)


async def test_a_watcher_that_fails_in_preview_does_not_end_a_capture(device: Ef45) -> None:
    class Clumsy(Watcher):
        def preview(self, frame: object) -> None:
            raise ValueError("view closed")

    assert isinstance(await device.capture(IRIS, Clumsy()), Captured)


async def test_the_terminal_forgets_only_after_keeping(terminal: Ef45Terminal, device: Ef45) -> None:
    held: list[tuple[str, ...]] = []
    watcher = Watcher(on_keep=lambda: held.append(terminal.state.buffer))
    outcome = await device.capture(IRIS, watcher)
    assert isinstance(outcome, Captured)
    assert held == [(outcome.samples[0].source.encounter,)]
    assert is_at_rest(terminal)


async def test_what_could_not_be_kept_stays_until_the_next_start(terminal: Ef45Terminal, device: Ef45) -> None:
    def disk_full() -> None:
        raise StoreFull(step="keep")

    with pytest.raises(StoreFull):
        await device.capture(IRIS, Watcher(on_keep=disk_full))
    kept_back = terminal.state
    assert (len(kept_back.buffer), kept_back.mode) == (1, "Recog")
    await captured(device)
    assert is_at_rest(terminal)
    with pytest.raises(StoreFull):
        await device.capture(IRIS, Watcher(on_keep=disk_full))
    await device.close()
    assert is_at_rest(terminal)


async def test_cancelled_while_keeping(terminal: Ef45Terminal, device: Ef45) -> None:
    keeping = asyncio.Event()

    class Slow(Watcher):
        async def keep(self, samples: tuple[Sample, ...]) -> None:
            keeping.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(device.capture(IRIS, Slow()))
    await keeping.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert is_at_rest(terminal)


@pytest.mark.parametrize("cancels", [1, 2, 3])
async def test_cancelled_again_and_again(terminal: Ef45Terminal, device: Ef45, cancels: int) -> None:
    terminal.present(Presence(ADA, hold=Phase.ALIGN))
    task = asyncio.create_task(device.capture(IRIS, Watcher()))
    await until(lambda: terminal.state.phase is not None)
    for _ in range(cancels):
        task.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert is_at_rest(terminal)
    assert terminal.state.lock_uid is not None


async def test_a_stranger_in_the_buffer_is_drained_first(terminal: Ef45Terminal, device: Ef45) -> None:
    stale = {terminal.leave_stale(BRUNO), terminal.leave_stale(BRUNO)}
    samples = await captured(device)
    assert samples[0].source.encounter not in stale
    assert is_at_rest(terminal)


async def test_a_stranger_in_mid_capture_is_foreign(terminal: Ef45Terminal, device: Ef45) -> None:
    terminal.present(Presence(ADA, hold=Phase.ALIGN))
    watcher = Watcher()
    task = asyncio.create_task(device.capture(IRIS, watcher))
    await until(lambda: terminal.state.phase is Phase.ALIGN)
    terminal.leave_stale(BRUNO)
    with pytest.raises(ForeignData):
        await task
    assert not watcher.kept
    assert is_at_rest(terminal)


async def test_a_buffer_that_never_gets_empty(terminal: Ef45Terminal, device: Ef45) -> None:
    terminal.leave_stale(BRUNO)
    terminal.faults.add(Fault(Mischief.FORGETS, "DELETE /biometric-data/*", times=None))
    with pytest.raises(ForeignData):
        await device.capture(IRIS, Watcher())
    assert not asked(terminal, "POST", "/camera/control/start")


async def test_data_of_another_terminal(terminal: Ef45Terminal, device: Ef45) -> None:
    terminal.faults.add(Fault(Mischief.WRONG_SERIAL, "GET /biometric-data/ver1", times=None))
    watcher = Watcher()
    with pytest.raises(ForeignData):
        await device.capture(IRIS, watcher)
    assert not watcher.kept
    assert is_at_rest(terminal)


async def test_another_terminal_came_to_the_address(recovery: Path) -> None:
    with Ef45Terminal(quick()) as first:
        first.present(ADA)
        async with opened(first, recovery) as device:
            port = first.port
            first.stop()
            with Ef45Terminal(quick(serial_number="EF45SIM09999"), port=port), pytest.raises(WrongDevice):
                await device.capture(IRIS, Watcher())


@pytest.mark.parametrize("offset_s", [-7200.0, 90_000.0])
async def test_a_wrong_clock_is_no_obstacle(terminal: Ef45Terminal, recovery: Path, offset_s: float) -> None:
    terminal.set_clock_error(offset_s)
    terminal.present(ADA)
    async with opened(terminal, recovery) as device:
        await captured(device)


@pytest.mark.parametrize(
    ("presence", "reason"),
    [
        (Presence(ADA, contact_lens=True), RetryReason.CONTACT_LENS),
        (Presence(ADA, quality=0.3), RetryReason.POOR_QUALITY),
    ],
)
async def test_what_the_person_can_change_is_a_retry(
    terminal: Ef45Terminal, device: Ef45, presence: Presence, reason: RetryReason
) -> None:
    terminal.present(presence)
    watcher = Watcher()
    outcome = await device.capture(IRIS, watcher)
    assert isinstance(outcome, Retry)
    assert outcome.reason is reason
    assert watcher.kept == list(outcome.samples)
    assert bool(outcome.samples) is (reason is RetryReason.POOR_QUALITY)
    assert is_at_rest(terminal)


def test_reports_of_the_terminal_are_told_in_its_words() -> None:
    told = refusal("Both eyes closed <b>" + "A" * 60)
    assert told.reason is RetryReason.REFUSED_BY_DEVICE
    assert told.detail == "Both eyes closed ..."


async def test_the_three_ways_of_running_out_of_time(terminal: Ef45Terminal, device: Ef45) -> None:
    short = CaptureRequest(Modality.IRIS, IRISES, 0.6)
    terminal.present(Presence(ADA, hold=Phase.ALIGN))
    assert await device.capture(replace(short, deadline_s=2.0), Watcher()) == Retry(RetryReason.TIMED_OUT)
    terminal.present(None)
    assert await device.capture(replace(short, deadline_s=2.0), Watcher()) == Retry(RetryReason.NOBODY_SEEN)
    terminal.present(Presence(ADA, hold=Phase.ALIGN))
    task = asyncio.create_task(device.capture(short, Watcher()))
    await until(lambda: terminal.state.phase is Phase.ALIGN)
    terminal.leave_menu()
    assert await task == Retry(RetryReason.STOPPED_ON_DEVICE)
    assert is_at_rest(terminal)


async def test_a_known_person_is_named(terminal: Ef45Terminal, device: Ef45) -> None:
    terminal.configure("launcher.device.bio.iris.deduplication", 1)
    terminal.store(ADA, "p-77")
    outcome = await device.capture(IRIS, Watcher())
    assert isinstance(outcome, Captured)
    assert outcome.duplicate_of == "p-77"


async def test_a_camera_that_runs_already_is_stopped_once(terminal: Ef45Terminal, device: Ef45) -> None:
    terminal.present(None)
    lock = {"lock_uid": terminal.state.lock_uid or ""}
    async with httpx.AsyncClient(base_url=terminal.base_url, params=lock, verify=plain_context()) as other:
        camera = (await other.get("/camera")).json()
        await other.post("/camera", json=camera | {"camera_mode": "Slave"})
        await other.post("/camera/control/start", params=lock | {"face_mode": "true"})
    terminal.forget_requests()
    task = asyncio.create_task(device.capture(IRIS, Watcher()))
    await until(lambda: len(asked(terminal, "POST", "/camera/control/start")) == 2)
    terminal.present(ADA)
    assert isinstance(await task, Captured)
    starts = [seen.query["both_eye_mode"] for seen in terminal.requests if seen.path.endswith("/control/start")]
    assert starts == ["true", "true"]


async def test_a_full_database_is_told(terminal: Ef45Terminal, device: Ef45) -> None:
    terminal.faults.add(Fault(Mischief.DATABASE_FULL, "POST /camera/control/start"))
    with pytest.raises(DeviceFull):
        await device.capture(IRIS, Watcher())
    assert is_at_rest(terminal)
    await captured(device)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (Kind.GARBAGE, ProtocolError),
        (Kind.WRONG_TYPE, ProtocolError),
        (Kind.HTML, RemoteRefused),
        (Kind.CUT, Unreachable),
        (Kind.DROP, Unreachable),
    ],
)
async def test_broken_results_keep_nothing(
    terminal: Ef45Terminal, device: Ef45, kind: Kind, error: type[Exception]
) -> None:
    terminal.faults.add(Fault(kind, "GET /biometric-data/ver1", after=1, times=2 if kind is Kind.DROP else 1))
    watcher = Watcher()
    with pytest.raises(error):
        await device.capture(IRIS, watcher)
    assert not watcher.kept
    assert is_at_rest(terminal)
    await captured(device)


async def test_a_connection_closed_while_idle_is_made_anew(terminal: Ef45Terminal, device: Ef45) -> None:
    terminal.faults.add(Fault(Kind.DROP, "GET /biometric-data/ver1", after=1))
    await captured(device)


async def test_an_empty_answer_is_no_result_yet(terminal: Ef45Terminal, device: Ef45) -> None:
    terminal.faults.add(Fault(Kind.EMPTY, "GET /biometric-data/ver1", times=3))
    await captured(device)


async def test_a_reboot_in_mid_capture_keeps_nothing_and_registers_nothing(
    terminal: Ef45Terminal, device: Ef45
) -> None:
    terminal.present(Presence(ADA, hold=Phase.ALIGN))
    watcher = Watcher()
    task = asyncio.create_task(device.capture(IRIS, watcher))
    await until(lambda: terminal.state.phase is Phase.ALIGN)
    terminal.reboot()
    with pytest.raises(Unreachable):
        await task
    assert not watcher.kept
    await asyncio.to_thread(terminal.wait_until_back)
    terminal.forget_requests()
    terminal.present(ADA)
    await captured(device)
    assert not asked(terminal, "POST", "/user")


async def test_an_old_firmware(recovery: Path) -> None:
    with Ef45Terminal(quick(version="1.2.33")) as terminal:
        terminal.present(ADA)
        async with opened(terminal, recovery) as device:
            await captured(device)
        assert not asked(terminal, "GET", "/biometric-data/ver1")


@pytest.mark.parametrize(
    "variant",
    [
        {"base64": "line_breaks", "numbers": "text", "mode_case": "lower", "preview_idle": "empty"},
        {"base64": "url_safe", "envelope_status": 0, "empty_items": "null", "extra_members": True},
        {"base64": "data_uri", "envelope_status": "missing", "empty_items": "missing", "has_more": "missing"},
        {"base64": "unpadded", "bodyless_status": 202, "bodyless_body": "null", "error_body": "empty"},
    ],
)
async def test_every_lawful_surprise(terminal: Ef45Terminal, device: Ef45, variant: dict[str, object]) -> None:
    terminal.vary(**variant)
    await captured(device)
    assert is_at_rest(terminal)


async def test_what_it_cannot_capture(device: Ef45) -> None:
    with pytest.raises(NotCapable):
        await device.capture(CaptureRequest(Modality.FINGER, (Position.LEFT_INDEX,)), Watcher())


async def test_a_menu_opened_before_a_capture(terminal: Ef45Terminal, device: Ef45) -> None:
    terminal.enter_menu()
    with pytest.raises(DeviceBusy):
        await device.capture(IRIS, Watcher())
    assert terminal.state.mode == "Enrol"
    terminal.leave_menu()


async def test_cards(terminal: Ef45Terminal, device: Ef45) -> None:
    task = asyncio.create_task(device.read_card(10.0))
    await until(lambda: terminal.tap_card("65 d8 a1 bd"))
    assert await task == "65 D8 A1 BD"
    assert is_at_rest(terminal)
    assert await device.read_card(0.1) is None
    assert is_at_rest(terminal)
    watcher = Watcher()
    capture = asyncio.create_task(device.capture(CaptureRequest(Modality.CARD, (), 10.0), watcher))
    await until(lambda: terminal.tap_card("01 02"))
    assert isinstance(await capture, Captured)
    assert [sample.card for sample in watcher.kept] == ["01 02"]
    assert "01 02" not in repr(watcher.kept)
    nobody = await device.capture(CaptureRequest(Modality.CARD, (), 0.1), Watcher())
    assert nobody == Retry(RetryReason.TIMED_OUT)


async def test_matching_a_template_at_the_terminal(terminal: Ef45Terminal, device: Ef45) -> None:
    terminal.store(ADA, "p-7")
    templates = tuple(template for sample in await captured(device) for template in sample.templates)
    match = await device.match_template(templates, 10.0)
    assert match is not None
    assert match.user_uuid == "p-7"
    assert terminal.state.matches == ()
    assert is_at_rest(terminal)
    terminal.present(None)
    assert await device.match_template(templates, 0.3) is None
    with pytest.raises(NotCapable):
        await device.match_template((), 0.3)


async def test_nothing_of_a_person_in_any_repr(device: Ef45) -> None:
    watcher = Watcher()
    outcome = await device.capture(IRIS, watcher)
    told = repr(outcome) + repr(watcher.kept) + "".join(repr(sample.templates) for sample in watcher.kept)
    assert len(told) < 6000
    assert "BM" not in told
