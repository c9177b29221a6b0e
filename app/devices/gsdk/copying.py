"""Copying a person of one device to others, whose card numbers may begin at the other end."""

from collections.abc import Iterable
from typing import Any

from app.devices.gsdk.capture import card_order
from app.devices.gsdk.cards import USUAL, Order
from app.devices.gsdk.delivery import users_of
from app.devices.gsdk.session import Session
from app.devices.gsdk.several import Outcome
from app.domain.errors import Unreachable


async def copy_user(session: Session, user: Any, devices: Iterable[int]) -> tuple[Outcome, ...]:
    """What came of it at each device, read back; in the order the devices were named."""
    here, numbers = await card_order(session), tuple(dict.fromkeys(devices))
    groups: dict[Order, list[int]] = {}
    for number in numbers:
        groups.setdefault(await _order(session, number), []).append(number)
    found: dict[int, Outcome] = {}
    for order, group in groups.items():
        outcomes = await users_of(session).enroll_several(tuple(group), _written_for(session, user, here, order))
        found |= {each.number: each for each in outcomes}
    return tuple(found[number] for number in numbers)


async def _order(session: Session, number: int) -> Order:
    try:
        return await card_order(session, number)
    except Unreachable:  # the call that follows tells it in this device's line
        return USUAL


def _written_for(session: Session, user: Any, here: Order, there: Order) -> Any:
    copied = session.api.user.UserInfo()
    copied.CopyFrom(user)
    for card in copied.cards:
        card.data = there.there(here.here(card.data))
    return copied
