"""What an enrollment brought, as samples: three presses as three pictures, or the template alone; a face; a card."""

import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from app import logs
from app.devices.base import Worker
from app.devices.controlid.client import ControlIdClient
from app.devices.controlid.codec import EnrollResult, Extracted, Kind, Print
from app.devices.controlid.images import Image, gray, identify, is_template
from app.domain.errors import NotCapable, ProtocolError, RemoteRefused
from app.domain.modality import FaceVariant, Position
from app.domain.sample import CONTROLID_FINGER, Number, Quality, Sample, Source, Template

LOG = logging.getLogger(__name__)

GOOD = 100.0


@dataclass(frozen=True)
class SampleMaker:
    """Pictures are decoded on `worker`; `client` rates prints by the terminal's own measure."""

    client: ControlIdClient
    worker: Worker
    source: Source

    async def samples(self, result: EnrollResult, position: Position) -> tuple[Sample, ...]:
        """Samples of this position; empty when nothing usable came. Unreadable pictures are left out and
        logged; the others keep their numbers, so that it shows."""
        if result.kind is Kind.FINGER:
            return await self._fingers(result, position)
        if result.kind is Kind.FACE:
            image = await self._image(Print(result.face)) if result.face else None
            return () if image is None else (self._made(position, image, FaceVariant.COLOR),)
        if result.card is None:
            return ()
        sample = Sample(Position.CARD, self.source, datetime.now(UTC), Quality(GOOD), card=card_text(result.card))
        return (sample,)

    async def _fingers(self, result: EnrollResult, position: Position) -> tuple[Sample, ...]:
        sent = [(number, await self._image(each)) for number, each in enumerate(result.prints, 1)]
        images = [(number, image) for number, image in sent if image is not None]
        whole = tuple(_template(data, result) for data in result.templates if is_template(data))
        if not images:
            if not whole:
                return ()
            quality = Quality(GOOD, figures={"template_only": 1})
            return (Sample(position, self.source, datetime.now(UTC), quality, templates=whole),)
        made = [await self._press(position, image, number, result) for number, image in images]
        if whole:
            made[0] = _with_templates(made[0], whole)
        return tuple(made)

    async def _press(self, position: Position, image: Image, number: int, result: EnrollResult) -> Sample:
        """One press: which it was of how many, and the terminal's quality and template where it gives them."""
        figures: dict[str, Number] = {"press": number, "presses": len(result.prints)}
        figures |= {"width": image.width, "height": image.height}
        extracted = await self._extracted(image)
        if extracted is None:
            return self._made(position, image, None, Quality(GOOD, figures=figures | {"rated": 0}))
        made = (_template(extracted.template, result),) if is_template(extracted.template) else ()
        rated = Quality(float(min(100, max(0, extracted.quality))), figures=figures | {"rated": 1})
        return self._made(position, image, None, rated, made)

    async def _extracted(self, image: Image) -> Extracted | None:
        pixels = await self.worker.run(gray, image)
        try:
            return await self.client.template_extract(pixels, image.width, image.height)
        except (NotCapable, RemoteRefused, ProtocolError) as error:
            logs.event(LOG, "print-not-rated", error=error)
            return None

    async def _image(self, sent: Print) -> Image | None:
        try:
            return await self.worker.run(identify, sent.image, sent.width, sent.height)
        except ProtocolError as error:
            logs.event(LOG, "picture-not-readable", logging.WARNING, error=error)
            return None

    def _made(
        self,
        position: Position,
        image: Image,
        variant: FaceVariant | None,
        quality: Quality | None = None,
        templates: tuple[Template, ...] = (),
    ) -> Sample:
        return Sample(
            position,
            self.source,
            datetime.now(UTC),
            quality or Quality(GOOD, figures={"width": image.width, "height": image.height}),
            image.data,
            image.media_type,
            variant,
            templates,
        )


def card_text(value: int) -> str:
    """A card's number in upper case hexadecimal, a space per two digits, as the other readers write it."""
    digits = f"{value:X}"
    digits = digits.zfill(len(digits) + len(digits) % 2)
    return " ".join(digits[at : at + 2] for at in range(0, len(digits), 2))


def card_value(text: str) -> int | None:
    """The number behind a card's text; None when it is not hexadecimal or has more than 64 bits."""
    try:
        value = int("".join(text.split()), 16)
    except ValueError:
        return None
    return value if 0 < value < 1 << 64 else None


def _template(data: bytes, result: EnrollResult) -> Template:
    return Template(CONTROLID_FINGER, data, attributes={"panic": int(result.finger_type == 1)})


def _with_templates(sample: Sample, templates: tuple[Template, ...]) -> Sample:
    return replace(sample, templates=(*templates, *sample.templates))
