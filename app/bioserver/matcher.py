"""Fits the client to the DocumentMatcher port: correlation ids, session lives, signatures checked and bound."""

import asyncio
import hashlib
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from app.bioserver import jsontext
from app.bioserver.client import BioServerClient
from app.bioserver.codec import BIOMETRIC, IMAGE_TYPES, MatchReply, liveness_outcome, liveness_reply, text_of
from app.bioserver.faults import DEVICE
from app.bioserver.keys import KeyRing
from app.bioserver.signatures import SIGNATURE, UNSIGNED, Expectation, Refused, check_attached, parse_token
from app.domain.document import (
    CheckedPicture,
    Comparison,
    LivenessOutcome,
    LivenessResult,
    RemoteFace,
    RemoteSession,
)
from app.domain.errors import ForeignData, InvalidInput, NotWritten, RemoteRefused
from app.domain.evidence import SignatureCheck

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Terms:
    """How to deal with the server: seconds a session lives and a reply is fresh, whether pictures are kept there.

    `signed_subset` accepts a server that signs only some members; `mode` is left to the server when empty.
    """

    session_ttl_s: int = 300
    reply_age_s: float = 300.0
    keep_images: bool = False
    signed_subset: bool = False
    mode: str = ""
    keys: KeyRing = field(default_factory=KeyRing, repr=False)


class BioServerMatcher:
    """The DocumentMatcher port; `clock` gives aware moments."""

    def __init__(self, client: BioServerClient, terms: Terms, clock: Clock | None = None) -> None:
        self._client = client
        self._terms = terms
        self._now = clock or _utc

    async def compare(self, reference: CheckedPicture, probe: CheckedPicture) -> Comparison:
        """One call, nothing kept; the answer must name our correlation id and both digests."""
        _refuse_unusable(reference, probe)
        correlation_id, asked_at = uuid.uuid4().hex, self._now()
        kinds, types = (reference.kind, probe.kind), (reference.media_type, probe.media_type)
        reply = await self._client.match_images(
            reference.image, probe.image, kinds, media_types=types, correlation_id=correlation_id
        )
        expected = self._expected(reference, probe, correlation_id, asked_at)
        return await self._comparison(reply, expected)

    async def begin(self) -> RemoteSession:
        """A session with a random correlation id; its end is counted from the answer on: never told too early."""
        correlation_id = uuid.uuid4().hex
        ttl = self._terms.session_ttl_s
        session_id = await self._client.create_session(
            ttl_s=ttl, correlation_id=correlation_id, keep_images=self._terms.keep_images
        )
        return RemoteSession(session_id, correlation_id, self._now() + timedelta(seconds=ttl))

    async def add(self, session: RemoteSession, picture: CheckedPicture) -> RemoteFace:
        """Put a face there and read back what the server thinks of it."""
        _refuse_unusable(picture)
        face_id = await self._client.create_face(
            session.session_id, picture.image, picture.kind, media_type=picture.media_type, mode=self._terms.mode
        )
        face = await self._client.face(session.session_id, face_id)
        if face.face.face_id not in {"", face_id}:
            raise ForeignData(device=DEVICE, step="face", reason="other-face")
        return RemoteFace(face_id, face.face.quality, face.face.eyes, face.face.mode, face.face.template_version)

    async def candidates(
        self, session: RemoteSession, reference_id: str, sent: Mapping[str, CheckedPicture]
    ) -> tuple[Comparison, ...]:
        """GetMatches, each element checked by itself; a candidate we did not send is refused."""
        asked_at = self._now()
        replies = await self._client.matches(session.session_id, reference_id)
        if any(reply.candidate.face_id not in sent for reply in replies):
            raise ForeignData(device=DEVICE, step="matches", reason="other-face")
        found: dict[str, Comparison] = {}
        for reply in replies:
            candidate_id = reply.candidate.face_id
            ids = {"reference": reference_id, "candidate": candidate_id}
            pictures = sent[reference_id], sent[candidate_id]
            expected = self._expected(*pictures, session.correlation_id, asked_at, ids=ids)
            found.setdefault(candidate_id, await self._comparison(reply, expected))
        return tuple(found.values())

    async def forget(self, session: RemoteSession) -> None:
        """DELETE, then look: NotWritten when faces are still there. A session that ended holds nothing."""
        await self._client.delete_faces(session.session_id)
        try:
            left = await self._client.faces(session.session_id)
        except RemoteRefused as refused:
            if refused.facts.get("http_status") != 404:
                raise
            left = ()
        if left:
            raise NotWritten(device=DEVICE, step="delete-faces", count=len(left))

    async def liveness(self, session_id: str, mode: str, *, signature_required: bool) -> LivenessResult:
        """The challenge result; SUCCESS counts only for the mode asked for, from a real camera, and proven."""
        told = await self._client.liveness_result(session_id, mode)
        if told is None:
            return LivenessResult(LivenessOutcome.NOT_READY, liveness_reply({}, mode, UNSIGNED))
        body, raw = told
        check = check_attached(raw, self._terms.keys, self._now(), subset=self._terms.signed_subset)
        token, _ = _kept_token(text_of(body.get(SIGNATURE)))
        kept = jsontext.redacted(jsontext.without(raw, SIGNATURE), BIOMETRIC)
        reply = replace(liveness_reply(body, mode, check), raw=kept, token=token)
        return LivenessResult(liveness_outcome(reply, signature_required=signature_required), reply)

    def _expected(
        self,
        reference: CheckedPicture,
        probe: CheckedPicture,
        correlation_id: str,
        asked_at: datetime,
        ids: Mapping[str, str] | None = None,
    ) -> Expectation:
        """Matches of a session are bound by face ids and digests too, and need not repeat its correlation id."""
        return Expectation(
            asked_at,
            self._terms.reply_age_s,
            correlation_id,
            ids is None,
            {"reference": reference.digest, "candidate": probe.digest},
            {"reference": IMAGE_TYPES[reference.kind], "candidate": IMAGE_TYPES[probe.kind]},
            ids or {},
        )

    async def _comparison(self, reply: MatchReply, expected: Expectation) -> Comparison:
        subset = self._terms.signed_subset
        check = await asyncio.to_thread(
            check_attached, reply.raw, self._terms.keys, self._now(), expected, subset=subset
        )
        return _told(reply, check, expected, subset)


