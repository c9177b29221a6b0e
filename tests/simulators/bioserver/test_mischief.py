"""What goes wrong: genuine answers to other questions, hostile numbers, gateways, lost sessions and connections."""

import json
import math
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from app.simulators.bioserver import BioServer, Mischief
from app.simulators.faults import Fault, Kind
from tests.simulators.bioserver.bench import Bench, card, payload_of, selfie, verified, without_signature


def struck(bench: Bench, kind: str, **fault: Any) -> dict[str, Any]:
    """A direct match under one fault; its signature must be genuine."""
    bench.server.faults.add(Fault(kind, "ImagesMatch", **fault))
    reply: dict[str, Any] = json.loads(bench.match_images(card(1), selfie(1)).content)
    assert verified(reply["signature"], bench.server.certificate_pem)
    return reply


def test_a_stale_answer_is_genuine_and_old(bench: Bench) -> None:
    first = bench.match_images(card(1), selfie(1), "first").json()
    bench.server.faults.add(Fault(Mischief.STALE))
    again = bench.match_images(card(1), selfie(2), "second").json()
    assert again["correlationId"] != "second"
    assert again["score"] > 4000
    assert verified(again["signature"], bench.server.certificate_pem)
    assert first["signature"] != bench.match_images(card(1), selfie(1), "third").json()["signature"]


@pytest.mark.parametrize(("kind", "minutes"), [(Mischief.OLD, -60), (Mischief.FUTURE, 60)])
def test_answers_of_another_time(bench: Bench, kind: Mischief, minutes: int) -> None:
    created = datetime.fromisoformat(struck(bench, kind)["created"])
    assert abs(created - datetime.now(UTC) - timedelta(minutes=minutes)) < timedelta(minutes=1)


def test_a_wrong_digest_of_one_or_both(bench: Bench) -> None:
    honest = bench.match_images(card(1), selfie(1)).json()
    wrong = struck(bench, Mischief.WRONG_DIGEST, body="candidate")
    assert wrong["reference"]["digest"] == honest["reference"]["digest"]
    assert wrong["candidate"]["digest"] != honest["candidate"]["digest"]
    assert struck(bench, Mischief.WRONG_DIGEST)["reference"]["digest"] != honest["reference"]["digest"]


def test_answers_about_something_else(bench: Bench) -> None:
    assert struck(bench, Mischief.WRONG_CORRELATION)["correlationId"] != "of-this-request"
    assert "correlationId" not in struck(bench, Mischief.NO_CORRELATION)
    assert struck(bench, Mischief.WRONG_TYPE_OF_IMAGE)["candidate"]["imageType"] == "VIDEO_FRAME"
    session = bench.session()
    bench.server.faults.add(Fault(Mischief.WRONG_ID))
    assert bench.get(f"/bio-sessions/{session}")["id"] != session


def test_scores_that_are_no_scores(bench: Bench) -> None:
    assert "score" not in struck(bench, Mischief.NO_SCORE)
    assert math.isnan(struck(bench, Mischief.NAN_SCORE)["score"])
    assert math.isinf(struck(bench, Mischief.INFINITE_SCORE)["score"])
    assert struck(bench, Mischief.TEXT_SCORE)["score"] == "8000"


def test_rates_off_the_formula(bench: Bench) -> None:
    honest = bench.match_images(card(1), selfie(1)).json()["falseAcceptanceRate"]
    assert struck(bench, Mischief.FAR_OFF)["falseAcceptanceRate"] == pytest.approx(1000 * honest)
    assert struck(bench, Mischief.FAR_FRACTION)["falseAcceptanceRate"] == pytest.approx(honest / 100)


def test_lists_of_matches_out_of_order(bench: Bench) -> None:
    session = bench.session()
    reference, same, stranger = (bench.added(session, image) for image in (card(1), selfie(1), selfie(2)))
    path = f"/bio-sessions/{session}/faces/{reference}/matches"
    bench.server.faults.add(Fault(Mischief.UNSORTED), Fault(Mischief.REFERENCE_AMONG, after=1),
                            Fault(Mischief.OTHER_REFERENCE, after=2))  # fmt: skip
    lists = [[match["candidate"]["id"] for match in bench.get(path)] for _ in range(2)]
    assert lists == [[stranger, same], [reference, same, stranger]]
    assert bench.get(path)[0]["reference"]["id"] != reference


