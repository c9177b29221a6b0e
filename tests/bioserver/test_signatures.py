"""Only what the server's key signed, as it stands, as the answer to what was asked, is valid."""

import hashlib
import hmac
import json
import time
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.bioserver import jsontext
from app.bioserver.keys import KeyRing
from app.bioserver.signatures import Expectation, check_attached, check_detached
from app.domain.errors import InvalidInput
from app.domain.evidence import SignatureOutcome, SignatureReason
from tests.bioserver.signing import DAY, RS256, certificate, detached, encoded, private_key, public_pem, signed, token

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
KEY = private_key()
KEYS = KeyRing.of([public_pem(KEY)])
DIGESTS = {"reference": "ab" * 32, "candidate": "cd" * 32}
KINDS = {"reference": "ID_DOCUMENT", "candidate": "SELFIE"}
EXPECTED = Expectation(NOW, 300, "c-1", True, DIGESTS, KINDS)
MATCH = json.dumps(
    {
        "reference": {"id": "r", "digest": "AB" * 32, "imageType": "ID_DOCUMENT"},
        "candidate": {"id": "c", "digest": "cd" * 32, "imageType": "SELFIE"},
        "score": 7771.43408203125,
        "falseAcceptanceRate": 1e-16,
        "correlationId": "c-1",
        "created": "2026-03-01T11:59:30.12Z",
    }
)
SIGNED = signed(MATCH, KEY)
Outcome, Reason = SignatureOutcome, SignatureReason


def outcome(reply: str, expected: Expectation | None = EXPECTED, keys: KeyRing = KEYS) -> SignatureOutcome:
    return check_attached(reply, keys, NOW, expected).outcome


def test_an_honest_reply_is_valid_and_names_its_key() -> None:
    check = check_attached(SIGNED, KEYS, NOW, EXPECTED)
    assert (check.outcome, check.reason) == (Outcome.VALID, Reason.NONE)
    assert (check.key_fingerprint, check.key_pem.strip()) == (KEYS.keys[0].fingerprint, public_pem(KEY).strip())


def test_order_spacing_and_number_spelling_do_not_matter() -> None:
    body = json.loads(MATCH)
    pretty = (
        json.dumps(dict(reversed(body.items())), indent=2).replace("\n", "\r\n").replace("1e-16", "0.0000000000000001")
    )
    assert outcome(signed(MATCH, KEY, pretty)) is Outcome.VALID
    assert outcome(signed('{"a":1,"b":[1.0]}', KEY, '{"b":[1],"a":1.00}'), None) is Outcome.VALID
    assert outcome(signed('{"a":1}', KEY, '{"a":true}'), None) is Outcome.MISMATCH


@pytest.mark.parametrize("body", [MATCH, f'{MATCH[:-1]},"signature":null}}', f'{MATCH[:-1]},"signature":""}}'])
def test_no_signature_is_unsigned_and_still_bound_to_the_request(body: str) -> None:
    assert outcome(body) is Outcome.UNSIGNED
    assert outcome(body.replace('"c-1"', '"c-2"')) is Outcome.MISMATCH


def test_without_a_key_nothing_is_verified() -> None:
    assert check_attached(SIGNED, KeyRing(), NOW).outcome is Outcome.NO_KEY
    other = KeyRing.of([public_pem(private_key(1))])
    assert outcome(SIGNED, keys=other) is Outcome.INVALID


def test_several_keys_and_their_dates() -> None:
    old = certificate(KEY, NOW - 30 * DAY, NOW - DAY)
    current = certificate(private_key(1), NOW - DAY, NOW + DAY)
    both = KeyRing.of([old + current])
    late = check_attached(SIGNED, both, NOW, EXPECTED)
    assert (late.outcome, late.reason) == (Outcome.NO_KEY, Reason.KEY_DATES)
    assert check_attached(SIGNED, both, NOW - 2 * DAY).outcome is Outcome.VALID
    assert outcome(signed(MATCH, private_key(1)), keys=both) is Outcome.VALID
    assert outcome(SIGNED, keys=KeyRing.of([old, public_pem(KEY)])) is Outcome.VALID


@pytest.mark.parametrize(
    "algorithm", ["none", "None", "NONE", "", "HS256", "PS256", "ES256", "rs256", "RS512", "RS256 "]
)
def test_no_other_algorithm_is_accepted(algorithm: str) -> None:
    check = check_attached(signed(MATCH, KEY, header=json.dumps({"alg": algorithm})), KEYS, NOW)
    assert (check.outcome, check.reason) == (Outcome.INVALID, Reason.ALGORITHM)


