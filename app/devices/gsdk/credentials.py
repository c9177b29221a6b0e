"""One credential or right of a person at a time, each read back: PIN, validity, groups, modes, alarm finger, cards."""

from collections.abc import Callable
from typing import Any

from app.devices.gsdk import cards, enrollment, modes, smart_cards, templates
from app.devices.gsdk.capture import card_order
from app.devices.gsdk.delivery import users_of
from app.devices.gsdk.line import INPUT_S
from app.devices.gsdk.session import Session
from app.domain.errors import InvalidInput, NotCapable, NotWritten, RemoteRefused
from app.domain.modality import FINGERS

FINGER_NAMES = tuple(position.value for position in FINGERS)


def finger_number(name: str) -> int:
    """ISO finger code of a name; InvalidInput when it is none."""
    if name not in FINGER_NAMES:
        raise InvalidInput(field="finger", reason="unknown")
    return FINGER_NAMES.index(name) + 1


def finger_name(index: int) -> str:
    """The finger of an index the station wrote; a device's own index is shown as it is."""
    return FINGER_NAMES[index - 1] if 1 <= index <= len(FINGER_NAMES) else f"finger {index}"


async def set_pin(session: Session, user: str, pin: str) -> None:
    """The gateway makes the hash; the PIN itself is stored nowhere.

    NotCapable for a device without PINs, and for one whose hash key was changed: only whoever holds the key can make
    its hashes.
    """
    if not session.can.info.PINSupported:
        raise NotCapable(device=session.name, step="pin", reason="no-pins")
    api = session.api.device
    told = await session.line.ask("hash-key", api.GetHashKey, api.GetHashKeyRequest(deviceID=session.number))
    if not told.isDefault:
        raise NotCapable(device=session.name, step="pin", reason="own-hash-key")
    hashed = await users_of(session).pin_hash(pin)

    def edit(held: Any) -> None:
        held.PIN = hashed

    await _change(session, user, edit, lambda held: hashed == held.PIN)


async def set_validity(session: Session, user: str, start: int, end: int) -> None:
    """Unix seconds, 0 for no limit."""

    def edit(held: Any) -> None:
        held.setting.startTime, held.setting.endTime = start, end

    await _change(session, user, edit, lambda held: (held.setting.startTime, held.setting.endTime) == (start, end))


async def set_groups(session: Session, user: str, groups: list[int]) -> None:
    """The whole list."""
    await _needed(session, user)
    await users_of(session).set_groups(user, groups)
    held = await _needed(session, user)
    _prove(session, sorted(held.accessGroupIDs) == sorted(groups), "groups")


async def set_modes(session: Session, user: str, numbers: tuple[int, ...]) -> None:
    """Modes of one's own by the device's capability; none means as the device."""
    wanted = modes.private(numbers, session.can.modes)

    def is_held(held: Any) -> bool:
        return all(getattr(held.setting, name) == getattr(wanted, name) for name in modes.FIELDS.values())

    await _change(session, user, lambda held: wanted.write_to(held.setting), is_held)


async def set_duress(session: Session, user: str, finger: int, *, on: bool) -> None:
    """Mark or unmark a finger; InvalidInput when the person has no such finger here."""
    held = await _needed(session, user)
    fingers = list(held.fingers)
    if not any(each.index == finger for each in fingers):
        raise InvalidInput(field="finger", reason="not-enrolled")
    for each in fingers:
        if each.index == finger:
            each.flag = each.flag | 1 if on else each.flag & ~1
    await users_of(session).set_fingers(user, fingers)
    now = await _needed(session, user)
    _prove(session, {each.index: each.flag & 1 for each in now.fingers}.get(finger) == int(on), "duress")


async def add_card(session: Session, user: str, data: bytes) -> None:
    """One card more."""
    held = await _needed(session, user)
    data = (await card_order(session)).there(data)
    own = list(held.cards)
    if any(cards.normal(each.data) == data for each in own):
        return
    api: Any = session.api.card
    await users_of(session).set_cards(user, [*own, api.CSNCardData(type=cards.CSN, size=cards.SIZE, data=data)])
    now = await _needed(session, user)
    kept = {cards.normal(each.data) for each in now.cards}
    _prove(session, kept >= {data, *(cards.normal(each.data) for each in own)}, "card")


