"""A portrait from elsewhere as a face of a visual device: normalized there, then extracted (facts 10, 16)."""

from dataclasses import replace

from app.devices.gsdk import limits
from app.devices.gsdk.enrollment import FACE_TEMPLATE, VISUAL, WARPED, Terms
from app.devices.gsdk.line import LONG_S
from app.devices.gsdk.session import Session
from app.domain.enrollment import Enrollment
from app.domain.errors import RemoteRefused
from app.domain.modality import FaceVariant, Modality
from app.domain.sample import GSDK_FACE, Number, Sample, Template

PICTURES = ("image/jpeg", "image/png")
IN_COLOR = (None, FaceVariant.COLOR, FaceVariant.OVERVIEW)


async def with_faces(session: Session, enrollment: Enrollment, terms: Terms) -> Enrollment:
    """The enrollment, with the best portrait made into a face of this device when it has none of its own.

    A portrait the device refuses is left out: the person still has fingers or a card.
    """
    faces = enrollment.of(Modality.FACE)
    if not terms.visual or any(each.format == GSDK_FACE for sample in faces for each in sample.templates):
        return enrollment
    pictures = [each for each in faces if each.variant in IN_COLOR and is_picture(each.image)]
    for sample in sorted(pictures, key=lambda each: -each.quality.score):
        try:
            made = await as_face(session, sample)
        except RemoteRefused:
            continue
        kept = tuple(made if each is sample else each for each in enrollment.samples)
        return replace(enrollment, samples=kept)
    return enrollment


async def as_face(session: Session, sample: Sample) -> Sample:
    """The sample with the device's normalized picture and template. RemoteRefused when it sees no face in it."""
    warped = await normalize(session, sample.image)
    template = await extract(session, warped, warped=True)
    attributes: dict[str, Number] = {"flag": VISUAL | WARPED, "visual": True, "part": FACE_TEMPLATE, "at": 0}
    return replace(sample, image=warped, templates=(Template(GSDK_FACE, template, attributes=attributes),))


async def normalize(session: Session, picture: bytes) -> bytes:
    """Face.Normalize: a JPEG or PNG of up to 10 MB with a face of at least 224 pixels."""
    limits.at_most(limits.PICTURE_BYTES, picture, "picture")
    api = session.api.face
    request = api.NormalizeRequest(deviceID=session.number, unwrappedImageData=picture)
    return (await session.line.ask("normalize", api.Normalize, request, timeout_s=LONG_S)).wrappedImageData


async def extract(session: Session, picture: bytes, *, warped: bool) -> bytes:
    """Face.Extract: a template of a picture; `warped` says that it is normalized."""
    api = session.api.face
    request = api.ExtractRequest(deviceID=session.number, imageData=picture, isWarped=warped)
    return (await session.line.ask("extract", api.Extract, request, timeout_s=LONG_S)).templateData


def is_picture(data: bytes) -> bool:
    """True for a JPEG or PNG, by its content."""
    return data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))