def _told(reply: MatchReply, check: SignatureCheck, expected: Expectation, subset: bool) -> Comparison:
    token, digest = _kept_token(reply.token)
    return Comparison(
        reply.score,
        reply.far_percent,
        check,
        reply.reference,
        reply.candidate,
        reply.created_at,
        jsontext.redacted(jsontext.without(reply.raw, SIGNATURE), BIOMETRIC),
        token,
        expected.correlation_id,
        expected.asked_at,
        digest,
        subset,
        expected.correlation_needed,
        expected.ids.get("reference", ""),
        expected.ids.get("candidate", ""),
    )


def _kept_token(token: str) -> tuple[str, str]:
    """The token, or, when what it signs holds a template or image, its signature and the digest of what was signed."""
    try:
        parts = parse_token(token)
        signed = jsontext.parse(parts.payload.decode())
    except (Refused, ValueError):
        return ("" if not token else "unreadable"), ""
    if not jsontext.holds(signed, BIOMETRIC):
        return token, ""
    head, _, signature = token.split(".")
    return f"{head}..{signature}", hashlib.sha256(parts.signing_input).hexdigest()


def _refuse_unusable(*pictures: CheckedPicture) -> None:
    """No byte of a picture that failed its check leaves."""
    for picture in pictures:
        if not picture.usable:
            raise InvalidInput(device=DEVICE, field="picture", reason="not-usable")


def _utc() -> datetime:
    return datetime.now(UTC)
