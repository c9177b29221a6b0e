"""Every operation of the document, its shapes and its refusals."""

import hashlib
import json
import ssl
from datetime import datetime
from typing import Any

import httpx
import pytest

from app.simulators.bioserver import DEFAULT_KEY, FORBIDDEN_KEY, BioServer, Make
from app.simulators.bioserver.operations import OPERATIONS
from tests.simulators.bioserver.bench import Bench, card, selfie


def test_the_document_describes_21_operations() -> None:
    assert len(OPERATIONS) == 21
    assert len({(operation.method, operation.path) for operation in OPERATIONS}) == 20
    assert len({operation.name for operation in OPERATIONS}) == 21


def test_monitor_needs_no_key_and_everything_else_does(bench: Bench) -> None:
    with httpx.Client(base_url=bench.server.base_url, trust_env=False, verify=False) as nobody:
        assert nobody.get("/monitor").json() == {
            "status": "ok",
            "modes": ["F5_1_VID60", "F5_2_VID75", "F5_5_VID60"],
            "version": "3.8.1",
        }
        refused = nobody.get("/capabilities")
        assert refused.status_code == 401
        assert set(refused.json()) == {"id", "message"}
        assert nobody.get("/capabilities", headers={"apikey": FORBIDDEN_KEY}).status_code == 403
        both = {"apikey": DEFAULT_KEY, "Authorization": DEFAULT_KEY}
        assert nobody.get("/capabilities", headers=both).status_code == 400


def test_capabilities(bench: Bench) -> None:
    assert bench.get("/capabilities") == {
        "status": "ok",
        "currentMode": ["F5_1_VID60"],
        "acceptedModes": ["F5_2_VID75", "F5_1_VID60", "F5_5_VID60"],
        "version": "3.8.1",
    }
    bench.server.set_working(False)
    assert bench.client.get("/capabilities").status_code == 500


def test_a_session_is_created_and_told(bench: Bench) -> None:
    answer = bench.client.post("/bio-sessions", json={"correlationId": "abc", "ttlSeconds": 300})
    assert (answer.status_code, answer.content) == (201, b"")
    assert answer.headers["location"].startswith("/v2/bio-sessions/")
    session = bench.get("/bio-sessions/" + answer.headers["location"].rpartition("/")[2])
    assert list(session) == ["id", "correlationId", "imageStorageEnabled", "created", "expires", "signature"]
    created, expires = (datetime.fromisoformat(session[name]) for name in ("created", "expires"))
    assert (expires - created).total_seconds() == 300


@pytest.mark.parametrize(
    "body",
    [
        {"ttlSeconds": 3601},
        {"ttlSeconds": 0},
        {"ttlSeconds": "300"},
        {"ttlSeconds": True},
        {"correlationID": "misspelled"},
        {"callbackURL": "nowhere"},
        {"imageStorageEnabled": "perhaps"},
        [{"ttlSeconds": 60}],
    ],
)
def test_a_careless_session_is_refused(bench: Bench, body: Any) -> None:
    assert bench.client.post("/bio-sessions", json=body).status_code == 400


def test_a_session_ends_when_its_time_is_up(bench: Bench) -> None:
    session = bench.session(ttlSeconds=60)
    bench.server.set_clock_error(61)
    assert bench.client.get(f"/bio-sessions/{session}").status_code == 404
    assert bench.add(session, selfie(1)).status_code == 404


def test_faces_are_made_listed_and_deleted(bench: Bench) -> None:
    session = bench.session()
    one, two = bench.added(session, selfie(1), friendlyName="first"), bench.added(session, card(1), "ID_DOCUMENT")
    face = bench.get(f"/bio-sessions/{session}/faces/{one}")
    assert list(face) == [
        "id", "friendlyName", "digest", "mode", "imageType", "quality", "landmarks",
        "template", "templateVersion", "created", "expires", "signature",
    ]  # fmt: skip
    assert face["digest"] == hashlib.sha256(selfie(1)).hexdigest()
    assert face["template"].startswith("EQAAA")
    assert face["quality"] > 100
    assert [each["id"] for each in bench.get(f"/bio-sessions/{session}/faces")] == [one, two]
    assert bench.client.delete(f"/bio-sessions/{session}/faces/{one}").status_code == 204
    assert bench.client.get(f"/bio-sessions/{session}/faces/{one}").status_code == 404
    assert bench.client.delete(f"/bio-sessions/{session}/faces").status_code == 204
    assert bench.get(f"/bio-sessions/{session}/faces") == []