async def verify_now(session: Session, user: str) -> bool:
    """Scan a finger and let the device compare it with each of the person's; False when none is the same."""
    held = await _needed(session, user)
    if not held.fingers:
        raise InvalidInput(field="user", reason="no-finger")
    api: Any = session.api.finger
    config = (await session.line.ask("verify", api.GetConfig, api.GetConfigRequest(deviceID=session.number))).config
    request = api.ScanRequest(
        deviceID=session.number,
        templateFormat=config.templateFormat,
        qualityThreshold=session.target.finger_quality,
    )
    probe = (await session.line.ask("verify", api.Scan, request, timeout_s=INPUT_S)).templateData.ljust(
        templates.SIZE, b"\0"
    )
    for finger in held.fingers:
        if await _same(session, bytes(finger.templates[0]), probe):
            return True
    return False


async def qr_card(session: Session, text: str) -> Any:
    """WriteQRCode: the card a QR text counts as."""
    api = session.api.card
    return (await session.line.ask("qr", api.WriteQRCode, api.WriteQRCodeRequest(QRText=text))).cardData


async def write_smart_card(session: Session, user: str) -> bool:
    """Write a card at the reader with the person's fingers, PIN hash, groups and validity (access on card).

    True when the card, still at the reader, holds just that; False when it was gone before it could be read back.
    NotWritten when it holds something else.
    """
    wanted = smart_cards.card_for(session.api, user, await _needed(session, user))
    api: Any = session.api.card
    request = api.WriteRequest(deviceID=session.number, smartCardData=wanted)
    await session.line.ask("write-card", api.Write, request, changes=True, timeout_s=INPUT_S)
    held = await _smart_card_again(session)
    if held is None:
        return False
    _prove(session, held.HasField("smartCardData") and smart_cards.is_held_as(wanted, held.smartCardData), "write-card")
    return True


async def erase_card(session: Session) -> bool:
    """Erase the card at the reader; True when it was read back empty, False when it was gone before."""
    api = session.api.card
    request = api.EraseRequest(deviceID=session.number)
    await session.line.ask("erase-card", api.Erase, request, changes=True, timeout_s=INPUT_S)
    held = await _smart_card_again(session)
    if held is None:
        return False
    _prove(session, not held.HasField("smartCardData"), "erase-card")
    return True


async def _smart_card_again(session: Session) -> Any | None:
    """The card that is still at the reader, None when it was taken away."""
    api = session.api.card
    request = api.ScanRequest(deviceID=session.number)
    try:
        return (await session.line.ask("read-card", api.Scan, request, timeout_s=INPUT_S)).cardData
    except RemoteRefused as error:
        if error.fact("reason") == "timed-out":
            return None
        raise


async def blocked(session: Session) -> list[tuple[object, ...]]:
    """The cards nobody is let in with, and their issue."""
    api, order = session.api.card, await card_order(session)
    request = api.GetBlacklistRequest(deviceID=session.number)
    found = (await session.line.ask("blocked", api.GetBlacklist, request)).blacklist
    return [(cards.shown(order.here(item.cardID)), item.issueCount) for item in found]


async def block(session: Session, data: bytes, *, on: bool) -> None:
    """Put a card on the blocked list or take it off."""
    api, order = session.api.card, await card_order(session)
    item = api.BlacklistItem(cardID=order.there(data))
    if on:
        added = api.AddBlacklistRequest(deviceID=session.number, cardInfos=[item])
        await session.line.ask("block", api.AddBlacklist, added, changes=True)
    else:
        gone = api.DeleteBlacklistRequest(deviceID=session.number, cardInfos=[item])
        await session.line.ask("block", api.DeleteBlacklist, gone, changes=True)
    numbers = [number for number, _ in await blocked(session)]
    _prove(session, (cards.shown(data) in numbers) == on, "block")


async def _same(session: Session, one: bytes, other: bytes) -> bool:
    data = session.api.finger.FingerData(templates=[one, other])
    api = session.api.finger
    try:
        await session.line.ask("verify", api.Verify, api.VerifyRequest(deviceID=session.number, fingerData=data))
    except RemoteRefused:
        await session.ensure("verify")
        return False
    return True


async def _needed(session: Session, user: str) -> Any:
    held = await users_of(session).get(user)
    if held is None:
        raise InvalidInput(field="user", reason="not-on-the-device")
    return held


async def _change(session: Session, user: str, edit: Callable[[Any], None], is_held: Callable[[Any], bool]) -> None:
    def counted(held: Any) -> None:
        edit(held)
        enrollment.count(held)

    held = await users_of(session).change(user, counted)
    _prove(session, held is not None and is_held(held), "change")


def _prove(session: Session, held: bool, step: str) -> None:
    if not held:
        raise NotWritten(device=session.name, step=step, reason="different")
