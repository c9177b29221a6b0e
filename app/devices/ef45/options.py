"""What only this vendor understands: options of a capture, and how fast the driver looks and gives up."""

from dataclasses import dataclass

from app.devices.ef45.calls import Modes
from app.devices.ef45.frames import VIEW_SIZE
from app.domain.capture import CaptureRequest, VendorOptions
from app.domain.modality import IRISES, Modality, Position


@dataclass(frozen=True)
class Ef45Options(VendorOptions):
    """`either_eye`: one iris is enough, whichever comes first. `both_faces`: with and without glasses in one capture.

    `recognition_settings`: the quicker camera settings of recognition. `streaming`: the face in full resolution.
    """

    either_eye: bool = False
    both_faces: bool = False
    recognition_settings: bool = False
    streaming: bool = False


@dataclass(frozen=True)
class Tuning:
    """Times in seconds, sizes in pixels."""

    preview_per_second: float = 30.0
    result_every_s: float = 1.0
    card_every_s: float = 0.5
    view_size: tuple[int, int] = VIEW_SIZE


def wanted_positions(request: CaptureRequest) -> frozenset[Position]:
    """The irises and the face asked for; none named means all of the modality."""
    if request.positions:
        return frozenset(request.positions)
    return frozenset(IRISES if request.modality is Modality.IRIS else (Position.FACE,))


def modes_for(request: CaptureRequest) -> Modes:
    """The terminal's modes for a request: one iris alone needs the either-eye mode, glasses their own face mode."""
    options = request.options if isinstance(request.options, Ef45Options) else Ef45Options()
    wanted = wanted_positions(request)
    eyes = wanted.intersection(IRISES)
    either = bool(eyes) and (options.either_eye or len(eyes) == 1)
    face = Position.FACE in wanted
    return Modes(
        face=face and (options.both_faces or not request.glasses),
        glasses=face and (options.both_faces or request.glasses),
        both_eyes=bool(eyes) and not either,
        either_eye=either,
        streaming=options.streaming,
        recognition_settings=options.recognition_settings,
    )


def enough(request: CaptureRequest, captured: frozenset[Position]) -> bool:
    """True when everything wanted is there; with `either_eye` one iris stands for both."""
    missing = wanted_positions(request) - captured
    if isinstance(request.options, Ef45Options) and request.options.either_eye and captured.intersection(IRISES):
        missing = missing.difference(IRISES)
    return not missing
