"""Checks the RS256 signatures (compact JWS) of replies, and that a reply answers what was asked.

VALID is reached by one path only: allowed form · a configured key · the very bytes · the same content · bound to
the request. Nothing in a token chooses how it is checked.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.bioserver import jsontext
from app.bioserver.keys import KeyRing, SigningKey
from app.domain.evidence import SignatureCheck, SignatureOutcome, SignatureReason

SIGNATURE = "signature"
LARGEST_TOKEN = 4 * 1024 * 1024
SMALL_PARTS = 4096
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
_EXTENSIONS = frozenset({"crit", "b64"})

Outcome, Reason = SignatureOutcome, SignatureReason
UNSIGNED = SignatureCheck(Outcome.UNSIGNED)


@dataclass(frozen=True)
class Expectation:
    """What an answer must say to be the answer: empty members are not asked for.

    `digests`, `kinds` and `ids` go by the member that holds the face ("" is the object itself); kinds and ids are
    spelled as on the wire.
    """

    asked_at: datetime
    max_age_s: float = 300.0
    correlation_id: str = ""
    correlation_needed: bool = True
    digests: Mapping[str, str] = field(default_factory=dict, repr=False)
    kinds: Mapping[str, str] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)
    dated: bool = True


@dataclass(frozen=True)
class Token:
    """A compact JWS in an allowed form."""

    signing_input: bytes = field(repr=False)
    payload: bytes = field(repr=False)
    signature: bytes = field(repr=False)


class Refused(Exception):
    """A token that is not checked any further."""

    def __init__(self, reason: SignatureReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def check_attached(
    reply: str, keys: KeyRing, now: datetime, expected: Expectation | None = None, *, subset: bool = False
) -> SignatureCheck:
    """Check one reply object whose signature carries its own payload.

    `subset` accepts a server that signs only some members: then only these count, also for what was expected.
    """
    body = jsontext.parse(reply)
    if not isinstance(body, dict):
        raise jsontext.NotJson
    token = body.pop(SIGNATURE, None)
    if token is None or token == "":
        return _bound(UNSIGNED, body, expected, now)
    try:
        parts = parse_token(token)
        key = signer(hashlib.sha256(parts.signing_input).digest(), parts.signature, keys, now)
        signed = _content(parts.payload)
    except Refused as refused:
        return _refusal(refused.reason)
    counted = {name: body[name] for name in signed if name in body} if subset else body
    if not signed or not jsontext.same(signed, counted):
        return _told(Outcome.MISMATCH, Reason.CONTENT, key)
    return _bound(_told(Outcome.VALID, Reason.NONE, key), counted, expected, now)


def check_detached(reply: str, keys: KeyRing, now: datetime) -> SignatureCheck:
    """Check one reply object whose signature leaves its middle part out (replay status): rebuilt from the raw text."""
    token = jsontext.parse(reply).get(SIGNATURE)
    if token is None or token == "":
        return UNSIGNED
    try:
        head, signature = _detached(token)
        if not keys.keys:
            raise Refused(Reason.NO_KEYS)
    except Refused as refused:
        return _refusal(refused.reason)
    reason = Reason.BYTES
    for payload in payloads(reply):
        signing_input = head + b"." + _encoded(payload.encode())
        try:
            key = signer(hashlib.sha256(signing_input).digest(), signature, keys, now)
        except Refused as refused:
            reason = Reason.KEY_DATES if refused.reason is Reason.KEY_DATES else reason
            continue
        return _told(Outcome.VALID, Reason.NONE, key)
    return _refusal(reason)


def payloads(reply: str) -> Iterator[str]:
    """The texts a detached signature may be over, likeliest first."""
    cut = jsontext.without(reply, SIGNATURE)
    seen: set[str] = set()
    for text in (
        cut,
        jsontext.compact(cut),
        cut.strip(),
        jsontext.pretty(cut),
        jsontext.pretty(cut, "\r\n"),
    ):
        if text not in seen:
            seen.add(text)
            yield text


def parse_token(token: object) -> Token:
    """The three parts of a token with an attached payload. Refused for every form not allowed."""
    parts = _parts(token)
    if not parts[1]:
        raise Refused(Reason.FORM)
    _check_header(_decoded(parts[0]))
    return Token(f"{parts[0]}.{parts[1]}".encode(), _decoded(parts[1]), _decoded(parts[2]))


def signer(digest: bytes, signature: bytes, keys: KeyRing, moment: datetime) -> SigningKey:
    """The configured key, in its dates, that signed. Refused(NO_KEYS, KEY_DATES or BYTES)."""
    if not keys.keys:
        raise Refused(Reason.NO_KEYS)
    made = [key for key in keys.keys if key.signed(signature, digest)]
    usable = next((key for key in made if key.usable_at(moment)), None)
    if usable is not None:
        return usable
    if made or not any(key.usable_at(moment) for key in keys.keys):
        raise Refused(Reason.KEY_DATES)
    raise Refused(Reason.BYTES)


def signature_of_detached(token: object) -> bytes:
    """The signature of a token whose payload was left out. Refused for every form not allowed."""
    return _detached(token)[1]


def violation(body: Mapping[str, Any], expected: Expectation, now: datetime) -> SignatureReason:
    """The first thing that keeps the object from being the answer to what was asked; NONE when it is."""
    checks = (_correlation(body, expected), _faces(body, expected), _dates(body, expected, now))
    return next((reason for reason in checks if reason), Reason.NONE)


def _bound(
    check: SignatureCheck, body: Mapping[str, Any], expected: Expectation | None, now: datetime
) -> SignatureCheck:
    reason = violation(body, expected, now) if expected is not None else Reason.NONE
    if not reason:
        return check
    return SignatureCheck(Outcome.MISMATCH, reason, check.key_fingerprint, check.key_pem)


def _told(outcome: SignatureOutcome, reason: SignatureReason, key: SigningKey) -> SignatureCheck:
    return SignatureCheck(outcome, reason, key.fingerprint, key.pem)


def _refusal(reason: SignatureReason) -> SignatureCheck:
    keyless = reason in {Reason.NO_KEYS, Reason.KEY_DATES}
    return SignatureCheck(Outcome.NO_KEY if keyless else Outcome.INVALID, reason)


def _parts(token: object) -> list[str]:
    if not isinstance(token, str) or len(token) > LARGEST_TOKEN or token.count(".") != 2:
        raise Refused(Reason.FORM)
    parts = token.split(".")
    if len(parts[0]) > SMALL_PARTS or len(parts[2]) > SMALL_PARTS:
        raise Refused(Reason.FORM)
    return parts


def _detached(token: object) -> tuple[bytes, bytes]:
    head, middle, signature = _parts(token)
    if middle:
        raise Refused(Reason.FORM)
    _check_header(_decoded(head))
    return head.encode(), _decoded(signature)


def _check_header(text: bytes) -> None:
    """An object whose algorithm is the exact text RS256, without extensions that change what is signed."""
    try:
        header = jsontext.parse(text.decode())
    except (UnicodeDecodeError, jsontext.NotJson):
        raise Refused(Reason.HEADER) from None
    if not isinstance(header, dict):
        raise Refused(Reason.HEADER)
    if header.get("alg") != "RS256":
        raise Refused(Reason.ALGORITHM)
    if header.keys() & _EXTENSIONS:
        raise Refused(Reason.HEADER)


def _content(payload: bytes) -> dict[str, Any]:
    try:
        signed = jsontext.parse(payload.decode())
    except (UnicodeDecodeError, jsontext.NotJson):
        raise Refused(Reason.PAYLOAD) from None
    if not isinstance(signed, dict):
        raise Refused(Reason.PAYLOAD)
    return signed


def _decoded(part: str) -> bytes:
    """Strict base64url: no padding, no spaces, no spare bits."""
    if not _BASE64URL.fullmatch(part):
        raise Refused(Reason.FORM)
    try:
        data = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except (binascii.Error, ValueError):
        raise Refused(Reason.FORM) from None
    if _encoded(data) != part.encode():
        raise Refused(Reason.FORM)
    return data


def _encoded(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _correlation(body: Mapping[str, Any], expected: Expectation) -> SignatureReason:
    if not expected.correlation_id:
        return Reason.NONE
    told = body.get("correlationId")
    if told is None and not expected.correlation_needed:
        return Reason.NONE
    return Reason.NONE if told == expected.correlation_id else Reason.CORRELATION


def _faces(body: Mapping[str, Any], expected: Expectation) -> SignatureReason:
    for member, digest in expected.digests.items():
        told = _face(body, member).get("digest")
        if not isinstance(told, str) or told.lower() != digest.lower():
            return Reason.DIGEST
    if any(_face(body, member).get("imageType") != kind for member, kind in expected.kinds.items()):
        return Reason.PICTURE_KIND
    wrong = any(_face(body, member).get("id") != face_id for member, face_id in expected.ids.items())
    return Reason.FACE if wrong else Reason.NONE


def _face(body: Mapping[str, Any], member: str) -> Mapping[str, Any]:
    face = body.get(member) if member else body
    return face if isinstance(face, Mapping) else {}


def _dates(body: Mapping[str, Any], expected: Expectation, now: datetime) -> SignatureReason:
    if not expected.dated:
        return Reason.NONE
    created, expires = moment(body.get("created")), moment(body.get("expires"))
    if created is None or ("expires" in body and body["expires"] is not None and expires is None):
        return Reason.DATES
    if abs(now - created) > timedelta(seconds=expected.max_age_s):
        return Reason.AGE
    return Reason.EXPIRED if expires is not None and expires <= now else Reason.NONE


_DATE = re.compile(r"(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,9}))?([Zz]|[+-]\d\d:?\d\d)?")


def moment(text: object) -> datetime | None:
    """An ISO 8601 date with 0 to 9 fraction digits; without an offset it is UTC. None when it is not one."""
    found = _DATE.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    zone = "+00:00" if (found[3] or "Z") in "Zz" else found[3]
    fraction = (found[2] or "0")[:6].ljust(6, "0")
    try:
        return datetime.fromisoformat(f"{found[1]}{'' if found[1].count(':') == 2 else ':00'}.{fraction}{zone}")
    except ValueError:
        return None
