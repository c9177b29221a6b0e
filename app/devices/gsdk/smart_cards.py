"""A smart card that lets its holder in by itself (access on card), made from a user and compared with what is read."""

from typing import Any

from app.devices.gsdk import cards, templates

TEMPLATES = 4
"""As many as a card holds (facts 8)."""
ACCESS_ON_CARD = 3


def card_for(api: Any, user: str, held: Any) -> Any:
    """SmartCardData of a user the device holds: fingers, PIN hash, groups, validity, modes."""
    prints = [bytes(each) for finger in held.fingers for each in finger.templates][:TEMPLATES]
    setting = held.setting
    header = api.card.SmartCardHeader(
        type=ACCESS_ON_CARD,
        numOfTemplate=len(prints),
        templateSize=templates.SIZE,
        cardAuthMode=setting.cardAuthMode,
        useAlphanumericID=not user.isdigit(),
        cardAuthModeEx=setting.cardAuthExtMode,
    )
    access = api.card.AccessOnCardData(
        accessGroupIDs=held.accessGroupIDs, startTime=setting.startTime, endTime=setting.endTime
    )
    return api.card.SmartCardData(
        header=header,
        cardID=user.encode().rjust(cards.SIZE, b"\0"),
        credential=api.card.SmartCardCredential(PIN=held.PIN, templates=prints),
        accessOnData=access,
    )


def is_held_as(wanted: Any, held: Any) -> bool:
    """True when a card holds what was written; checksums and issue are the device's own."""
    return _content(wanted) == _content(held)


def _content(card: Any) -> tuple[object, ...]:
    access = card.accessOnData
    return (
        card.cardID.lstrip(b"\0"),
        card.header.type,
        card.header.cardAuthMode,
        card.header.cardAuthModeEx,
        bytes(card.credential.PIN),
        [bytes(each).rstrip(b"\0") for each in card.credential.templates],
        sorted(access.accessGroupIDs),
        (access.startTime, access.endTime),
    )