@pytest.mark.parametrize("secret", [public_pem(KEY), public_pem(KEY).strip()])
@pytest.mark.parametrize("header", ['{"alg":"HS256"}', RS256])
def test_the_public_key_is_no_shared_secret(secret: str, header: str) -> None:
    head = f"{encoded(header)}.{encoded(MATCH)}"
    forged = f"{head}.{encoded(hmac.digest(secret.encode(), head.encode(), hashlib.sha256))}"
    assert outcome(f'{MATCH[:-1]},"signature":"{forged}"}}') is Outcome.INVALID


@pytest.mark.parametrize(
    "header", ['{"alg":"RS256","crit":["b64"]}', '{"alg":"RS256","b64":false}', '["RS256"]', '"RS256"', "{}", "x"]
)
def test_headers_that_change_what_is_signed_are_refused(header: str) -> None:
    assert outcome(signed(MATCH, KEY, header=header)) is Outcome.INVALID


def test_a_key_inside_the_token_is_never_used() -> None:
    attacker = private_key(1)
    numbers = attacker.public_key().public_numbers()
    jwk = {"kty": "RSA", "n": encoded(numbers.n.to_bytes(256, "big")), "e": "AQAB"}
    header = json.dumps({"alg": "RS256", "kid": "1", "jwk": jwk, "jku": "http://127.0.0.1/keys"})
    assert outcome(signed(MATCH, attacker, header=header)) is Outcome.INVALID
    assert outcome(signed(MATCH, KEY, header=header)) is Outcome.VALID


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("7771.43408203125", "7771.43408203126"),
        lambda text: text.replace('"score"', '"Score"'),
        lambda text: text[:-1] + ',"extra":1}',
        lambda text: text.replace('"correlationId": "c-1", ', ""),
        lambda text: text.replace('"id": "r"', '"id": "x"'),
    ],
)
def test_a_changed_reply_under_a_genuine_signature_is_a_mismatch(change: object) -> None:
    changed = change(SIGNED)  # type: ignore[operator]
    assert changed != SIGNED
    assert outcome(changed, None) is Outcome.MISMATCH


def test_signed_members_only_is_a_setting() -> None:
    body = f'{MATCH[:-1]},"note":"unsigned"}}'
    reply = signed(body, KEY, MATCH)
    assert outcome(reply) is Outcome.MISMATCH
    assert check_attached(reply, KEYS, NOW, EXPECTED, subset=True).outcome is Outcome.VALID
    little = signed(MATCH, KEY, '{"score":7771.43408203125}')
    assert check_attached(little, KEYS, NOW, EXPECTED, subset=True).outcome is Outcome.MISMATCH
    assert check_attached(signed(MATCH, KEY, "{}"), KEYS, NOW, None, subset=True).outcome is Outcome.MISMATCH


@pytest.mark.parametrize(
    ("expected", "reason"),
    [
        (Expectation(NOW, 300, "c-2"), Reason.CORRELATION),
        (Expectation(NOW, digests={"reference": "cd" * 32}), Reason.DIGEST),
        (Expectation(NOW, kinds={"reference": "SELFIE"}), Reason.PICTURE_KIND),
        (Expectation(NOW, ids={"reference": "x"}), Reason.FACE),
        (Expectation(NOW, max_age_s=10), Reason.AGE),
    ],
)
def test_a_genuine_answer_to_another_question_is_a_mismatch(expected: Expectation, reason: SignatureReason) -> None:
    check = check_attached(SIGNED, KEYS, NOW, expected)
    assert (check.outcome, check.reason) == (Outcome.MISMATCH, reason)


@pytest.mark.parametrize(
    ("dates", "reason"),
    [
        ({"created": "2026-03-01T11:00:00Z"}, Reason.AGE),
        ({"created": "2026-03-01T13:00:00Z"}, Reason.AGE),
        ({"created": "soon"}, Reason.DATES),
        ({}, Reason.DATES),
        ({"created": "2026-03-01T12:00:00Z", "expires": "2026-03-01T11:59:59Z"}, Reason.EXPIRED),
        ({"created": "2026-03-01T12:00:00Z", "expires": "never"}, Reason.DATES),
    ],
)
def test_an_old_answer_is_a_mismatch(dates: dict[str, str], reason: SignatureReason) -> None:
    check = check_attached(signed(json.dumps({"score": 1, **dates}), KEY), KEYS, NOW, Expectation(NOW))
    assert (check.outcome, check.reason) == (Outcome.MISMATCH, reason)


