"""Reading a card at the terminal."""

import asyncio

from app.devices.base import GIVE_BACK_S, finish
from app.devices.ef45 import wire
from app.devices.ef45.codec import CameraState
from app.devices.ef45.session import Session


async def read_card(session: Session, camera: CameraState, deadline_s: float, every_s: float) -> str | None:
    """The card presented within `deadline_s`, upper case with a space per two digits; None when nobody did.

    The terminal shows its card screen meanwhile, and is back in Recog afterwards.
    """
    try:
        await session.enter_slave(camera)
        await session.client.start_card()
        return await _poll(session, deadline_s, every_s)
    finally:
        await finish("card", _stop(session), GIVE_BACK_S)


async def _poll(session: Session, deadline_s: float, every_s: float) -> str | None:
    clock = asyncio.get_running_loop()
    deadline = clock.time() + deadline_s
    while (left := deadline - clock.time()) > 0:
        card = await session.client.card()
        if card:
            return wire.shown_card(card)
        await asyncio.sleep(min(every_s, left))
    return None


async def _stop(session: Session) -> None:
    await session.pass_over(session.client.stop_card())
    await session.idle()
