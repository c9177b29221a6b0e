"""Every signed reply verifies with the published key, and every hostile way of signing is really what it says."""

import base64
import hashlib
import hmac
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509

from app.simulators.bioserver import BioServer, Mischief
from app.simulators.faults import Fault
from tests.simulators.bioserver.bench import (
    Bench,
    card,
    decoded,
    header_of,
    payload_of,
    selfie,
    verified,
    without_signature,
)

DETACHED = re.compile(r',\s*"signature":\s*"[^"]*"')
STYLES = ["compact", "spaced", "pretty_lf", "pretty_crlf"]


def session_reply(bench: Bench, *strikes: Fault) -> dict[str, Any]:
    session = bench.session(correlationId="mine")
    bench.server.faults.add(*strikes)
    reply: dict[str, Any] = bench.get(f"/bio-sessions/{session}")
    return reply


def replayed(bench: Bench, **outcome: Any) -> str:
    """The raw text of a replay status that is ready."""
    session = bench.session()
    bench.client.post(f"/bio-sessions/{session}/init-liveness-parameters", json=CHALLENGE)
    bench.server.finish_liveness(**outcome)
    return bench.client.get(f"/bio-sessions/{session}/replay-liveness-metadata").content.decode()


CHALLENGE = {"type": "HIGH", "timeout": 60_000, "securityLevel": "MEDIUM", "nbChallenge": 2}


@pytest.mark.parametrize("payload", ["compact", "pretty_crlf", "pretty_lf", "reordered"])
@pytest.mark.parametrize("style", STYLES)
def test_the_signed_payload_is_the_reply_without_its_signature(bench: Bench, payload: str, style: str) -> None:
    bench.server.vary(payload=payload, body_style=style)
    reply = session_reply(bench)
    assert header_of(reply["signature"]) == {"alg": "RS256"}
    assert payload_of(reply["signature"]) == without_signature(reply)
    assert verified(reply["signature"], bench.server.certificate_pem)
    assert (b"\r\n" in decoded(reply["signature"].split(".")[1])) == (payload == "pretty_crlf")


def test_every_element_of_an_array_carries_its_own(bench: Bench) -> None:
    session = bench.session()
    reference = bench.added(session, card(1), "ID_DOCUMENT")
    bench.added(session, selfie(1))
    bench.added(session, selfie(2))
    elements = [
        *bench.get(f"/bio-sessions/{session}/faces"),
        *bench.get(f"/bio-sessions/{session}/faces/{reference}/matches"),
    ]
    assert len(elements) == 5
    assert len({element["signature"] for element in elements}) == 5
    assert all(verified(element["signature"], bench.server.certificate_pem) for element in elements)
    assert all(payload_of(element["signature"]) == without_signature(element) for element in elements)


@pytest.mark.parametrize("slash", [False, True])
@pytest.mark.parametrize("style", STYLES)
def test_a_detached_signature_covers_the_raw_text_without_it(bench: Bench, style: str, slash: bool) -> None:
    bench.server.vary(body_style=style, escaped_slash=slash)
    raw = replayed(bench, image=selfie(1))
    reply = json.loads(raw)
    assert base64.b64decode(reply["image"]) == selfie(1)
    assert reply["signature"].split(".")[1] == ""
    assert verified(reply["signature"], bench.server.certificate_pem, DETACHED.sub("", raw).encode())


@pytest.mark.parametrize("form", ["compact", "trimmed", "pretty_lf", "pretty_crlf"])
def test_other_readings_of_detached(bench: Bench, form: str) -> None:
    bench.server.vary(detached=form, body_style="spaced")
    raw = replayed(bench, status="FAILED")
    reply = json.loads(raw)
    content = without_signature(reply)
    pretty = json.dumps(content, indent=2)
    payload = {
        "compact": json.dumps(content, separators=(",", ":")),
        "trimmed": DETACHED.sub("", raw).strip(),
        "pretty_lf": pretty,
        "pretty_crlf": pretty.replace("\n", "\r\n"),
    }[form]
    assert verified(reply["signature"], bench.server.certificate_pem, payload.encode())
    assert (raw != raw.strip()) == (form == "trimmed")


@pytest.mark.parametrize(
    ("kind", "header"),
    [
        (Mischief.ALG_LOWER, {"alg": "rs256"}),
        (Mischief.CRIT, {"alg": "RS256", "crit": ["exp"], "exp": 1}),
        (Mischief.B64, {"alg": "RS256", "b64": True}),
    ],
)
def test_right_signatures_with_a_header_nobody_may_accept(bench: Bench, kind: Mischief, header: dict[str, Any]) -> None:
    token = session_reply(bench, Fault(kind))["signature"]
    assert header_of(token) == header
    assert verified(token, bench.server.certificate_pem)


