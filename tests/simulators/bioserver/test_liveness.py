"""Both generations of liveness, results and replays, with every way they may end."""

import base64
import json
from typing import Any

import httpx
import pytest
from cryptography import x509

from app.simulators.bioserver import BioServer, Mischief
from app.simulators.faults import Fault
from tests.simulators.bioserver.bench import Bench, selfie, verified

CHALLENGE = {"type": "HIGH", "timeout": 300_000, "securityLevel": "MEDIUM", "nbChallenge": 3}
DEPRECATED = {
    "type": "CR2D",
    "timeout": 300_000,
    "securityLevel": "FACEFLOW_SECURITY_MEDIUM",
    "purpose": "FACEFLOW_PURPOSE_ENROLL",
    "nbChallenge": 3,
    "cr2dMode": "FACEFLOW_CR2DMODE_PATH",
    "useAccurateMatch": True,
    "matchThreshold": 2500,
    "enableLighting": True,
    "illuminationMode": "FACEFLOW_ILLUMINATION_MODE_ON",
}
DEVICE = json.dumps({"deviceModel": "Synthetic 7", "osType": "Android", "osVersion": "7.1"}).encode()


def result_path(session: str, mode: str = "LIVENESS_HIGH") -> str:
    return f"/bio-sessions/{session}/liveness-challenge-result/{mode}"


def send_metadata(bench: Bench, session: str, **changes: bytes) -> httpx.Response:
    parts = {"encryptedMetaData": b"\x01" * 99, "encryptedMasterSecret": b"\x02" * 256, "livenessDeviceInfo": DEVICE}
    files = {name: (name, body, "application/octet-stream") for name, body in (parts | changes).items()}
    return bench.client.post(f"/bio-sessions/{session}/replay-liveness-metadata", files=files)


def test_parameters_are_answered_with_what_the_capture_needs(bench: Bench) -> None:
    session = bench.session()
    parameters = bench.client.post(f"/bio-sessions/{session}/init-liveness-parameters", json=CHALLENGE).json()
    assert parameters.items() >= CHALLENGE.items()
    assert len(parameters["serverRandom"]) == 32
    assert isinstance(parameters["seed"], int)
    assert x509.load_der_x509_certificate(base64.b64decode(parameters["certificates"][0]))
    assert verified(parameters["signature"], bench.server.certificate_pem)


def test_deprecated_parameters_are_stored_and_read_back(bench: Bench) -> None:
    path = f"/bio-sessions/{bench.session()}/liveness-parameters"
    assert bench.client.get(path).status_code == 404
    assert bench.client.post(path, json=DEPRECATED).status_code == 204
    assert bench.get(path).items() >= DEPRECATED.items()


@pytest.mark.parametrize(
    "change", [{"type": "LOW"}, {"securityLevel": "EXTREME"}, {"nbChallenge": 0}, {"timeout": None}, {"other": 1}]
)
def test_parameters_nobody_documented_are_refused(bench: Bench, change: dict[str, Any]) -> None:
    path = f"/bio-sessions/{bench.session()}/init-liveness-parameters"
    assert bench.client.post(path, json=CHALLENGE | change).status_code == 400
    assert bench.client.post(f"/bio-sessions/{bench.session()}/liveness-parameters", json=CHALLENGE).status_code == 400


@pytest.mark.parametrize("status", ["SUCCESS", "FAILED", "SPOOF", "SPOOF_JS", "ERROR", "TIMEOUT", "NEVER_HEARD_OF"])
def test_every_result(bench: Bench, status: str) -> None:
    session = bench.session()
    bench.server.finish_liveness(session_id=session, status=status, diagnostic="synthetic")
    result = bench.get(result_path(session))
    assert result["livenessStatus"] == status
    assert result["livenessMode"] == "LIVENESS_HIGH"
    assert result["numberOfChallenge"] == 2
    assert result["fakewebcam"] is False
    assert verified(result["signature"], bench.server.certificate_pem)


def test_the_best_image_is_a_face_of_the_session(bench: Bench) -> None:
    session = bench.session()
    bench.server.finish_liveness(session_id=session, image=selfie(1))
    result = bench.get(result_path(session))
    face = bench.get(f"/bio-sessions/{session}/faces/{result['bestImageId']}")
    assert face["imageType"] == "VIDEO_FRAME"
    assert bench.get(result_path(session))["bestImageId"] == result["bestImageId"]