def test_pictures_are_kept_only_where_the_session_says_so(bench: Bench) -> None:
    without, keeping = bench.session(), bench.session(imageStorageEnabled=True)
    image = f"/bio-sessions/{without}/faces/{bench.added(without, selfie(1))}/image"
    assert bench.client.get(image).status_code == 204
    image = f"/bio-sessions/{keeping}/faces/{bench.added(keeping, selfie(1))}/image"
    answer = bench.client.get(image, params={"compression": "true"})
    assert (answer.content, answer.headers["content-type"]) == (selfie(1), "image/jpeg")


def test_a_face_travels_as_json_into_a_session_and_a_match(bench: Bench) -> None:
    made = bench.direct(selfie(1))
    assert made.status_code == 200
    assert "signature" not in made.json()
    assert "expires" not in made.json()
    assert "templateversion" in made.json()
    session = bench.session()
    headers = {"Content-Type": "application/json"}
    kept = bench.client.post(f"/bio-sessions/{session}/faces", content=made.content, headers=headers)
    assert kept.status_code == 201
    match = bench.match(made.content, card(1))
    assert match.status_code == 200
    assert match.json()["score"] > 4000
    assert "template" not in match.json()["reference"]


def test_a_template_of_another_algorithm_is_refused(bench: Bench) -> None:
    face = bench.direct(selfie(1)).json()
    changed = json.dumps(face | {"templateversion": 91}).encode()
    assert bench.match(changed, selfie(1)).status_code == 400
    template = face["template"]
    cut = json.dumps(face | {"template": template[:-8]}).encode()
    assert bench.match(cut, selfie(1)).status_code == 400


def test_matches_come_best_first_without_the_reference(bench: Bench) -> None:
    session = bench.session(correlationId="abc")
    reference = bench.added(session, card(1), "ID_DOCUMENT")
    stranger, same = bench.added(session, selfie(2)), bench.added(session, selfie(1))
    matches = bench.get(f"/bio-sessions/{session}/faces/{reference}/matches")
    assert [match["candidate"]["id"] for match in matches] == [same, stranger]
    assert [match["correlationId"] for match in matches] == ["abc", "abc"]
    assert all("expires" in match and "signature" in match for match in matches)


@pytest.mark.parametrize("missing", ["referenceImage", "candidateImage", "referenceImageType", "candidateImageType"])
def test_a_match_without_a_part_is_refused(bench: Bench, missing: str) -> None:
    files = {f"{which}Image": (None, selfie(1)) for which in ("reference", "candidate")}
    files |= {f"{which}ImageType": (None, b"SELFIE") for which in ("reference", "candidate")}
    del files[missing]
    assert bench.client.post("/match/images", files=files).status_code == 400


def test_what_is_no_picture_is_refused_in_the_documents_words(bench: Bench) -> None:
    answer = bench.direct(b"not a picture")
    assert answer.status_code == 400
    assert "error code=8" in answer.json()["message"]


def test_what_is_too_large_is_refused() -> None:
    with BioServer(Make(maximum_body=50_000)) as server, httpx.Client(
        base_url=server.base_url, headers={"apikey": DEFAULT_KEY}, trust_env=False, verify=False
    ) as client:  # fmt: skip
        assert Bench(server, client).direct(selfie(1)).status_code == 413


def test_the_log_knows_what_was_sent_but_not_the_bodies(bench: Bench) -> None:
    bench.match_images(card(1), selfie(1))
    seen = bench.server.requests[-1]
    assert (seen.operation, seen.status) == ("ImagesMatch", 200)
    assert seen.part("candidateImage").digest == hashlib.sha256(selfie(1)).hexdigest()
    assert seen.part("candidateImageType").filename is None
    assert "apikey" in seen.headers
    assert DEFAULT_KEY not in repr(seen)


def test_https_is_vouched_for_by_its_own_ca() -> None:
    with BioServer(tls=True) as server:
        trusting = ssl.create_default_context(cadata=server.ca_pem)
        with httpx.Client(base_url=server.base_url, verify=trusting, trust_env=False) as client:
            assert server.base_url.startswith("https://127.0.0.1:")
            assert client.get("/monitor").json()["status"] == "ok"
        with (
            httpx.Client(base_url=server.base_url, verify=ssl.create_default_context(), trust_env=False) as client,
            pytest.raises(httpx.ConnectError),
        ):
            client.get("/monitor")
