"""Checks evidence again, years later and offline: with the token, the key and the figures that were stored with it.

Nothing of today's configuration is used. What the record says must follow from what the server signed.
"""

import asyncio
import hmac

from app.bioserver import codec, jsontext
from app.bioserver.codec import IMAGE_TYPES
from app.bioserver.keys import KeyRing
from app.bioserver.signatures import (
    Expectation,
    Refused,
    check_attached,
    signature_of_detached,
    signer,
    violation,
)
from app.domain.document import LivenessOutcome, MatchPolicy, PictureKind
from app.domain.errors import InvalidInput
from app.domain.evidence import (
    Evidence,
    EvidenceFault,
    EvidenceReport,
    SignatureCheck,
    SignatureOutcome,
    SignatureReason,
)
from app.domain.verdict import decide

_PICTURES = frozenset({SignatureReason.DIGEST, SignatureReason.PICTURE_KIND})


class Rechecker:
    """The EvidenceCheck port."""

    async def recheck(self, evidence: Evidence) -> EvidenceReport:
        """On a worker thread; never raises for a bad record."""
        return await asyncio.to_thread(recheck, evidence)


def recheck(evidence: Evidence) -> EvidenceReport:
    """Every fault of one record."""
    try:
        body = jsontext.parse(evidence.reply)
        keys = KeyRing.of([evidence.key_pem] if evidence.key_pem else [])
        check = _signature(evidence, keys)
    except (jsontext.NotJson, InvalidInput, ValueError, KeyError):
        return _report(evidence, None, (EvidenceFault.UNREADABLE,))
    if not isinstance(body, dict):
        return _report(evidence, None, (EvidenceFault.UNREADABLE,))
    faults = [*_key_faults(evidence, keys), *_signature_faults(evidence, check)]
    match = codec.match(body, evidence.reply)
    faults += [EvidenceFault.SCORE] if match.score != evidence.score else []
    faults += [EvidenceFault.FAR] if match.far_percent != evidence.far_percent else []
    faults += [] if _decided_so(evidence) else [EvidenceFault.DECISION]
    faults += [] if _live_so(evidence) else [EvidenceFault.LIVENESS]
    return _report(evidence, check, tuple(dict.fromkeys(faults)))


def _report(evidence: Evidence, check: SignatureCheck | None, faults: tuple[EvidenceFault, ...]) -> EvidenceReport:
    return EvidenceReport(
        evidence.evidence_id,
        evidence.decided_at,
        evidence.decision,
        None if check is None else check.outcome,
        evidence.signature,
        evidence.score,
        evidence.key_fingerprint,
        faults,
    )


def _signature(evidence: Evidence, keys: KeyRing) -> SignatureCheck:
    expected = _expectation(evidence)
    if evidence.signing_digest:
        return _of_digest(evidence, keys, expected)
    text = _with_token(evidence.reply, evidence.token)
    return check_attached(text, keys, evidence.decided_at, expected, subset=evidence.signed_subset)


def _with_token(text: str, token: str) -> str:
    """A reply's text with its signature where it may stand."""
    if not token:
        return text
    inner = text.rstrip()[:-1].rstrip()
    comma = "" if inner.endswith("{") else ","
    return f'{inner}{comma}"signature":"{token}"}}'


def _live_so(evidence: Evidence) -> bool:
    """Whether the liveness outcome follows from the reply it was read from; records before that kept none."""
    proof = evidence.liveness_proof
    if proof is None:
        return True
    try:
        keys = KeyRing.of([proof.key_pem] if proof.key_pem else [])
        text = _with_token(proof.reply, proof.token)
        check = check_attached(text, keys, evidence.decided_at, subset=evidence.signed_subset)
        reply = codec.liveness_reply(jsontext.parse(proof.reply), proof.asked_mode, check)
    except (jsontext.NotJson, InvalidInput, ValueError):
        return False
    return codec.liveness_outcome(reply, signature_required=evidence.signature_required).value == evidence.liveness


def _of_digest(evidence: Evidence, keys: KeyRing, expected: Expectation) -> SignatureCheck:
    """The signed text held a template and was not kept: its digest is signed, and the rest is held by the record."""
    try:
        signature = signature_of_detached(evidence.token)
        key = signer(bytes.fromhex(evidence.signing_digest), signature, keys, evidence.decided_at)
    except Refused as refused:
        return SignatureCheck(SignatureOutcome.INVALID, refused.reason)
    reason = violation(jsontext.parse(evidence.reply), expected, evidence.decided_at)
    outcome = SignatureOutcome.MISMATCH if reason else SignatureOutcome.VALID
    return SignatureCheck(outcome, reason, key.fingerprint, key.pem)


def _expectation(evidence: Evidence) -> Expectation:
    ids = {"reference": evidence.reference_id, "candidate": evidence.candidate_id}
    pictures = {"reference": evidence.reference, "candidate": evidence.probe}
    return Expectation(
        evidence.asked_at,
        evidence.reply_age_s,
        evidence.correlation_id,
        evidence.correlation_needed,
        {member: picture.digest for member, picture in pictures.items()},
        {member: IMAGE_TYPES[PictureKind(picture.kind)] for member, picture in pictures.items()},
        {member: face_id for member, face_id in ids.items() if face_id},
    )


def _key_faults(evidence: Evidence, keys: KeyRing) -> list[EvidenceFault]:
    told = keys.keys[0].fingerprint if keys.keys else ""
    return [] if hmac.compare_digest(told, evidence.key_fingerprint) else [EvidenceFault.KEY]


def _signature_faults(evidence: Evidence, check: SignatureCheck) -> list[EvidenceFault]:
    """Without a key that once verified it, INVALID and NO_KEY cannot be told apart again: neither proves anything."""
    if check.outcome is evidence.signature:
        return []
    unproven = {SignatureOutcome.INVALID, SignatureOutcome.NO_KEY}
    if not evidence.key_pem and {check.outcome, evidence.signature} <= unproven:
        return []
    return [EvidenceFault.PICTURES if check.reason in _PICTURES else EvidenceFault.SIGNATURE]


def _decided_so(evidence: Evidence) -> bool:
    policy = MatchPolicy(signature_required=evidence.signature_required, liveness_required=evidence.liveness_required)
    liveness = LivenessOutcome(evidence.liveness) if evidence.liveness else None
    verdict = decide(evidence.score, evidence.far_percent, evidence.signature, evidence.threshold, policy, liveness)
    return (verdict.decision, verdict.rule.value) == (evidence.decision, evidence.rule)
