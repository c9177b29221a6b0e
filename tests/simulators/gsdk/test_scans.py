"""Cards, fingers and faces scanned from whoever stands before a simulated device."""

import struct
import threading

import cv2
import grpc
import numpy as np
import pytest

from app.simulators.faults import Fault
from app.simulators.gsdk import EVERY_MODEL, Mischief, Model, card_of
from app.simulators.people import person
from app.simulators.people.photos import selfie
from tests.simulators.gsdk.bench import Client, id_of

FINGERS = id_of(EVERY_MODEL, Model.BIOENTRY_W2)
FACES = id_of(EVERY_MODEL, Model.BIOSTATION_3)
INFRARED = id_of(EVERY_MODEL, Model.FACESTATION_2)
ISO, ANSI = 1, 2


def test_a_card_comes_as_32_bytes(client: Client) -> None:
    client.gateway.present(person(1))
    data = client.call("card", "Scan", deviceID=FINGERS).cardData
    assert data.HasField("CSNCardData")
    assert (data.CSNCardData.size, data.CSNCardData.data) == (32, card_of(person(1)))


@pytest.mark.parametrize("template_format", [ISO, ANSI])
def test_a_finger_comes_as_a_padded_record_of_its_own_length(client: Client, template_format: int) -> None:
    client.gateway.present(person(1), quality=0.8)
    scan = client.call("finger", "Scan", deviceID=FINGERS, templateFormat=template_format)
    length = struct.unpack_from(">I" if template_format == ISO else ">H", scan.templateData, 8)[0]

    assert (len(scan.templateData), scan.qualityScore) == (384, 80)
    assert scan.templateData.startswith(b"FMR\0 20\0")
    assert 100 < length <= 384
    assert not any(scan.templateData[length:])


def test_two_touches_differ_and_verify_tells_fingers_apart(client: Client) -> None:
    client.gateway.present(person(1), fingers=(2, 2, 3))
    scans = [client.call("finger", "Scan", deviceID=FINGERS, templateFormat=ISO).templateData for _ in range(3)]
    same, other = (client.at.finger.FingerData(templates=[scans[0], scans[at]]) for at in (1, 2))

    assert len(set(scans)) == 3
    client.call("finger", "Verify", deviceID=FINGERS, fingerData=same)
    assert "NOT_SAME_FINGER" in client.refused("finger", "Verify", deviceID=FINGERS, fingerData=other)[1]


def test_the_picture_of_the_last_scan_is_a_bmp(client: Client) -> None:
    client.gateway.present(person(1))
    client.call("finger", "Scan", deviceID=FINGERS, templateFormat=ISO)
    picture = client.call("finger", "GetImage", deviceID=FINGERS).BMPImage
    decoded = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert decoded is not None
    assert decoded.std() > 30


def test_poor_fingers_are_refused_only_with_advanced_enrollment(client: Client) -> None:
    client.gateway.present(person(1), quality=0.3)
    assert client.call("finger", "Scan", deviceID=FINGERS, qualityThreshold=50, templateFormat=ISO).qualityScore == 30
    config = client.call("finger", "GetConfig", deviceID=FINGERS).config
    config.advancedEnrollment = True
    client.call("finger", "SetConfig", deviceID=FINGERS, config=config)
    assert "LOW_QUALITY" in client.refused("finger", "Scan", deviceID=FINGERS, qualityThreshold=50)[1]


def test_a_visual_face_is_flagged_and_an_infrared_one_is_not(client: Client) -> None:
    client.gateway.present(person(1))
    visual = client.call("face", "Scan", deviceID=FACES).faceData
    infrared = client.call("face", "Scan", deviceID=INFRARED).faceData
    assert visual.flag == 0x101
    assert len(visual.templates[0]) == 552
    assert (infrared.flag, len(infrared.irTemplates)) == (0, 0)
    user = client.user("1000", faces=[infrared])
    assert "-759" in client.refused("user", "Enroll", deviceID=FACES, users=[user])[1]
    client.call("user", "Enroll", deviceID=INFRARED, users=[user])


def test_a_photo_is_normalized_and_extracted(client: Client) -> None:
    photo = selfie(person(1)).data
    wrapped = client.call("face", "Normalize", deviceID=FACES, unwrappedImageData=photo).wrappedImageData
    template = client.call("face", "Extract", deviceID=FACES, imageData=wrapped, isWarped=True).templateData
    assert len(template) == 552
    assert client.refused("face", "Normalize", deviceID=FACES, unwrappedImageData=b"no picture")
    assert client.refused("face", "Extract", deviceID=INFRARED, imageData=wrapped)[0] is grpc.StatusCode.UNIMPLEMENTED


def test_a_device_without_a_sensor_says_so(client: Client) -> None:
    assert client.refused("finger", "Scan", deviceID=FACES)[0] is grpc.StatusCode.UNIMPLEMENTED


def test_nobody_there_ends_in_a_timeout_and_a_coming_person_ends_the_wait(client: Client) -> None:
    assert "TIMEOUT" in client.refused("card", "Scan", deviceID=FINGERS)[1]
    coming = threading.Timer(0.02, client.gateway.present, [person(2)])
    coming.start()
    data = client.call("card", "Scan", deviceID=FINGERS).cardData
    coming.join()
    assert data.CSNCardData.data == card_of(person(2))


def test_a_cancelled_scan_leaves_the_device_free(client: Client) -> None:
    stage = client.gateway.device(INFRARED).stage
    scan = client.at.face.Scan.on(client.channel).future(client.at.face.ScanRequest(deviceID=INFRARED))
    assert stage.wait_scanning("face", 5)
    scan.cancel()
    assert stage.wait_scanning("", 0.05)


def test_a_call_that_is_never_answered_ends_with_its_deadline(client: Client) -> None:
    client.call("admin", "GetInfo")  # connected: the fault must meet the next call before its deadline
    client.gateway.faults.add(Fault(Mischief.NEVER, "Admin/GetInfo"))
    assert client.refused("admin", "GetInfo", timeout=2)[0] is grpc.StatusCode.DEADLINE_EXCEEDED
    assert client.call("admin", "GetInfo").version == "1.8.0"
