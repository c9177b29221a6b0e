"""The terminal's own template match: a probe as from a card against the next iris it sees (REST API, camera)."""

import asyncio
import uuid
from dataclasses import dataclass

from app.devices.base import GIVE_BACK_S, finish
from app.devices.ef45.codec import RECOG, CameraState, Subject
from app.devices.ef45.results import MatchItem
from app.devices.ef45.session import Session
from app.domain.errors import ForeignData


@dataclass(frozen=True)
class TemplateMatch:
    """Whom the terminal matched, by its identifier (empty when it does not say), and its log entry (-1 unknown)."""

    user_uuid: str
    log_id: int


async def match_template(
    session: Session, camera: CameraState, probe: Subject, deadline_s: float, every_s: float
) -> TemplateMatch | None:
    """Compare `probe` with the iris of whoever stands there; None when nothing matched before the deadline.

    Follows a capture in Slave mode, which made the probe; runs in Recog. Old matches are removed first, ours after.
    """
    if not camera.is_in(RECOG):
        await session.enter_recog()
    await _drain(session)
    await session.client.start_template_match(str(uuid.uuid4()), probe)
    try:
        return await _poll(session, deadline_s, every_s)
    finally:
        await finish("match", _stop(session), GIVE_BACK_S)


async def _poll(session: Session, deadline_s: float, every_s: float) -> TemplateMatch | None:
    clock = asyncio.get_running_loop()
    deadline = clock.time() + deadline_s
    while (left := deadline - clock.time()) > 0:
        await asyncio.sleep(min(every_s, left))
        for item in (await session.client.matches()).items:
            _check(session, item)
            return TemplateMatch(item.user_uuid, item.log_id)
    return None


def _check(session: Session, item: MatchItem) -> None:
    if item.serial_number and item.serial_number.casefold() != session.serial.casefold():
        raise ForeignData(device=session.device_id, step="match")


async def _drain(session: Session) -> None:
    for item in (await session.client.matches()).items:
        if item.encounter_id:
            await session.client.delete_match(item.encounter_id)


async def _stop(session: Session) -> None:
    await session.pass_over(session.client.stop())
    await session.pass_over(_drain(session))
    session.was_driven()
    await session.idle()