DETACHED_BODY = '{ "status" : "SUCCESS", "image":"a\\/b==", "score": 1.50e1 }'


@pytest.mark.parametrize(
    "payload",
    [
        DETACHED_BODY,
        '{"status":"SUCCESS","image":"a\\/b==","score":1.50e1}',
        '{\n  "status": "SUCCESS",\n  "image": "a\\/b==",\n  "score": 1.50e1\n}',
        '{\r\n  "status": "SUCCESS",\r\n  "image": "a\\/b==",\r\n  "score": 1.50e1\r\n}',
    ],
)
def test_a_detached_signature_is_rebuilt_from_the_raw_text(payload: str) -> None:
    reply = detached(DETACHED_BODY, KEY, payload).replace(' ,"signature"', ',"signature"')
    if payload == DETACHED_BODY:  # cut out with its comma, all else as it was
        reply = detached(payload, KEY, payload[:-2] + "}")
    assert check_detached(reply, KEYS, NOW).outcome is Outcome.VALID
    assert check_detached(reply.replace("SUCCESS", "FAILED"), KEYS, NOW).outcome is Outcome.INVALID
    assert check_detached(f"  {reply}\n", KEYS, NOW).outcome is Outcome.VALID
    assert check_detached(reply, KeyRing(), NOW).outcome is Outcome.NO_KEY


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_signature_may_stand_anywhere_in_the_object(place: int) -> None:
    members = ['"status":"SUCCESS"', '"image":"eA=="']
    head, _, end = token("{" + ",".join(members) + "}", KEY).split(".")
    members.insert(place, f'"signature":"{head}..{end}"')
    assert check_detached("{" + ",".join(members) + "}", KEYS, NOW).outcome is Outcome.VALID


def test_an_empty_middle_anywhere_else_fails_and_a_whole_token_is_not_detached() -> None:
    assert outcome(detached(MATCH, KEY)) is Outcome.INVALID
    assert check_detached(SIGNED, KEYS, NOW).outcome is Outcome.INVALID
    assert check_detached(MATCH, KEYS, NOW).outcome is Outcome.UNSIGNED


TOKEN = token(MATCH, KEY)


@settings(deadline=None, max_examples=400)
@given(st.integers(0, len(TOKEN) - 1), st.sampled_from([*"ABab019-_.=+/ \n", "", "é", "AA"]))
@example(len(TOKEN) - 1, "A")
@example(0, "")
def test_no_mutated_token_passes(place: int, letter: str) -> None:
    mutated = TOKEN[:place] + letter + TOKEN[place + 1 :]
    if mutated != TOKEN:
        assert outcome(f"{MATCH[:-1]},{json.dumps('signature')}:{json.dumps(mutated)}}}") is not Outcome.VALID


@settings(deadline=None, max_examples=400)
@given(st.integers(0, len(SIGNED) - 1), st.characters(codec="utf-8"))
def test_no_mutated_reply_passes_with_other_content(place: int, letter: str) -> None:
    mutated = SIGNED[:place] + letter + SIGNED[place + 1 :]
    try:
        check = check_attached(mutated, KEYS, NOW, EXPECTED)
    except jsontext.NotJson:
        return
    if check.outcome is Outcome.VALID:
        assert jsontext.same(jsontext.parse(mutated), jsontext.parse(SIGNED)), "only spelling may differ"


NAMES = st.text(max_size=6).filter(lambda name: name != "signature")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None, max_examples=150)
@given(
    st.dictionaries(st.text(max_size=6).filter(lambda name: name != "signature"), JSON, min_size=1, max_size=5), JSON
)
def test_any_object_verifies_and_none_signed_for_another_does(body: dict[str, object], other: object) -> None:
    text = json.dumps(body)
    assert outcome(signed(text, KEY, json.dumps(body, indent=3, ensure_ascii=False)), None) is Outcome.VALID
    assert check_detached(detached(text, KEY, json.dumps(body)), KEYS, NOW).outcome is Outcome.VALID
    if not jsontext.same(jsontext.parse(json.dumps(other)), jsontext.parse(text)):
        assert outcome(signed(text, KEY, json.dumps(other)), None) is not Outcome.VALID


@settings(deadline=None, max_examples=200)
@given(st.one_of(JSON, st.text(max_size=60), st.binary(max_size=40).map(encoded)))
def test_whatever_stands_in_the_signature_never_raises(value: object) -> None:
    reply = f'{MATCH[:-1]},"signature":{json.dumps(value)}}}'
    assert outcome(reply, None) is not Outcome.VALID
    assert check_detached(reply, KEYS, NOW).outcome is not Outcome.VALID