@pytest.mark.parametrize(
    "kind", [Mischief.WRONG_KEY, Mischief.EMBEDDED_KEY, Mischief.GARBLED, Mischief.PS256, Mischief.ALG_NONE]
)
def test_signatures_that_do_not_verify(bench: Bench, kind: Mischief) -> None:
    reply = session_reply(bench, Fault(kind))
    assert payload_of(reply["signature"]) == without_signature(reply)
    assert not verified(reply["signature"], bench.server.certificate_pem)


def test_the_algorithm_none_carries_no_signature(bench: Bench) -> None:
    token = session_reply(bench, Fault(Mischief.ALG_NONE))["signature"]
    assert header_of(token) == {"alg": "none"}
    assert token.endswith(".")


@pytest.mark.parametrize("kind", [Mischief.HS256, Mischief.HS256_CERTIFICATE])
def test_the_public_key_as_a_secret(bench: Bench, kind: Mischief) -> None:
    server = bench.server
    token = session_reply(bench, Fault(kind))["signature"]
    secret = server.public_key_pem if kind is Mischief.HS256 else server.certificate_pem
    head, _, signature = token.rpartition(".")
    assert header_of(token) == {"alg": "HS256"}
    assert hmac.new(secret.encode(), head.encode(), hashlib.sha256).digest() == decoded(signature)


def test_an_embedded_key_is_offered_in_the_header(bench: Bench) -> None:
    assert {"jwk", "kid", "jku", "x5u"} < set(
        header_of(session_reply(bench, Fault(Mischief.EMBEDDED_KEY))["signature"])
    )


def test_shapes_that_are_no_compact_serialization(bench: Bench) -> None:
    assert "signature" not in session_reply(bench, Fault(Mischief.UNSIGNED))
    assert session_reply(bench, Fault(Mischief.FOUR_PARTS))["signature"].count(".") == 3
    assert "=" in session_reply(bench, Fault(Mischief.PADDED))["signature"]
    assert ".." in session_reply(bench, Fault(Mischief.DETACHED))["signature"]


@pytest.mark.parametrize("kind", [Mischief.SWAPPED_PAYLOAD, Mischief.ADDED_MEMBER, Mischief.LOST_MEMBER])
def test_a_genuine_signature_over_other_content(bench: Bench, kind: Mischief) -> None:
    reply = session_reply(bench, Fault(kind))
    assert verified(reply["signature"], bench.server.certificate_pem)
    assert payload_of(reply["signature"]) != without_signature(reply)


def test_a_raised_score_is_not_what_was_signed(bench: Bench) -> None:
    bench.server.faults.add(Fault(Mischief.RAISED_SCORE))
    reply = bench.match_images(card(1), selfie(2)).json()
    assert reply["score"] > 8000 > 2300 > payload_of(reply["signature"])["score"]
    assert verified(reply["signature"], bench.server.certificate_pem)


def test_a_swapped_replay_payload_does_not_verify(bench: Bench) -> None:
    bench.server.faults.add(Fault(Mischief.SWAPPED_PAYLOAD, "getReplayStatus"))
    raw = replayed(bench, status="FAILED")
    assert not verified(json.loads(raw)["signature"], bench.server.certificate_pem, DETACHED.sub("", raw).encode())


def test_only_some_members_may_be_signed(bench: Bench) -> None:
    bench.server.vary(signed_members=("id", "created"))
    assert set(payload_of(session_reply(bench)["signature"])) == {"id", "created"}


def test_numbers_may_be_spelled_otherwise_than_signed(bench: Bench) -> None:
    bench.server.vary(far_decimal=True)
    answer = bench.match_images(selfie(1), selfie(1))
    payload = decoded(answer.json()["signature"].split(".")[1])
    assert b"e-1" in payload
    assert re.search(rb'"falseAcceptanceRate":0\.0{10}', answer.content)
    assert json.loads(payload) == without_signature(answer.json())


def test_direct_faces_are_signed_only_where_a_server_does(bench: Bench) -> None:
    bench.server.vary(direct_signature=True)
    face = bench.direct(selfie(1)).json()
    assert verified(face["signature"], bench.server.certificate_pem)
    assert "signature" not in bench.direct(selfie(1), signatureDisabled="true").json()


def test_a_rotated_key_signs_from_then_on() -> None:
    with BioServer() as server:
        before, now = server.certificate_pem, datetime.now(UTC)
        after = server.rotate_key(now, now + timedelta(days=2))
        assert server.certificate_pem == after != before
        assert x509.load_pem_x509_certificate(after.encode()).not_valid_after_utc < now + timedelta(days=3)
        expired = x509.load_pem_x509_certificate(server.rotate_to_expired_key().encode())
        assert expired.not_valid_after_utc < now
