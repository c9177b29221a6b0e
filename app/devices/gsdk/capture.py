"""Capturing at the device: a finger twice, a face, a card (facts 8, 9, 10, 16).

A scan blocks the device until somebody acts or its own time is over; there is no cancel but ending the call.
"""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import Any, TypeVar

from app.devices.gsdk import cards, templates
from app.devices.gsdk.enrollment import face_sample_templates, finger_data
from app.devices.gsdk.line import FACE_S, INPUT_S
from app.devices.gsdk.session import Session
from app.domain.capture import Captured, CaptureRequest, CaptureWatcher, Outcome, Progress, Retry, RetryReason
from app.domain.errors import NotCapable, ProtocolError, RecordRefused, RemoteRefused
from app.domain.modality import Modality, Position, finger_code
from app.domain.sample import Quality, QualityReason, Sample, Source, Template

T = TypeVar("T")

VENDOR = "gsdk"
REFUSALS = {"timed-out": RetryReason.TIMED_OUT, "poor-quality": RetryReason.POOR_QUALITY}
"""A gateway's refusals that a person can put right by trying again."""
FACE_THRESHOLD = 4
"""FaceEnrollThreshold, the vendor's default."""
FULL_SCORE = 100.0


class Capture:
    """One capture on an open session; ends by itself, by its deadline or by cancelling."""

    def __init__(self, session: Session, request: CaptureRequest) -> None:
        self._session = session
        self._request = request
        self._api: Any = session.api  # numbers from the configuration stand for enum members
        self._number = session.number
        self._source = Source(session.name, VENDOR, str(session.number))

    async def run(self, watcher: CaptureWatcher) -> Outcome:
        """Captured with samples the watcher has kept, or a retry. Unreachable when the device is lost meanwhile."""
        try:
            async with asyncio.timeout(self._request.deadline_s):
                outcome = await self._of_modality(watcher)
        except TimeoutError:
            return Retry(RetryReason.TIMED_OUT)
        except RemoteRefused as error:
            await self._session.ensure("capture")
            if reason := REFUSALS.get(error.fact("reason")):
                return Retry(reason)
            raise
        if outcome.samples:
            watcher.progress(Progress("keeping"))
            await watcher.keep(outcome.samples)
        return outcome

    def _of_modality(self, watcher: CaptureWatcher) -> Awaitable[Outcome]:
        if self._request.modality is Modality.FINGER:
            return self._fingers(watcher)
        if self._request.modality is Modality.FACE:
            return self._face(watcher)
        return self._card(watcher)

    async def _fingers(self, watcher: CaptureWatcher) -> Outcome:
        taken: list[Sample] = []
        for position in self._request.positions:
            outcome = await self._finger(position, watcher)
            taken += outcome.samples
            if isinstance(outcome, Retry):
                return Retry(outcome.reason, outcome.detail, tuple(taken))
        return Captured(tuple(taken))

    async def _finger(self, position: Position, watcher: CaptureWatcher) -> Outcome:
        threshold = self._session.target.finger_quality
        scans: list[tuple[bytes, float]] = []
        image = b""
        for step in (1, 2):
            watcher.progress(Progress("waiting", step, 2))
            data, score = await self._scan(threshold)
            if not scans or score >= max(earlier for _, earlier in scans):
                image = await self._image()
            scans.append((data, score))
            if score < threshold:
                return Retry(RetryReason.POOR_QUALITY, samples=(self._finger_sample(position, scans, image),))
        watcher.progress(Progress("checking"))
        if not await self._same_finger(position, (scans[0][0], scans[1][0])):
            return Retry(RetryReason.DIFFERENT_FINGERS)
        return Captured((self._finger_sample(position, scans, image),))

    async def _scan(self, threshold: int) -> tuple[bytes, float]:
        api = self._api.finger
        form = self._session.target.finger_format
        request = api.ScanRequest(deviceID=self._number, templateFormat=form, qualityThreshold=threshold)
        reply = await self._ask(api.Scan, request, INPUT_S)
        try:
            return templates.trimmed(reply.templateData, templates.FORMATS[form]), float(reply.qualityScore)
        except RecordRefused as error:
            raise ProtocolError(step="capture", reason="template") from error

    async def _image(self) -> bytes:
        """The picture of the last scan; a device without pictures still has templates."""
        api = self._api.finger
        try:
            reply = await self._ask(api.GetImage, api.GetImageRequest(deviceID=self._number), None)
        except RemoteRefused:
            return b""
        return bytes(reply.BMPImage)

    async def _same_finger(self, position: Position, pair: tuple[bytes, bytes]) -> bool:
        """Finger.Verify compares the two templates within one FingerData; a mismatch is a refusal."""
        api = self._api.finger
        data = finger_data(self._api, pair, finger_code(position), duress=False)
        try:
            await self._ask(api.Verify, api.VerifyRequest(deviceID=self._number, fingerData=data), None)
        except RemoteRefused as error:
            if error.facts.get("reason") or not await self._session.is_connected():
                raise
            return False
        return True

    def _finger_sample(self, position: Position, scans: list[tuple[bytes, float]], image: bytes) -> Sample:
        worst = min(score for _, score in scans)
        poor = worst < self._session.target.finger_quality
        form = templates.FORMATS[self._session.target.finger_format]
        figures = {f"scan_{at}": score for at, (_, score) in enumerate(scans, 1)}
        return Sample(
            position,
            self._source,
            datetime.now(UTC),
            Quality(worst, QualityReason.LOW_SCORE if poor else QualityReason.OK, figures),
            image,
            "image/bmp" if image.startswith(b"BM") else "",
            templates=tuple(Template(form, data) for data, _ in scans),
            duress=self._request.duress,
        )

    async def _face(self, watcher: CaptureWatcher) -> Outcome:
        watcher.progress(Progress("waiting"))
        api = self._api.face
        request = api.ScanRequest(deviceID=self._number, enrollThreshold=FACE_THRESHOLD)
        face = (await self._ask(api.Scan, request, FACE_S)).faceData
        made = tuple(face_sample_templates(face))
        if not made:
            return Retry(RetryReason.EMPTY_RESULT)
        image = bytes(face.imageData)
        quality = Quality(FULL_SCORE)  # a device passes on only what is above its threshold, and tells no figure
        sample = Sample(
            Position.FACE,
            self._source,
            datetime.now(UTC),
            quality,
            image,
            media_type(image),
            templates=made,
        )
        return Captured((sample,))

    async def _card(self, watcher: CaptureWatcher) -> Outcome:
        watcher.progress(Progress("waiting"))
        number = await scan_card(self._session)
        sample = Sample(Position.CARD, self._source, datetime.now(UTC), Quality(FULL_SCORE), card=number)
        return Captured((sample,))

    async def _ask(self, method: Any, request: Any, timeout_s: float | None) -> Any:
        return await self._session.line.ask("capture", method, request, timeout_s=timeout_s)