@pytest.mark.parametrize(
    "text", ['{"a":1,"a":2}', '{"a":1,}', "[" * 5000, '{"a":' * 3000, '{"a":01}', "\ufeff{}", "{} {}"]
)
def test_a_reply_that_is_no_strict_json_is_refused(text: str) -> None:
    with pytest.raises(jsontext.NotJson):
        check_attached(text, KEYS, NOW)


def test_keys_of_another_kind_or_too_small_are_refused() -> None:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

    curve = ec.generate_private_key(ec.SECP256R1()).public_key()
    private = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    bad = {
        "not-rsa": curve.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
        "too-small": public_pem(private_key(9, 1024)),
        "not-pem": "ssh-rsa AAAA",
        "not-public": private,
        "unreadable": "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
    }
    for reason, pem in bad.items():
        with pytest.raises(InvalidInput) as caught:
            KeyRing.of([pem])
        assert caught.value.fact("reason") == reason


def test_a_check_is_cheap() -> None:
    used = time.thread_time()
    for _ in range(50):
        check_attached(SIGNED, KEYS, NOW, EXPECTED)
    assert (time.thread_time() - used) / 50 < 0.01


COMPOSED, DECOMPOSED = "Zo\u00eb", "Zoe\u0308"


@pytest.mark.parametrize(
    "header",
    [
        '{"alg":"none","alg":"RS256"}',
        '{"alg":"RS256","alg":"RS256"}',
        '{"ALG":"RS256"}',
        '{"alg":["RS256"]}',
        '{"alg":"RS256\\u0000"}',
        '{"alg":"RS256","crit":[]}',
        '{"alg":"RS256","b64":true}',
        '{"alg":"RS256"}{}',
        '\ufeff{"alg":"RS256"}',
    ],
)
def test_headers_in_disguise_are_refused(header: str) -> None:
    assert outcome(signed(MATCH, KEY, header=header)) is Outcome.INVALID


@pytest.mark.parametrize("name", ["kid", "x5c", "x5u", "x5t", "jwk", "jku"])
def test_what_a_token_says_about_keys_is_not_looked_at(name: str) -> None:
    header = json.dumps({"alg": "RS256", name: ["http://127.0.0.1:9/key", public_pem(private_key(1))]})
    assert outcome(signed(MATCH, KEY, header=header)) is Outcome.VALID
    assert outcome(signed(MATCH, private_key(1), header=header)) is Outcome.INVALID


@pytest.mark.parametrize(
    ("body", "payload"),
    [
        (f'{{"a":"{COMPOSED}"}}', f'{{"a":"{DECOMPOSED}"}}'),
        (f'{{"{COMPOSED}":1}}', f'{{"{DECOMPOSED}":1}}'),
        ('{"a":18446744073709551617}', '{"a":18446744073709551616}'),
        ('{"a":10000000000000000000000001}', '{"a":1e25}'),
        ('{"a":1}', '{"a":1,"b":null}'),
        ('{"a":0}', '{"a":false}'),
        ('{"a":"1"}', '{"a":1}'),
        ('{"a":[1,2]}', '{"a":[2,1]}'),
        ('{"a":{}}', '{"a":[]}'),
    ],
)
def test_what_only_looks_alike_is_a_mismatch(body: str, payload: str) -> None:
    assert outcome(signed(body, KEY, payload), None) is Outcome.MISMATCH
    assert outcome(signed(payload, KEY, body), None) is Outcome.MISMATCH


@pytest.mark.parametrize(
    "payload", ['{"a":1,"a":1}', '{"a":1} {}', '\ufeff{"a":1}', '[{"a":1}]', '{"a":01}', '{"a":1,}']
)
def test_payloads_that_can_be_read_two_ways_are_refused(payload: str) -> None:
    assert outcome(signed('{"a":1}', KEY, payload), None) is Outcome.INVALID


def test_numbers_are_compared_however_large_and_however_written() -> None:
    huge = "9" * 5000
    assert outcome(signed(f'{{"a":{huge},"b":1e-400}}', KEY, f'{{"b":0.1E-399,"a":{huge}.0}}'), None) is Outcome.VALID
    assert outcome(signed(f'{{"a":{huge}}}', KEY, f'{{"a":{huge[:-1]}8}}'), None) is Outcome.MISMATCH
