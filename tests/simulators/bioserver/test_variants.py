"""The lawful surprises of the facts' table of ambiguities."""

import json
import re
from typing import Any

import pytest

from tests.simulators.bioserver.bench import Bench, card, payload_of, selfie


@pytest.mark.parametrize(
    ("location", "begin"),
    [
        ("v2", "/v2/bio-sessions/"),
        ("base", "/bioserver-app/v2/bio-sessions/"),
        ("absolute", "{base}/bio-sessions/"),
        ("elsewhere", "http://other-server.invalid/bioserver-app/v2/bio-sessions/"),
    ],
)
def test_forms_of_the_location(bench: Bench, location: str, begin: str) -> None:
    bench.server.vary(location=location)
    answer = bench.client.post("/bio-sessions", json={})
    assert answer.headers["location"].startswith(begin.format(base=bench.server.base_url))


def test_a_location_with_a_query_or_none_at_all(bench: Bench) -> None:
    bench.server.vary(location="query", location_case="LOCATION")
    answer = bench.client.post("/bio-sessions", json={})
    assert answer.headers["location"].endswith("?created=true")
    assert (b"LOCATION", answer.headers["location"].encode()) in answer.headers.raw
    bench.server.vary(location="missing", created_body="id")
    answer = bench.client.post("/bio-sessions", json={})
    assert "location" not in answer.headers
    assert bench.get("/bio-sessions/" + answer.json()["id"])["id"] == answer.json()["id"]
    bench.server.vary(created_body="object")
    assert bench.client.post("/bio-sessions", json={}).json()["imageStorageEnabled"] is False


def test_bodies_that_must_be_arrays(bench: Bench) -> None:
    face = bench.direct(selfie(1)).content
    bench.server.vary(bodies="array")
    assert bench.client.post("/bio-sessions", json={}).status_code == 400
    assert bench.client.post("/bio-sessions", json=[{}]).status_code == 201
    assert bench.match(face, selfie(1)).status_code == 400
    assert bench.match(b"[" + face + b"]", selfie(1)).status_code == 200


def test_capabilities_as_the_text_has_them(bench: Bench) -> None:
    bench.server.vary(capabilities="text")
    assert bench.get("/capabilities") == {"modes": ["F5_2_VID75", "F5_1_VID60", "F5_5_VID60"], "version": "3.8.1"}
    bench.server.vary(capabilities="one_text")
    assert bench.get("/capabilities")["modes"] == "F5_2_VID75,F5_1_VID60,F5_5_VID60"


@pytest.mark.parametrize(("form", "status"), [("OK", "OK"), ("missing", None)])
def test_the_monitors_status(bench: Bench, form: str, status: str | None) -> None:
    bench.server.vary(monitor_status=form)
    with_key = bench.client.get("/monitor")
    assert with_key.status_code == 400
    answer = bench.client.build_request("GET", "/monitor")
    del answer.headers["apikey"]
    assert bench.client.send(answer).json().get("status") == status


def test_spellings_of_the_template_version(bench: Bench) -> None:
    bench.server.vary(version_name="templateVersion")
    assert "templateVersion" in bench.direct(selfie(1)).json()


@pytest.mark.parametrize(
    ("form", "pattern"), [("plain", "[0-9a-f]{64}"), ("capitals", "[0-9A-F]{64}"), ("short", "[0-9a-f]{63}")]
)
def test_dress_of_the_digest(bench: Bench, form: str, pattern: str) -> None:
    bench.server.vary(digest=form)
    assert re.fullmatch(pattern, bench.direct(selfie(1)).json()["digest"])
    bench.server.vary(digest="missing")
    assert "digest" not in bench.direct(selfie(1)).json()