async def card_order(session: Session, number: int = 0) -> cards.Order:
    """How the device, or another one of its gateway, writes card numbers now; as usual when it does not tell."""
    api = session.api.card
    request = api.GetConfigRequest(deviceID=number or session.number)
    try:
        return cards.order_of((await session.line.ask("card-config", api.GetConfig, request)).config)
    except (NotCapable, RemoteRefused):
        return cards.USUAL


async def scan_card(session: Session) -> str:
    """Card.Scan: the number as the station keeps it, of a plain card or of a smart card's own."""
    api, order = session.api.card, await card_order(session)
    reply = await session.line.ask("card", api.Scan, api.ScanRequest(deviceID=session.number), timeout_s=INPUT_S)
    if reply.cardData.HasField("smartCardData"):
        return cards.shown(reply.cardData.smartCardData.cardID)
    return cards.shown(order.here(reply.cardData.CSNCardData.data))


async def card_within(session: Session, deadline_s: float) -> str | None:
    """A card's number, None when nobody presented one in time."""
    try:
        async with asyncio.timeout(deadline_s):
            return await scan_card(session)
    except TimeoutError:
        return None
    except RemoteRefused as error:
        if error.fact("reason") == "timed-out":
            return None
        raise


def media_type(image: bytes) -> str:
    """By the content: BMP, JPEG, PNG, or nothing."""
    for begin, name in ((b"BM", "image/bmp"), (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG", "image/png")):
        if image.startswith(begin):
            return name
    return ""
