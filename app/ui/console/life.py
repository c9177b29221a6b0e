"""Signs of life of a device that calls this station, as lamp and words."""

from datetime import datetime

from app.domain.device import Device, TellsLife
from app.ui.i18n import translate
from app.ui.widgets.status import Lamp


def life_of(device: Device, now: datetime) -> tuple[Lamp, str] | None:
    """None for a device that does not call, or does not yet."""
    life = device.life if isinstance(device, TellsLife) else None
    if life is None:
        return None
    if life.missing(now):
        return Lamp.BAD, translate(
            "console", "It does not reach this station. Diagnose it to see what is in the way. Nothing is lost."
        )
    if life.last is None:
        return Lamp.WAITING, translate("console", "Waiting for its first sign of life")
    seconds = max(0, int((now - life.last).total_seconds()))
    return Lamp.GOOD, translate("console", "It reaches this station, last {seconds} s ago").format(seconds=seconds)
