"""Console sections about who the device holds: users with their credentials, cards, blocked cards."""

from app.devices.console_kit import facts, needed, text
from app.devices.gsdk import cards, credentials, groups, modes
from app.devices.gsdk.capture import card_order, scan_card
from app.devices.gsdk.console_kit import Kit, integers, moment, page_of, per_device, table
from app.devices.gsdk.copying import copy_user
from app.devices.gsdk.delivery import Delivery, users_of
from app.devices.gsdk.session import Session
from app.domain.console import ActionResult, Danger, Field, Section, Table, Values
from app.domain.errors import InvalidInput

USER = Field("user", "Identifier", column="Identifier")
DEVICES = Field("devices", "Device numbers, with commas")
CARD = Field("card", "Card number")
WRITTEN = "The card is written and was read back: it holds what it should."
ERASED = "The card is erased and was read back: it is empty."
NOT_READ_BACK = "It is done, but the card was taken away before it could be read back. Do it again to be sure."


def users_section(kit: Kit) -> Section:
    """Everyone with counts; one person's rights and credentials by actions."""

    async def load(page: int, values: Values) -> Table:
        wanted = text(values, "user")
        headers = await kit.ask("users", lambda session: users_of(session).headers())
        found = [each for each in headers if wanted == each.ID] if wanted else headers
        return page_of(("Identifier", "Cards", "Fingers", "Faces", "Disabled"), found, page, _header)

    async def show(session: Session, values: Values) -> ActionResult:
        return ActionResult("The device holds:", await _shown(session, needed(values, "user")))

    async def remove(session: Session, values: Values) -> None:
        await Delivery(session).remove(needed(values, "user"))

    async def copy(session: Session, values: Values) -> ActionResult:
        user = await _held(session, needed(values, "user"))
        return per_device(await copy_user(session, user, integers(values, "devices")))

    async def remove_several(session: Session, values: Values) -> ActionResult:
        devices = integers(values, "devices")
        return per_device(await users_of(session).delete_several(devices, needed(values, "user")))

    return Section(
        "users",
        "People",
        load,
        (Field("user", "Identifier", required=False),),
        (
            kit.action("show-user", "Show what the device holds", show, fields=(USER,)),
            kit.action(
                "copy-user",
                "Copy to other devices",
                copy,
                fields=(USER, DEVICES),
                danger=Danger.CHANGES,
                consequence="The person is written to these devices; what they held under this identifier is replaced.",
            ),
            kit.action(
                "remove-user",
                "Remove from this device",
                remove,
                fields=(USER,),
                danger=Danger.DESTROYS,
                consequence="The person is removed from this device with every credential and is no longer let in.",
            ),
            kit.action(
                "remove-user-from",
                "Remove from several devices",
                remove_several,
                fields=(USER, DEVICES),
                danger=Danger.DESTROYS,
                consequence="The person is removed from all these devices and is no longer let in there.",
            ),
        ),
    )


