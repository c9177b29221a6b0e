"""A record of evidence as a comparison leaves it."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from app.domain.comparison import Decision
from app.domain.evidence import Evidence, SentPicture, SignatureOutcome, SignatureReason

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PICTURE = SentPicture("selfie", "ab" * 32, 1000, 640, 480, "image/jpeg")


REPLY = json.dumps(
    {
        "score": 3500,
        "falseAcceptanceRate": 0.01,
        "correlationId": "c-1",
        "created": "2026-03-01T12:00:00Z",
        "reference": {"digest": "ab" * 32, "imageType": "ID_DOCUMENT"},
        "candidate": {"digest": "ab" * 32, "imageType": "SELFIE"},
    }
)


def record(**changes: Any) -> Evidence:
    """A record; members may be given."""
    made = Evidence(
        evidence_id="e-1",
        decided_at=AT,
        asked_at=AT,
        reference=replace(PICTURE, kind="document"),
        probe=PICTURE,
        correlation_id="c-1",
        reply=REPLY,
        token="",
        signature=SignatureOutcome.UNSIGNED,
        signature_reason=SignatureReason.NONE,
        key_fingerprint="",
        key_pem="",
        score=3500.0,
        far_percent=0.01,
        threshold=3000.0,
        signature_required=False,
        reply_age_s=300.0,
        decision=Decision.MATCH,
        rule="score-reached",
    )
    return replace(made, **changes)
