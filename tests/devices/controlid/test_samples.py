"""What an enrollment brought, as samples."""

from typing import cast

from app.devices.base import Worker
from app.devices.controlid.client import ControlIdClient
from app.devices.controlid.codec import EnrollResult, Kind, Print
from app.devices.controlid.samples import SampleMaker
from app.domain.errors import NotCapable
from app.domain.modality import Position
from app.domain.sample import Source

PIXELS = Print(bytes(range(256)) * 3, 32, 24)
DAMAGED = Print(PIXELS.image[:-1], 32, 24)


class RatesNothing:
    """A terminal without the command that rates a picture."""

    async def template_extract(self, *_: object) -> None:
        raise NotCapable(step="extract")


async def test_a_press_that_cannot_be_read_leaves_the_others_their_numbers() -> None:
    worker = Worker("reading")
    maker = SampleMaker(cast(ControlIdClient, RatesNothing()), worker, Source("finger-desk", "Control iD"))
    result = EnrollResult(Kind.FINGER, True, 7, prints=(PIXELS, DAMAGED, PIXELS))
    samples = await maker.samples(result, Position.RIGHT_INDEX)
    await worker.stop()
    figures = [sample.quality.figures for sample in samples]
    assert [(each["press"], each["presses"]) for each in figures] == [(1, 3), (3, 3)]