def test_too_many_requests_say_when_to_come_again(bench: Bench) -> None:
    bench.server.faults.add(Fault(Mischief.TOO_MANY, body="2"))
    answer = bench.client.get("/capabilities")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "2")
    assert bench.client.get("/capabilities").status_code == 200


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_gateway_answers_in_html(bench: Bench, status: int) -> None:
    bench.server.faults.add(Fault(Mischief.GATEWAY, status=status))
    answer = bench.client.get("/capabilities")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")


def test_a_picture_too_large(bench: Bench) -> None:
    bench.server.faults.add(Fault(Mischief.TOO_LARGE, "CreateFaceFromImage"))
    session = bench.session()
    answer = bench.add(session, selfie(1))
    assert answer.status_code == 413
    assert "id" in answer.json()
    assert bench.server.sessions[-1].faces == ()


def test_a_session_ends_in_mid_flow(bench: Bench) -> None:
    session = bench.session()
    face = bench.added(session, selfie(1))
    bench.server.faults.add(Fault(Mischief.SESSION_ENDS, "GetMatches"))
    assert bench.client.get(f"/bio-sessions/{session}/faces/{face}/matches").status_code == 404
    assert bench.client.get(f"/bio-sessions/{session}").status_code == 404
    other = bench.session()
    bench.server.end_session(other)
    assert bench.client.delete(f"/bio-sessions/{other}/faces").status_code == 404


def test_a_deletion_may_fail_or_be_forgotten(bench: Bench) -> None:
    session = bench.session()
    face = bench.added(session, selfie(1))
    bench.server.faults.add(Fault(Kind.REFUSE, "DeleteFaces"), Fault(Mischief.FORGETS, "DeleteFaces", after=1))
    path = f"/bio-sessions/{session}/faces"
    assert [bench.client.delete(path).status_code for _ in range(2)] == [500, 204]
    assert list(bench.server.sessions[-1].faces) == [face]
    bench.client.delete(path)
    assert list(bench.server.sessions[-1].faces) == []


def test_a_location_on_a_host_of_the_tests_choice(bench: Bench) -> None:
    bench.server.faults.add(Fault(Mischief.ELSEWHERE, "CreateBioSession", body="http://127.0.0.1:9"))
    answer = bench.client.post("/bio-sessions", json={})
    assert answer.headers["location"].startswith("http://127.0.0.1:9/bioserver-app/v2/bio-sessions/")


def test_connections_end_and_answers_tarry(bench: Bench) -> None:
    session = f"/bio-sessions/{bench.session()}"
    bench.server.faults.add(Fault(Kind.CUT, "GetBioSession"), Fault(Kind.DROP, "GetCapabilities"),
                            Fault(Kind.SLOW, "GetBioSession", delay=5.0, after=1))  # fmt: skip
    with pytest.raises(httpx.RemoteProtocolError):
        bench.client.get(session)
    with pytest.raises(httpx.TransportError):
        bench.client.get("/capabilities")
    with pytest.raises(httpx.ReadTimeout):
        bench.client.get(session, timeout=0.1)


@pytest.mark.parametrize("kind", [Kind.GARBAGE, Kind.EMPTY, Kind.HTML])
def test_answers_that_cannot_be_read(bench: Bench, kind: Kind) -> None:
    bench.server.faults.add(Fault(kind, "GetBioSession"))
    with pytest.raises(ValueError):  # noqa: PT011
        bench.client.get(f"/bio-sessions/{bench.session()}").json()


def test_a_changed_algorithm_refuses_older_templates() -> None:
    with BioServer() as server, httpx.Client(
        base_url=server.base_url, headers={"apikey": server.make.api_key}, trust_env=False, verify=False, timeout=30
    ) as client:  # fmt: skip
        bench = Bench(server, client)
        face = bench.direct(selfie(1)).content
        server.change_algorithm("F5_5_VID60", 113)
        assert bench.match(face, selfie(1)).status_code == 400
        assert bench.direct(selfie(1)).json()["templateversion"] == 113


def test_honest_replies_are_signed_as_they_are(bench: Bench) -> None:
    reply = bench.match_images(card(1), selfie(1)).json()
    assert payload_of(reply["signature"]) == without_signature(reply)
