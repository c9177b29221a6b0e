"""A fake terminal that shows a live picture, fails as scripted, and keeps persons."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import cv2

from app.domain.capture import Captured, CaptureRequest, CaptureWatcher, Outcome, Progress, Retry, RetryReason
from app.domain.device import Written
from app.domain.enrollment import Enrollment
from app.domain.modality import FaceVariant, Position
from app.domain.preview import Guidance
from app.domain.sample import Quality, QualityReason, Sample, Source, Template
from tests.ui.fakes import NOON, FakeDevice
from tests.ui.preview.frames import eye_pixels, face_pixels, frame

Script = Outcome | BaseException | Callable[[CaptureRequest], Outcome]


def picture(position: Position) -> bytes:
    """An encoded picture of nobody."""
    pixels = face_pixels(320)[:, :, :3] if position is Position.FACE else eye_pixels((320, 240))
    done, data = cv2.imencode(".jpg", pixels)
    assert done
    return data.tobytes()


def sample(position: Position, score: float = 82.0, reason: QualityReason = QualityReason.OK) -> Sample:
    """A sample with a picture; a card has its number instead."""
    card = position is Position.CARD
    return Sample(
        position=position,
        source=Source("door", "fake", "F-100"),
        captured_at=NOON,
        quality=Quality(score, reason),
        image=b"" if card else picture(position),
        media_type="" if card else "image/jpeg",
        variant=FaceVariant.COLOR if position is Position.FACE else None,
        templates=(Template("fake", f"{position}-{score}".encode()),),
        card="04A1B2C3" if card else "",
    )


def scored(**scores: float) -> Callable[[CaptureRequest], Outcome]:
    """Captured with these scores (left_iris=40, ...), 82 where none is named."""

    def outcome(request: CaptureRequest) -> Outcome:
        return Captured(
            tuple(sample(position, scores.get(position.name.lower(), 82.0)) for position in request.positions)
        )

    return outcome


def nothing(reason: RetryReason) -> Retry:
    """A try that brought nothing."""
    return Retry(reason)


class FakeTerminal(FakeDevice):
    """`script` is played one capture at a time; `hold` keeps captures running with the picture moving."""

    def __init__(self, device_id: str = "door", label: str = "Terminal at the door") -> None:
        super().__init__(device_id, label)
        self.script: list[Script] = []
        self.hold: asyncio.Event | None = None
        self.showing = 3
        self.guidance = Guidance.HOLD_STILL
        self.millimeters = 400
        self.idle = True
        self.known: str | None = None
        self.written: list[Enrollment] = []

    async def capture(self, request: CaptureRequest, watcher: CaptureWatcher) -> Outcome:
        await self.step("capture", request)
        self.idle = False
        try:
            watcher.progress(Progress("capturing"))
            await asyncio.to_thread(self._show, watcher)
            if self.hold is not None:
                await self.hold.wait()
            outcome = self._next(request)
            watcher.progress(Progress("storing"))
            await watcher.keep(outcome.samples)
            return outcome
        finally:
            self.idle = True

    def _show(self, watcher: CaptureWatcher) -> None:
        for number in range(self.showing):
            watcher.preview(frame(guidance=self.guidance, millimeters=self.millimeters, offset=number, sequence=number))

    def _next(self, request: CaptureRequest) -> Outcome:
        told: Script = self.script.pop(0) if self.script else scored()
        if isinstance(told, BaseException):
            raise told
        return told(request) if callable(told) else told

    async def find_duplicate(self, templates: tuple[Template, ...]) -> str | None:
        await self.step("find_duplicate", len(templates))
        return self.known

    async def write_person(self, enrollment: Enrollment, *, replace: bool = False) -> Written:
        await self.step("write_person", replace)
        self.written.append(enrollment)
        return Written(self.device_id, "digest", datetime.now(UTC))

    async def remove_person(self, person_id: str) -> None:
        await self.step("remove_person", person_id)

    async def list_people(self) -> list[str]:
        await self.step("list_people")
        return [enrollment.person.person_id for enrollment in self.written]
