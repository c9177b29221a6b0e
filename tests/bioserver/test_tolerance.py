"""Every row of the table of open points: what is accepted in each form, and the one form that is sent."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from app.bioserver import codec
from app.bioserver.client import BioServerClient
from app.bioserver.codec import liveness_outcome
from app.bioserver.signatures import UNSIGNED, Expectation, moment, violation
from app.domain.document import LivenessOutcome, PictureKind
from app.domain.errors import (
    DeviceBusy,
    DeviceError,
    InvalidInput,
    MissingRights,
    PictureTooLarge,
    ProtocolError,
    RemoteRefused,
    SessionEnded,
    TemplateVersionMixed,
    Unreachable,
    WrongCredential,
)
from app.domain.evidence import SignatureReason
from tests.bioserver.scripted import Says, Scripted

DOCUMENT, SELFIE = PictureKind.DOCUMENT, PictureKind.SELFIE
MATCH = '{"score":3100.5,"falseAcceptanceRate":0.06,"reference":{"id":"a"},"candidate":{"id":"b"}}'
BAD = Says(400, '{"id":"s-1","message":"operation failed"}')
CREATED = Says(201, headers={"Location": "/v2/bio-sessions/s1"})


async def test_row_01_one_object_is_sent_and_the_list_once_on_400(server: Scripted, client: BioServerClient) -> None:
    server.say(BAD, CREATED, CREATED)
    assert await client.create_session(ttl_s=60) == "s1"
    assert [type(json.loads(asked.body)) for asked in server.asked] == [dict, list]
    await client.create_session(ttl_s=60)
    assert isinstance(json.loads(server.asked[2].body), list), "the form that worked stays"
    server.say(BAD)
    with pytest.raises(RemoteRefused):
        await client.create_session(ttl_s=60)
    assert len(server.asked) == 5


async def test_row_01_liveness_begins_with_a_list_where_the_object_is_refused(
    server: Scripted, client: BioServerClient
) -> None:
    server.say(BAD, Says(204))
    assert await client.init_liveness("s1", "HIGH", security_level="LOW", timeout_s=1) is None
    plain, listed = (json.loads(asked.body) for asked in server.asked)
    assert listed == [plain]


async def test_row_02_only_the_location_of_a_new_session_is_read(server: Scripted, client: BioServerClient) -> None:
    for body in ("", '[{"ttlSeconds":300}]', "<html>"):
        server.say(Says(201, body, {"Location": "/v2/bio-sessions/s1"}))
        assert await client.create_session(ttl_s=60, correlation_id="c") == "s1"
    assert json.loads(server.asked[0].body) == {"ttlSeconds": 60, "imageStorageEnabled": False, "correlationId": "c"}


@pytest.mark.parametrize(
    "location",
    [
        "/v2/bio-sessions/s1",
        "/bioserver-app/v2/bio-sessions/s1/",
        "https://elsewhere.example.org/bioserver-app/v2/bio-sessions/s1?x=1#y",
        "bio-sessions/s1",
        "/v2/Bio-Sessions/s1",
    ],
)
async def test_row_03_location_in_any_form_and_never_followed(
    server: Scripted, client: BioServerClient, location: str
) -> None:
    server.say(Says(201, headers={"LOCATION": location}), Says(200, "[]"))
    session = await client.create_session(ttl_s=60)
    assert await client.faces(session) == ()
    assert server.asked[1].path == "/bio-sessions/s1/faces"
    server.say(
        Says(201, headers={"Location": f"{location.split('?', maxsplit=1)[0]}/faces/f1".replace("//faces", "/faces")})
    )
    assert await client.create_face(session, b"jpeg", SELFIE) == "f1"


@pytest.mark.parametrize("location", ["/v2/bio-sessions/..%2F..%2Fadmin", "/v2/bio-sessions/", "/v2/other/s1"])
async def test_row_03_a_location_that_names_no_id_is_refused(
    server: Scripted, client: BioServerClient, location: str
) -> None:
    server.say(Says(201, headers={"Location": location}))
    with pytest.raises(ProtocolError):
        await client.create_session(ttl_s=60)


async def test_row_03_a_redirect_is_not_followed(server: Scripted, client: BioServerClient) -> None:
    server.say(Says(307, headers={"Location": f"{server.url}/elsewhere"}))
    with pytest.raises(RemoteRefused):
        await client.capabilities()
    assert len(server.asked) == 1


async def test_row_04_without_location_the_body_may_tell(server: Scripted, client: BioServerClient) -> None:
    server.say(Says(201, '{"id":"s9"}'))
    assert await client.create_session(ttl_s=60) == "s9"
    for body in ("", "{}", "nonsense", '{"id":"a/b"}'):
        server.say(Says(201, body))
        with pytest.raises(ProtocolError) as caught:
            await client.create_session(ttl_s=60)
        assert caught.value.fact("what") == "location"


@pytest.mark.parametrize(
    "body",
    [
        '{"version":"5.1","modes":["A","B"]}',
        '{"status":"OK","currentMode":["A"],"acceptedModes":["A","B"]}',
        '{"currentMode":"A","acceptedModes":"B"}',
    ],
)
async def test_row_05_capabilities_in_either_shape(server: Scripted, client: BioServerClient, body: str) -> None:
    server.say(Says(200, body))
    assert (await client.capabilities()).modes == {"A", "B"}


async def test_row_06_mode_is_left_out_unless_configured_and_listed(server: Scripted, client: BioServerClient) -> None:
    made = Says(201, headers={"Location": "/v2/bio-sessions/s1/faces/f1"})
    server.say(made)
    await client.create_face("s1", b"jpeg", SELFIE)
    assert json.loads(server.asked[0].part("face")) == {"imageType": "SELFIE"}
    server.say(Says(200, '{"modes":["F5_1_VID60"]}'), made)
    await client.create_face("s1", b"jpeg", SELFIE, mode="F5_1_VID60")
    assert json.loads(server.asked[2].part("face"))["mode"] == "F5_1_VID60"
    with pytest.raises(InvalidInput):
        await client.create_face("s1", b"jpeg", SELFIE, mode="F5_1_VID0")
    assert len(server.asked) == 3


async def test_row_07_both_spellings_and_the_stored_face_goes_back_byte_for_byte(
    server: Scripted, client: BioServerClient
) -> None:
    stored = '{ "id":"x", "quality": 1.10e2,"templateversion" : "7", "template":"EQAAAA\\/=" }'
    server.say(Says(200, stored))
    face = await client.create_direct_face(b"jpeg", SELFIE)
    assert (face.face.template_version, face.face.quality, face.raw) == ("7", 110.0, stored)
    assert codec.remote_face({"templateVersion": "7"}).template_version == "7"
    server.say(Says(200, MATCH))
    await client.match(face.raw, b"jpeg", SELFIE, template_version="7")
    assert server.asked[1].part("referenceFace") == stored.encode()
    with pytest.raises(TemplateVersionMixed):
        await client.match(face.raw, b"jpeg", SELFIE, template_version="8")
    assert len(server.asked) == 2


async def test_row_08_a_template_refused_on_reuse_says_enroll_again(server: Scripted, client: BioServerClient) -> None:
    server.say(BAD)
    for reuse in (client.create_face_from_json("s1", "{}"), client.match("{}", b"jpeg", SELFIE)):
        with pytest.raises(TemplateVersionMixed) as caught:
            await reuse
        assert (caught.value.fact("reason"), caught.value.fact("support_id")) == ("enroll-again", "s-1")


@pytest.mark.parametrize(
    "told", ['"certificate":"A"', '"certificates":"A"', '"certificates":["A"]', '"certificate":["A"]']
)
async def test_row_09_certificate_or_certificates(server: Scripted, client: BioServerClient, told: str) -> None:
    server.say(Says(200, f"{{{told}}}"))
    found = await client.init_liveness("s1", "HIGH", security_level="HIGH", timeout_s=10)
    assert found is not None
    assert found.certificates == ("A",)


@pytest.mark.parametrize("told", ["12345678901234567890123456789012", '"12345678901234567890123456789012"'])
async def test_row_10_server_random_as_number_or_text(server: Scripted, client: BioServerClient, told: str) -> None:
    server.say(Says(200, f'{{"serverRandom":{told}}}'))
    assert (await client.liveness_parameters_deprecated("s1")).server_random == "12345678901234567890123456789012"


@pytest.mark.parametrize("name", ["fakewebcam", "fakeWebcam", "fake webcam", "Fake Webcam"])
@pytest.mark.parametrize("value", [True, "true", " TRUE "])
def test_row_11_a_fake_webcam_in_any_spelling_is_never_a_success(name: str, value: object) -> None:
    reply = codec.liveness_reply({"livenessStatus": "SUCCESS", "livenessMode": "M", name: value}, "M", UNSIGNED)
    assert liveness_outcome(reply, signature_required=False) is LivenessOutcome.FAKE_WEBCAM


async def test_row_12_form_data_with_the_librarys_boundary(server: Scripted, client: BioServerClient) -> None:
    server.say(Says(200, MATCH))
    await client.match_images(b"one", b"two", (DOCUMENT, SELFIE))
    assert server.asked[0].headers["content-type"].startswith("multipart/form-data; boundary=")
    assert server.asked[0].part("referenceImage") == b"one"
    assert server.asked[0].part("candidateImage") == b"two"


async def test_row_13_the_face_part_is_json_named_face(server: Scripted, client: BioServerClient) -> None:
    server.say(Says(201, headers={"Location": "/v2/bio-sessions/s1/faces/f1"}))
    await client.create_face("s1", b"png", SELFIE, media_type="image/png")
    face, image = server.asked[0].parts["face"], server.asked[0].parts["image"]
    assert (face.get_content_type(), face.get_filename()) == ("application/json", "face")
    assert (image.get_content_type(), image.get_filename()) == ("image/png", "image.png")


async def test_row_14_image_types_as_text_and_as_files_once(server: Scripted, client: BioServerClient) -> None:
    server.say(BAD, Says(200, MATCH))
    await client.match_images(b"one", b"two", (DOCUMENT, SELFIE))
    plain, files = (asked.parts["referenceImageType"] for asked in server.asked)
    assert (plain.get_filename(), files.get_filename()) == (None, "referenceImageType")
    assert server.asked[1].part("referenceImageType") == b"ID_DOCUMENT"
    await client.match_images(b"one", b"two", (SELFIE, SELFIE))
    assert len(server.asked) == 3
    assert server.asked[2].parts["candidateImageType"].get_filename() == "candidateImageType"


async def test_row_15_everything_beside_the_pictures_is_a_part(server: Scripted, client: BioServerClient) -> None:
    server.say(Says(200, MATCH))
    await client.match('{"id":"x"}', b"two", SELFIE, correlation_id="c-1")
    parts = server.asked[0].parts
    assert parts["referenceFace"].get_content_type() == "application/json"
    assert server.asked[0].part("correlationId") == b"c-1"
    assert parts["correlationId"].get_filename() is None
    server.say(Says(200, '{"id":"x"}'))
    await client.create_direct_face(b"one", SELFIE, correlation_id="c-2")
    assert server.asked[1].part("correlationId") == b"c-2"


async def test_row_16_the_reference_is_an_object_and_a_list_once_on_400(
    server: Scripted, client: BioServerClient
) -> None:
    server.say(BAD, Says(200, MATCH))
    await client.match('{"id":"x"}', b"two", SELFIE)
    assert [asked.part("referenceFace") for asked in server.asked] == [b'{"id":"x"}', b'[{"id":"x"}]']


async def test_row_16_a_match_also_tries_its_picture_type_as_a_file(server: Scripted, client: BioServerClient) -> None:
    server.say(BAD, BAD, Says(200, MATCH))
    await client.match('{"id":"x"}', b"two", SELFIE)
    await client.match('{"id":"x"}', b"two", SELFIE)
    assert [asked.part("referenceFace")[:1] for asked in server.asked] == [b"{", b"[", b"{", b"{"]
    names = [asked.parts["candidateImageType"].get_filename() for asked in server.asked]
    assert names == [None, None, "candidateImageType", "candidateImageType"]


async def test_row_17_rotation_is_json_true_or_left_out_and_signatures_stay_on(
    server: Scripted, client: BioServerClient
) -> None:
    server.say(Says(200, '{"id":"x","imageRotationEnabled":"true"}'))
    await client.create_direct_face(b"one", SELFIE)
    await client.create_direct_face(b"one", SELFIE, rotate=True)
    plain, rotated = (json.loads(asked.part("face")) for asked in server.asked)
    assert plain == {"imageType": "SELFIE"}
    assert rotated == {"imageType": "SELFIE", "imageRotationEnabled": True}
    await client.match_images(b"one", b"two", (DOCUMENT, SELFIE), rotate=False)
    assert server.asked[2].part("imageRotationEnabled") == b"false"
    assert b"signatureDisabled" not in b"".join(asked.body for asked in server.asked)
    assert [codec.flag(value) for value in (True, "true", "false", False, None)] == [True, True, False, False, False]


async def test_row_18_only_strict_json_and_a_digest_of_the_right_length(
    server: Scripted, client: BioServerClient
) -> None:
    for body in ('{"id":"x",}', '{"id" "x"}', '{"id":"x","id":"y"}', "{'id':1}", '{"id":"x"} x', ""):
        server.say(Says(200, body))
        with pytest.raises(ProtocolError):
            await client.face("s1", "f1")
    expected = Expectation(datetime.now(UTC), digests={"": "ab" * 32}, dated=False)
    assert violation({"digest": "AB" * 32}, expected, datetime.now(UTC)) is SignatureReason.NONE
    assert violation({"digest": ("ab" * 32)[:63]}, expected, datetime.now(UTC)) is SignatureReason.DIGEST


async def test_row_19_equal_expiry_of_two_faces_is_fine(server: Scripted, client: BioServerClient) -> None:
    one = '{"id":"%s","created":"2026-01-01T00:00:0%d.000Z","expires":"2026-01-01T00:05:00Z"}'
    server.say(Says(200, f"[{one % ('a', 1)},{one % ('b', 9)}]"))
    first, second = await client.faces("s1")
    assert first.expires_at == second.expires_at


async def test_row_20_a_missing_face_may_be_an_ended_session(server: Scripted, client: BioServerClient) -> None:
    server.say(Says(404))
    with pytest.raises(SessionEnded) as caught:
        await client.face("s1", "f1")
    assert caught.value.fact("http_status") == "404"
    assert [asked.path for asked in server.asked] == ["/bio-sessions/s1/faces/f1", "/bio-sessions/s1"]
    server.say(Says(404), Says(200, '{"id":"s1"}'))
    with pytest.raises(RemoteRefused) as still:
        await client.face("s1", "f1")
    assert still.value.fact("reason") == "gone"


async def test_row_21_204_is_no_picture(server: Scripted, client: BioServerClient) -> None:
    server.say(Says(204))
    assert await client.face_image("s1", "f1") is None
    server.say(Says(200, b"\xff\xd8x"))
    assert await client.face_image("s1", "f1", compressed=False) == b"\xff\xd8x"
    assert [asked.query for asked in server.asked] == ["compression=true", ""]


async def test_row_22_matches_are_ranked_here_without_the_reference(server: Scripted, client: BioServerClient) -> None:
    scores = (("f2", "2000"), ("ref", "9999"), ("f3", "NaN"), ("f4", "4000.5"))
    one = '{"reference":{"id":"ref"},"candidate":{"id":"%s"},"score":%s}'
    server.say(Says(200, "[" + ",".join(one % each for each in scores) + "]"))
    found = await client.matches("s1", "ref")
    assert [(match.candidate.face_id, match.score) for match in found] == [("f4", 4000.5), ("f2", 2000.0), ("f3", None)]
    for body in ("[]", ""):
        server.say(Says(200, body))
        assert await client.matches("s1", "ref") == ()


@pytest.mark.parametrize("status", [200, 201])
async def test_row_23_match_with_200_or_201(server: Scripted, client: BioServerClient, status: int) -> None:
    server.say(Says(status, MATCH))
    assert (await client.match_images(b"one", b"two", (DOCUMENT, SELFIE))).score == 3100.5
    assert (await client.match('{"id":"x"}', b"two", SELFIE)).score == 3100.5


@pytest.mark.parametrize("status", [200, 201, 204])
async def test_row_24_liveness_begins_with_any_success(server: Scripted, client: BioServerClient, status: int) -> None:
    server.say(Says(status))
    assert await client.init_liveness("s1", "HIGH", security_level="LOW", timeout_s=1.5) is None
    await client.init_liveness_deprecated("s1", {"type": "SLAM"})
    sent = {"type": "HIGH", "timeout": 1500, "securityLevel": "LOW", "nbChallenge": 1}
    assert json.loads(server.asked[0].body) == sent
    assert [asked.path.rpartition("/")[2] for asked in server.asked] == [
        "init-liveness-parameters",
        "liveness-parameters",
    ]


@pytest.mark.parametrize("status", [200, 201, 202, 203, 204])
async def test_row_25_replay_accepted_with_any_success(server: Scripted, client: BioServerClient, status: int) -> None:
    server.say(Says(status, headers={"Location": "/v2/bio-sessions/other"}))
    await client.replay_liveness("s1", b"data", b"secret", {"osType": "ANDROID"})
    assert server.asked[0].part("encryptedMetaData") == b"data"
    assert json.loads(server.asked[0].part("livenessDeviceInfo")) == {"osType": "ANDROID"}


async def test_row_26_a_liveness_result_with_and_without_the_mode(server: Scripted, client: BioServerClient) -> None:
    server.say(Says(404), Says(200, '{"livenessStatus":"SUCCESS"}'))
    assert await client.liveness_result("s1", "LIVENESS_HIGH") is not None
    base = "/bio-sessions/s1/liveness-challenge-result"
    assert [asked.path for asked in server.asked] == [f"{base}/LIVENESS_HIGH", base]
    server.say(BAD)
    with pytest.raises(RemoteRefused):
        await client.liveness_result("s1", "LIVENESS_HIGH")
    assert len(server.asked) == 3, "only a 404 is about the form"


async def test_row_27_not_ready_in_every_form(server: Scripted, client: BioServerClient) -> None:
    alive = Says(200, '{"id":"s1"}')
    for answers in ((Says(204),), (Says(404), Says(404), alive), (Says(200),)):
        server.say(*answers)
        assert await client.liveness_result("s1", "M") is None
    for status in ("INITIALIZED", "IN_PROGRESS", "PROCESSING", "PENDING", "pending", ""):
        reply = codec.liveness_reply({"livenessStatus": status}, "M", UNSIGNED)
        assert liveness_outcome(reply, signature_required=True) is LivenessOutcome.NOT_READY
    server.say(Says(200, '{"status":"IN_PROGRESS"}'), Says(204), Says(200, '{"status":"SUCCESS","image":"eA=="}'))
    assert [(await client.replay_status("s1")).waiting for _ in range(3)] == [True, True, False]
    server.say(Says(404), alive)
    assert (await client.replay_status("s1")).waiting


async def test_row_27_nothing_is_waited_for_in_a_session_that_ended(server: Scripted, client: BioServerClient) -> None:
    server.say(Says(404))
    for asking in (client.liveness_result("s1", "M"), client.replay_status("s1")):
        with pytest.raises(SessionEnded):
            await asking


@pytest.mark.parametrize("status", ["MAYBE", "Succeeded", "VERY_LIVE"])
def test_row_28_unknown_words_are_kept_and_are_no_success(status: str) -> None:
    reply = codec.liveness_reply({"livenessStatus": status, "livenessMode": "NEW"}, "NEW", UNSIGNED)
    assert liveness_outcome(reply, signature_required=False) is LivenessOutcome.UNKNOWN
    assert reply.status == status.upper()
    assert codec.remote_face({"quality": "fine", "mode": "F9"}).mode == "F9"
    assert codec.remote_face({"quality": "fine"}).quality is None


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01T10:20:30Z", "2026-03-01T10:20:30.00Z", "2026-03-01T10:20:30.000Z", "2026-03-01T12:20:30.0+02:00",
        "2026-03-01T10:20:30.000000000Z", "2026-03-01T05:20:30-0500", "2026-03-01T10:20:30",
    ],
)  # fmt: skip
def test_row_29_dates_with_any_fraction_and_offset(text: str) -> None:
    assert moment(text) == datetime(2026, 3, 1, 10, 20, 30, tzinfo=UTC)
    assert moment("yesterday") is None
    assert moment(20260301) is None


@pytest.mark.parametrize(
    ("status", "leaf"),
    [(400, RemoteRefused), (401, WrongCredential), (403, MissingRights), (413, PictureTooLarge), (500, RemoteRefused)],
)
async def test_row_30_what_is_never_tried_again(
    server: Scripted, client: BioServerClient, status: int, leaf: type[Exception]
) -> None:
    server.say(Says(status, '{"id":"support-7","message":"about Mrs. Someone"}'))
    with pytest.raises(leaf) as caught:
        await client.face("s1", "f1")
    assert len(server.asked) == 1
    assert "support-7" in str(caught.value)
    assert str(status) in str(caught.value)
    assert "Someone" not in str(caught.value)


@pytest.mark.parametrize("body", ["<html>busy</html>", "", '{"error":"rate"}', "\xff"])
async def test_row_30_retried_with_back_off_and_retry_after(
    server: Scripted, client: BioServerClient, pauses: list[float], body: str
) -> None:
    server.say(Says(429, body, {"Retry-After": "7"}), Says(503, body), Says(200, "[]"))
    assert await client.faces("s1") == ()
    assert pauses == [7.0, 1.0]
    server.say(Says(502, body))
    with pytest.raises(Unreachable):
        await client.faces("s1")
    assert len(server.asked) == 3 + 4
    pauses.clear()
    server.say(Says(429, body, {"Retry-After": "86400"}))
    with pytest.raises(DeviceBusy):
        await client.create_session(ttl_s=60)
    assert len(server.asked) == 3 + 4 + 2, "creating is tried once more at most"
    assert pauses == [30.0]


@pytest.mark.parametrize("status", [429, 502, 503, 504])
async def test_row_30_reading_is_tried_four_times_and_creating_twice(
    server: Scripted, client: BioServerClient, status: int
) -> None:
    server.say(Says(status))
    with pytest.raises(DeviceError):
        await client.faces("s1")
    with pytest.raises(DeviceError):
        await client.match_images(b"one", b"two", (DOCUMENT, SELFIE))
    assert [asked.method for asked in server.asked] == ["GET"] * 4 + ["POST"] * 2


async def test_row_30_retry_after_may_be_a_date(server: Scripted, client: BioServerClient, pauses: list[float]) -> None:
    for ahead_s in (15, -60, 9999):
        moment_told = format_datetime(datetime.now(UTC) + timedelta(seconds=ahead_s), usegmt=True)
        server.say(Says(503, headers={"Retry-After": moment_told}), Says(200, "[]"))
        await client.faces("s1")
    soon, past, far = pauses
    assert 5 < soon <= 15
    assert (past, far) == (0.0, 30.0)


async def test_row_30_lost_connections_are_retried_and_told(
    server: Scripted, client: BioServerClient, pauses: list[float]
) -> None:
    server.serving.stop()
    with pytest.raises(Unreachable):
        await client.faces("s1")
    assert pauses == [0.5, 1.0, 2.0]


async def test_row_31_too_large_has_its_own_reason(server: Scripted, client: BioServerClient) -> None:
    server.say(Says(413, "<html>"))
    with pytest.raises(PictureTooLarge):
        await client.match_images(b"one", b"two", (DOCUMENT, SELFIE))
    assert len(server.asked) == 1


async def test_row_32_no_callback_address_is_ever_sent(server: Scripted, client: BioServerClient) -> None:
    server.say(CREATED)
    await client.create_session(ttl_s=60, correlation_id="c", keep_images=True)
    assert b"callback" not in server.asked[0].body.lower()


@pytest.mark.parametrize("body", ['{"status":"ok"}', '{"status":"OK","version":"5"}', '{"version":"5"}', ""])
async def test_row_33_monitor_without_key_and_ok_in_any_case(
    server: Scripted, client: BioServerClient, body: str
) -> None:
    server.say(Says(200, body))
    await client.status()
    assert "apikey" not in server.asked[0].headers
    assert server.asked[0].path == "/monitor"
    server.say(Says(200, '{"status":"down"}'))
    with pytest.raises(RemoteRefused):
        await client.status()


@pytest.mark.parametrize("written", ["NaN", '"NaN"', "null", '"high"', "Infinity", "1e999", "true", "[]"])
def test_a_score_that_is_no_number_is_missing(written: str) -> None:
    value, raw = codec.object_of(f'{{"score":{written}}}'.encode(), "match")
    assert codec.match(value, raw).score is None


async def test_a_call_ends_when_its_caller_is_cancelled(server: Scripted, client: BioServerClient) -> None:
    server.say(Says(200, "[]"))
    task = asyncio.create_task(client.faces("s1"))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await client.faces("s1") == ()
