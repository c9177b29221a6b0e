"""All 62 operations of the document, sent by the client and understood by a terminal that takes nothing else."""

import asyncio
import uuid
from datetime import datetime

import pytest_asyncio

from app.devices.ef45.calls import Modes
from app.devices.ef45.client import Ef45Client
from app.devices.ef45.codec import Face, Subject, UserInfo
from app.devices.ef45.files import ENROLL_LOGO
from app.simulators.ef45 import DOCUMENTED, Ef45Terminal
from tests.devices.ef45.conftest import Line
from tests.devices.ef45.samples import pattern
from tests.devices.ef45.terminals import ADA, BRUNO

SUBJECT = Subject("p-1", 8976, "Specimen", "Ada", left_eye=b"left" * 64, right_eye=b"right" * 64)
INFO = UserInfo("p-1", card="65 D8 A1 BD", pin="0000")
FACE = Face("p-1", 0, b"feature" * 20, {"eye_width": 62, "score": 91.0, "led_state": 1})


@pytest_asyncio.fixture
async def client(terminal: Ef45Terminal, line: Line) -> Ef45Client:
    """A client of the terminal with its lock."""
    line.transport.base = terminal.base_url
    client = Ef45Client(line.transport)
    client.lock_uid = await client.take_lock()
    return client


async def test_every_operation_of_the_document(terminal: Ef45Terminal, client: Ef45Client) -> None:
    assert await client.version() == terminal.make.version
    client.lock_uid = await client.force_lock()
    await camera_calls(terminal, client)
    await people_calls(client)
    await face_calls(client)
    await file_calls(terminal, client)
    await log_calls(terminal, client)
    await door_calls(terminal, client)
    await client.release_lock(client.lock_uid)
    await firmware_calls(terminal, client)
    sent = {seen.operation for seen in terminal.requests if 200 <= seen.status < 300}
    assert sent == {operation.name for operation in DOCUMENTED}
    assert {seen.status for seen in terminal.requests} <= {200, 201, 204, 404}


async def camera_calls(terminal: Ef45Terminal, client: Ef45Client) -> None:
    await client.set_device_time(datetime.now().astimezone())
    camera = await client.camera()
    assert camera.serial_number == terminal.make.serial_number
    await client.set_camera(type(camera)(camera.serial_number, "Slave", audio=False))
    assert not terminal.state.audio_enabled
    await client.start(Modes(both_eyes=True))
    await client.preview()
    await client.stop()
    terminal.leave_stale(BRUNO)
    [item] = (await client.results_ver1()).items
    assert len(item.eyes) == 2
    await client.delete_result(item.encounter_id)
    terminal.vary(old_biometric_path=True)
    assert (await client.results_old()).items == ()
    await client.start_card()
    assert await client.card() == ""
    assert terminal.tap_card("65 D8 A1 BD")
    assert await client.card() == "65 D8 A1 BD"
    await client.stop_card()
    await client.set_camera(camera)
    terminal.recognize(ADA)
    await client.start_template_match(str(uuid.uuid4()), SUBJECT)
    await client.stop()
    for match in (await client.matches()).items:
        await client.delete_match(match.encounter_id)
    await client.delete_match(str(uuid.uuid1()))


async def people_calls(client: Ef45Client) -> None:
    assert await client.record_version() == 8976
    await client.add_subject(SUBJECT)
    assert await client.subject("p-1") == SUBJECT
    await client.update_subject(SUBJECT)
    assert [subject.user_uuid for subject in (await client.subjects(1, 10)).items] == ["p-1"]
    assert await client.find_duplicate(SUBJECT) in ("", "p-1")
    await client.add_user(INFO)
    assert await client.user("p-1") == INFO
    assert await client.user_by_card("65d8a1bd") == INFO
    await client.update_user(INFO)
    assert (await client.users()).items == (INFO,)
    await client.clear_passback("p-1")
    await client.clear_all_passback()


async def face_calls(client: Ef45Client) -> None:
    await client.add_face(FACE)
    [held] = await client.faces_of("p-1", 0)
    assert held.feature == FACE.feature
    assert held.numbers["eye_width"] == 62
    await client.update_face(FACE)
    assert len((await client.faces(1)).items) == 1
    await client.delete_face("p-1", 0)
    await client.delete_user("p-1")
    await client.delete_subject("p-1")
    await client.register(SUBJECT, INFO, (FACE,))
    await client.unregister("p-1")
    assert (await client.subjects()).items == ()


async def file_calls(terminal: Ef45Terminal, client: Ef45Client) -> None:
    await client.save_iris_image("lefteye.bmp", pattern(".bmp", 640, 480), 640, 480)
    await client.save_face_image("faroff.bmp", pattern(".bmp", 640, 480, color=True), 640, 480)
    logo = pattern(".png")
    await client.save_file(ENROLL_LOGO, logo)
    assert (await client.load_file(ENROLL_LOGO)).data == logo


async def log_calls(terminal: Ef45Terminal, client: Ef45Client) -> None:
    first = terminal.log_event("Recognition", "p-1", "Recog/BioOnly/IrisOk", "Allowed")
    last = [terminal.log_event("General", "", "Start") for _ in range(3)][-1]
    assert (await client.logs(1, 50)).items[0].log_id == last
    assert (await client.logs_between(first, last, 1)).items[0].log_id == first
    entry = await client.log(first)
    assert entry is not None
    assert (entry.info, entry.additional_data) == ("Recog/BioOnly/IrisOk", "Allowed")
    await client.delete_log(first)
    assert await client.log(first) is None
    await client.delete_logs(first, last)
    await client.wipe_logs()


async def door_calls(terminal: Ef45Terminal, client: Ef45Client) -> None:
    title = "umx.camera.enrol.MinimumUsableIrisArea"
    await client.set_config(title, "int", 61)
    assert await client.config(title, "int") == 61
    assert (await client.door_status()).door_sensor is not None
    await client.set_relay(forced=True, duration_s=3)
    assert terminal.state.door_log
    terminal.configure("launcher.network.server.manualcommand", True)
    await client.control({"door": False})


async def firmware_calls(terminal: Ef45Terminal, client: Ef45Client) -> None:
    firmware = b"EF45FW 1.2.41\n" + bytes(5000)
    for forced in (False, True):
        client.lock_uid = await client.take_lock()
        await client.update_start(forced=forced)
        await client.update_chunk(firmware[:3000], forced=forced)
        await client.update_done(firmware[3000:], forced=forced)
        await asyncio.to_thread(terminal.wait_until_back)