@pytest.mark.parametrize(
    ("form", "pattern"),
    [
        ("3", r"[0-9T:-]{19}\.\d{3}Z"),
        ("trimmed", r"[0-9T:-]{19}(\.\d{1,3})?Z"),
        ("0", r"[0-9T:-]{19}Z"),
        ("9", r"[0-9T:-]{19}\.\d{9}Z"),
        ("offset", r"[0-9T:-]{19}\.\d{3}\+02:00"),
    ],
)
def test_dates(bench: Bench, form: str, pattern: str) -> None:
    bench.server.vary(dates=form)
    session = bench.get(f"/bio-sessions/{bench.session()}")
    assert re.fullmatch(pattern, session["created"])
    assert payload_of(session["signature"])["created"] == session["created"]


@pytest.mark.parametrize("form", ["no_message", "gateway", "html", "empty"])
def test_bodies_of_refusals(bench: Bench, form: str) -> None:
    bench.server.vary(error_body=form)
    answer = bench.client.get("/bio-sessions/unknown")
    assert answer.status_code == 404
    if form == "no_message":
        assert set(answer.json()) == {"id"}
    elif form == "gateway":
        assert answer.json()["status"] == 404
    else:
        assert answer.text.startswith("<!DOCTYPE" if form == "html" else "")


def test_matches_in_other_orders_and_with_the_reference(bench: Bench) -> None:
    session = bench.session()
    reference, same, stranger = (bench.added(session, image) for image in (card(1), selfie(1), selfie(2)))
    path = f"/bio-sessions/{session}/faces/{reference}/matches"

    def order(**variants: Any) -> list[str]:
        bench.server.vary(**variants)
        return [match["candidate"]["id"] for match in bench.get(path)]

    assert order(match_order="worst_first") == [stranger, same]
    assert order(match_order="as_created") == [same, stranger]
    assert order(match_order="best_first", reference_match=True) == [reference, same, stranger]


@pytest.mark.parametrize(("form", "absent"), [("no_digest", {"digest"}), ("bare", {"digest", "quality", "landmarks"})])
def test_faces_of_matches_may_say_less(bench: Bench, form: str, absent: set[str]) -> None:
    bench.server.vary(match_faces=form, match_status=201)
    answer = bench.match_images(card(1), selfie(1))
    assert answer.status_code == 201
    assert not absent & set(answer.json()["reference"])
    assert {"id", "mode", "imageType"} <= set(answer.json()["candidate"])


def test_image_types_as_plain_or_file_parts(bench: Bench) -> None:
    bench.server.vary(type_parts="file")
    assert bench.match_images(selfie(1), selfie(1)).status_code == 400
    images = {"referenceImage": ("a.jpg", selfie(1)), "candidateImage": ("b.jpg", selfie(1))}
    kinds = {"referenceImageType": ("t", b"SELFIE"), "candidateImageType": ("t", b"SELFIE")}
    assert bench.client.post("/match/images", files={**images, **kinds}).status_code == 200
    bench.server.vary(type_parts="plain")
    assert bench.client.post("/match/images", files={**images, **kinds}).status_code == 400


def test_multipart_mixed_is_taken_as_well(bench: Bench) -> None:
    face = json.dumps({"imageType": "SELFIE"}).encode()
    begin = b'--b\r\nContent-Disposition: form-data; name="face"; filename="face"\r\n\r\n'
    middle = b'\r\n--b\r\nContent-Disposition: form-data; name="image"; filename="i"\r\n\r\n'
    body = begin + face + middle + selfie(1) + b"\r\n--b--\r\n"
    mixed = {"Content-Type": "multipart/mixed; boundary=b"}
    assert bench.client.post("/faces", content=body, headers=mixed).status_code == 200
    assert bench.client.post("/faces", content=body[:-8], headers=mixed).status_code == 400
    assert bench.client.post("/faces", content=body, headers={"Content-Type": "multipart/mixed"}).status_code == 400


def test_members_nobody_documented(bench: Bench) -> None:
    bench.server.vary(extra_members=True, boxes=True)
    face = bench.direct(selfie(1)).json()
    assert "processingNode" in face
    assert set(face["landmarks"]["box"]) == {"x", "y", "width", "height"}