@pytest.mark.parametrize("spelling", ["fakewebcam", "fake webcam", "fakeWebcam"])
def test_a_fake_webcam_in_every_spelling(bench: Bench, spelling: str) -> None:
    bench.server.vary(fake_webcam=spelling)
    bench.server.faults.add(Fault(Mischief.FAKE_WEBCAM, "getLivenessChallengeResult"))
    session = bench.session()
    bench.server.finish_liveness(session_id=session)
    result = bench.get(result_path(session))
    assert (result["livenessStatus"], result[spelling]) == ("SUCCESS", True)


def test_a_result_of_another_mode(bench: Bench) -> None:
    session = bench.session()
    bench.server.finish_liveness(session_id=session)
    bench.server.faults.add(Fault(Mischief.OTHER_MODE))
    assert bench.get(result_path(session))["livenessMode"] == "LIVENESS_MEDIUM"
    assert bench.get(result_path(session))["livenessMode"] == "LIVENESS_HIGH"


@pytest.mark.parametrize("form", ["204", "404", "PENDING", "PROCESSING", "IN_PROGRESS", "INITIALIZED"])
def test_a_result_under_way(bench: Bench, form: str) -> None:
    bench.server.vary(not_ready=form)
    session = bench.session()
    pending = "PENDING" if form.isdigit() else form
    bench.server.finish_liveness(session_id=session, pending=(pending, pending))
    answers = [bench.client.get(result_path(session)) for _ in range(3)]
    assert answers[2].json()["livenessStatus"] == "SUCCESS"
    if form.isdigit():
        assert [answer.status_code for answer in answers] == [int(form), int(form), 200]
    else:
        assert [answer.json()["livenessStatus"] for answer in answers[:2]] == [form, form]


@pytest.mark.parametrize(
    ("variant", "path"),
    [
        ("mode", "/liveness-challenge-result/LIVENESS_HIGH"),
        ("bare", "/liveness-challenge-result"),
        ("level", "/liveness-challenge-result/LIVENESS_HIGH/HIGH?numberOfChallenge=2"),
    ],
)
def test_only_one_path_of_the_result_exists(bench: Bench, variant: str, path: str) -> None:
    bench.server.vary(result_path=variant)
    session = bench.session()
    bench.server.finish_liveness(session_id=session)
    assert bench.client.get(f"/bio-sessions/{session}{path}").status_code == 200
    bench.server.vary(result_path="bare" if variant != "bare" else "mode")
    assert bench.client.get(f"/bio-sessions/{session}{path}").status_code == 404


@pytest.mark.parametrize("status", ["SUCCESS", "ERROR", "FAILED", "SPOOF", "TIMEOUT"])
def test_a_replay_runs_to_its_end(bench: Bench, status: str) -> None:
    session = bench.session()
    path = f"/bio-sessions/{session}/replay-liveness-metadata"
    assert bench.client.get(path).status_code == 404
    assert send_metadata(bench, session).status_code == 400
    bench.client.post(f"/bio-sessions/{session}/init-liveness-parameters", json=CHALLENGE)
    bench.server.finish_liveness(
        session_id=session, status=status, pending=("INITIALIZED", "IN_PROGRESS"), image=selfie(1)
    )
    sent = send_metadata(bench, session)
    assert sent.status_code == 201
    assert sent.headers["location"] == f"/v2/bio-sessions/{session}"
    polls = [bench.get(path) for _ in range(3)]
    assert [poll["status"] for poll in polls] == ["INITIALIZED", "IN_PROGRESS", status]
    assert ("image" in polls[2]) == (status == "SUCCESS")


@pytest.mark.parametrize(
    "change", [{"encryptedMetaData": b""}, {"livenessDeviceInfo": b"{}"}, {"livenessDeviceInfo": b"-"}, {"x": b"1"}]
)
def test_incomplete_metadata_is_refused(bench: Bench, change: dict[str, bytes]) -> None:
    session = bench.session()
    bench.client.post(f"/bio-sessions/{session}/init-liveness-parameters", json=CHALLENGE)
    assert send_metadata(bench, session, **change).status_code == 400


def test_certificates_and_random_in_their_other_spellings(server: BioServer, bench: Bench) -> None:
    server.vary(certificates="certificate", certificate_form="text", server_random="number", liveness_status=201)
    answer = bench.client.post(f"/bio-sessions/{bench.session()}/init-liveness-parameters", json=CHALLENGE)
    assert answer.status_code == 201
    assert isinstance(answer.json()["certificate"], str)
    assert isinstance(answer.json()["serverRandom"], int)
    server.vary(liveness_status=204)
    answer = bench.client.post(f"/bio-sessions/{bench.session()}/init-liveness-parameters", json=CHALLENGE)
    assert (answer.status_code, answer.content) == (204, b"")
