"""Console section about a person's rights at a device: PIN, validity, access groups, modes, silent alarm."""

from collections.abc import Callable

from app.devices.console_kit import DONE, flag, needed
from app.devices.gsdk import credentials, groups, limits, modes
from app.devices.gsdk.console_kit import Kit, integers, table, timestamp
from app.devices.gsdk.delivery import users_of
from app.devices.gsdk.session import Session
from app.domain.console import ActionResult, Danger, Field, FieldKind, Section, Table, Values
from app.domain.errors import InvalidInput

USER = Field("user", "Identifier")
MODES_UNUSED = (
    "The modes are kept, but this device does not use people's own modes. "
    "Set usePrivateAuth to yes under Authentication to have them used."
)


def rights_section(kit: Kit) -> Section:
    """PIN, validity, access groups, modes of one's own, the finger of the silent alarm."""

    names = kit.group_names
    group = (
        Field("group", "Access group", FieldKind.CHOICE, choices=groups.choices(names))
        if names
        else Field("group", "Group number", FieldKind.INTEGER)
    )

    async def set_pin(session: Session, values: Values) -> None:
        await credentials.set_pin(session, needed(values, "user"), needed(values, "pin"))

    async def set_validity(session: Session, values: Values) -> None:
        start, end = limits.validity(timestamp(values, "from"), timestamp(values, "until"))
        await credentials.set_validity(session, needed(values, "user"), start, end)

    async def set_groups(session: Session, values: Values) -> None:
        numbers = groups.checked(integers(values, "groups"), session)
        await credentials.set_groups(session, needed(values, "user"), numbers)

    async def join(session: Session, values: Values) -> None:
        await _change_group(session, values, lambda held, one: [*held, one])

    async def leave(session: Session, values: Values) -> None:
        await _change_group(session, values, lambda held, one: [each for each in held if each != one])

    async def set_modes(session: Session, values: Values) -> ActionResult:
        await credentials.set_modes(session, needed(values, "user"), integers(values, "modes"))
        used = (await kit.configs(session).read("auth")).usePrivateAuth
        return ActionResult(DONE if used else MODES_UNUSED)

    async def set_duress(session: Session, values: Values) -> None:
        finger = credentials.finger_number(needed(values, "finger"))
        await credentials.set_duress(session, needed(values, "user"), finger, on=flag(values, "alarm"))

    async def load(_page: int, _values: Values) -> Table:
        known = await kit.ask("modes", _known_modes)
        return table(("Mode number", "Mode a person may have of their own here"), known)

    return Section(
        "rights",
        "Rights of a person",
        load,
        actions=(
            kit.action(
                "set-pin",
                "Set the PIN",
                set_pin,
                fields=(USER, Field("pin", "PIN, 4 to 16 digits")),
                danger=Danger.CHANGES,
                consequence="The person's PIN on this device is replaced. The device keeps only its hash.",
            ),
            kit.action(
                "set-validity",
                "Set from when until when",
                set_validity,
                fields=(
                    USER,
                    Field("from", "From (UTC), such as 2026-01-31 08:00; empty for no limit", required=False),
                    Field("until", "Until (UTC); empty for no limit", required=False),
                ),
                danger=Danger.CHANGES,
                consequence="Outside this time the person is not let in by this device.",
            ),
            kit.action(
                "join-group",
                "Add to an access group",
                join,
                fields=(USER, group),
                danger=Danger.CHANGES,
                consequence="The person may pass where this group may, by the rules of the device.",
            ),
            kit.action(
                "leave-group",
                "Take out of an access group",
                leave,
                fields=(USER, group),
                danger=Danger.CHANGES,
                consequence="The person no longer passes where only this group may.",
            ),
            kit.action(
                "set-groups",
                "Replace all access groups",
                set_groups,
                fields=(USER, Field("groups", "Group numbers, with commas", required=False)),
                danger=Danger.CHANGES,
                consequence="The person's access groups are replaced; without a group many doors stay closed.",
            ),
            kit.action(
                "set-modes",
                "Set modes of one's own",
                set_modes,
                fields=(
                    USER,
                    Field(
                        "modes", "Mode numbers, with commas; empty: as the device", required=False, column="Mode number"
                    ),
                ),
                danger=Danger.CHANGES,
                consequence="The person must use these modes when the device allows modes of one's own.",
            ),
            kit.action(
                "set-duress",
                "Mark the finger of the silent alarm",
                set_duress,
                fields=(
                    USER,
                    Field("finger", "Finger", FieldKind.CHOICE, choices=credentials.FINGER_NAMES),
                    Field("alarm", "Silent alarm", FieldKind.BOOLEAN, required=False, default=True),
                ),
                danger=Danger.CHANGES,
                consequence="This finger opens the door and raises a silent alarm, or no longer does.",
            ),
        ),
        supervisor=True,
    )


async def _change_group(session: Session, values: Values, change: Callable[[list[int], int], list[int]]) -> None:
    user, group = needed(values, "user"), groups.chosen(needed(values, "group"))
    held = await users_of(session).get(user)
    if held is None:
        raise InvalidInput(field="user", reason="not-on-the-device")
    wanted = change([each for each in held.accessGroupIDs if each != group], group)
    groups.checked((group,), session)
    limits.at_most(limits.GROUPS, wanted, "groups")
    await credentials.set_groups(session, user, wanted)


async def _known_modes(session: Session) -> list[tuple[object, ...]]:
    return [(mode.number, mode.words) for mode in modes.offered(session.can.modes)]