def cards_section(kit: Kit) -> Section:
    """The reader, cards of a person, QR codes, and cards nobody is let in with."""

    async def load(_page: int, _values: Values) -> Table:
        items = await kit.ask("blocked", credentials.blocked)
        return table(("Blocked card", "Issue"), items)

    async def scan(session: Session, _values: Values) -> ActionResult:
        return ActionResult("The card at the reader:", facts(("Card number", await scan_card(session))))

    async def add(session: Session, values: Values) -> None:
        await credentials.add_card(session, needed(values, "user"), cards.card_data(needed(values, "card")))

    async def write_qr(session: Session, values: Values) -> ActionResult:
        made = await credentials.qr_card(session, cards.qr_text(needed(values, "text")))
        return ActionResult("The QR code counts as this card:", facts(("Card number", cards.shown(made.data))))

    async def write(session: Session, values: Values) -> ActionResult:
        proven = await credentials.write_smart_card(session, needed(values, "user"))
        return ActionResult(WRITTEN if proven else NOT_READ_BACK)

    async def erase(session: Session, _values: Values) -> ActionResult:
        return ActionResult(ERASED if await credentials.erase_card(session) else NOT_READ_BACK)

    async def block(session: Session, values: Values) -> None:
        await credentials.block(session, cards.card_data(needed(values, "card")), on=True)

    async def unblock(session: Session, values: Values) -> None:
        await credentials.block(session, cards.card_data(needed(values, "card")), on=False)

    changes = Danger.CHANGES
    return Section(
        "cards",
        "Cards",
        load,
        actions=(
            kit.action("scan-card", "Read a card", scan),
            kit.action(
                "add-card",
                "Give a person another card",
                add,
                fields=(Field("user", "Identifier"), CARD),
                danger=changes,
                consequence="The person is let in with this card too.",
            ),
            kit.action("qr-card", "Card number of a QR text", write_qr, fields=(Field("text", "Text of the QR code"),)),
            kit.action(
                "write-card",
                "Write a smart card for a person",
                write,
                fields=(Field("user", "Identifier"),),
                danger=Danger.DESTROYS,
                consequence="The card at the reader is overwritten with the person's fingers and PIN.",
            ),
            kit.action(
                "erase-card",
                "Erase a smart card",
                erase,
                danger=Danger.DESTROYS,
                consequence="Everything on the card at the reader is erased.",
            ),
            kit.action(
                "block-card",
                "Block a card",
                block,
                fields=(CARD,),
                danger=changes,
                consequence="Nobody is let in with this card by this device.",
            ),
            kit.action(
                "unblock-card",
                "No longer block a card",
                unblock,
                fields=(Field("card", "Card number", column="Blocked card"),),
                danger=changes,
                consequence="Its holder is let in with this card again.",
            ),
        ),
        supervisor=True,
    )


def check_section(kit: Kit) -> Section:
    """Trying a person's finger at the device now."""

    async def verify(session: Session, values: Values) -> ActionResult:
        matched = await credentials.verify_now(session, needed(values, "user"))
        return ActionResult("The finger is this person's." if matched else "The finger is not this person's.")

    action = kit.action("verify-finger", "Try a finger now", verify, fields=(Field("user", "Identifier"),))
    return Section("verify", "Verify now", actions=(action,))


async def _held(session: Session, user: str) -> object:
    found = await users_of(session).get(user)
    if found is None:
        raise InvalidInput(field="user", reason="not-on-the-device")
    return found


async def _shown(session: Session, wanted: str) -> Table:
    found = await users_of(session).get(wanted)
    if found is None:
        raise InvalidInput(field="user", reason="not-on-the-device")
    setting, order = found.setting, await card_order(session)
    own = (getattr(setting, name) for name in modes.FIELDS.values())
    duress = [credentials.finger_name(each.index) for each in found.fingers if each.flag & 1]
    return facts(
        ("Name", found.name),
        ("Cards", ", ".join(cards.shown(order.here(card.data)) for card in found.cards)),
        ("Fingers", ", ".join(credentials.finger_name(each.index) for each in found.fingers)),
        ("Silent alarm", ", ".join(duress)),
        ("Faces", len(found.faces)),
        ("PIN", bool(found.PIN)),
        ("Photo", bool(found.photo)),
        ("Access groups", ", ".join(groups.word(each, session.target.group_names) for each in found.accessGroupIDs)),
        ("From (UTC)", moment(setting.startTime)),
        ("Until (UTC)", moment(setting.endTime)),
        ("Modes of one's own", ", ".join(modes.words(number) for number in own if number != modes.UNDEFINED)),
    )


def _header(header: object) -> tuple[object, ...]:
    counts = (getattr(header, name) for name in ("numOfCard", "numOfFinger", "numOfFace"))
    return (getattr(header, "ID", ""), *counts, bool(getattr(header, "userFlag", 0) & 0x80))
