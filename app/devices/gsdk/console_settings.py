"""Console sections about the device's configurations: read, one setting changed, originals kept and restorable."""

from typing import Any

from app.devices.console_kit import integer, needed
from app.devices.gsdk import formats, modes, schedules
from app.devices.gsdk.configs import DESTRUCTIVE, KINDS, set_value, settings
from app.devices.gsdk.console_kit import Kit, integers, per_device, table
from app.devices.gsdk.session import Session
from app.domain.console import Action, ActionResult, Danger, Field, FieldKind, Section, Table, Values
from app.domain.errors import InvalidInput, NotCapable

TITLES = {
    "auth": "Authentication",
    "finger": "Finger settings",
    "face": "Face settings",
    "card": "Card settings",
    "display": "Display settings",
    "system": "System settings",
}
_COLUMNS = ("Setting", "Value", "Possible values")
NOTHING_TO_RESTORE = "Nothing to restore: these settings were not changed from here."


def settings_sections(kit: Kit) -> tuple[Section, ...]:
    """One section per configuration, and one for the schedules of the modes."""
    return (*(_section(kit, kind) for kind in KINDS), modes_section(kit))


def modes_section(kit: Kit) -> Section:
    """Which modes are usable when."""

    async def load(_page: int, _values: Values) -> Table:
        rows = await kit.ask("auth-config", scheduled)
        return table(("Mode number", "Mode", "Schedule", "When", "Schedule number"), rows)

    async def scheduled(session: Session) -> list[tuple[object, ...]]:
        config = await kit.configs(session).read("auth")
        names = await schedules.read(session)
        return [
            (each.mode, modes.words(each.mode), *names.get(each.scheduleID, ("unknown", "")), each.scheduleID)
            for each in config.authSchedules
        ]

    async def add(session: Session, values: Values) -> None:
        mode, schedule = integer(values, "mode"), integer(values, "schedule", schedules.ALWAYS)
        if schedule not in await schedules.read(session):
            raise InvalidInput(field="schedule", reason="unknown")
        if mode not in {known.number for known in modes.offered(session.can.modes)}:
            raise InvalidInput(field="mode", reason="not-on-this-device")

        def edit(config: Any) -> None:
            if not any((each.mode, each.scheduleID) == (mode, schedule) for each in config.authSchedules):
                config.authSchedules.add(mode=mode, scheduleID=schedule)

        await kit.configs(session).change("auth", edit)

    async def remove(session: Session, values: Values) -> None:
        mode, schedule = integer(values, "mode"), integer(values, "schedule", schedules.ALWAYS)

        def edit(config: Any) -> None:
            kept = [each for each in config.authSchedules if (each.mode, each.scheduleID) != (mode, schedule)]
            if not kept:
                raise InvalidInput(field="mode", reason="the-last-one")
            del config.authSchedules[:]
            config.authSchedules.extend(kept)

        await kit.configs(session).change("auth", edit)

    fields = (
        Field("mode", "Mode number", FieldKind.INTEGER, column="Mode number"),
        Field("schedule", "Schedule number", FieldKind.INTEGER, False, schedules.ALWAYS, column="Schedule number"),
    )
    consequence = "Everybody at this device authenticates by the changed list of modes from now on."
    changes = Danger.CHANGES
    return Section(
        "modes",
        "Modes and schedules",
        load,
        actions=(
            kit.action("add-mode", "Allow a mode", add, fields=fields, danger=changes, consequence=consequence),
            kit.action("remove-mode", "Remove a mode", remove, fields=fields, danger=changes, consequence=consequence),
        ),
        supervisor=True,
        note="Schedule 1 is always, schedule 0 is never.",
    )


def _section(kit: Kit, kind: str) -> Section:
    async def load(_page: int, _values: Values) -> Table:
        try:
            return await kit.ask(f"{kind}-config", read)
        except NotCapable:  # a device without a sensor has no settings for it
            return table(_COLUMNS, ())

    async def read(session: Session) -> Table:
        rows = settings(kind, await kit.configs(session).read(kind))
        return table(_COLUMNS, ((r.name, r.value, ", ".join(r.choices)) for r in rows))

    extra = (_format_action(kit),) if kind == "finger" else ()
    return Section(f"{kind}-config", TITLES[kind], load, actions=(*_actions(kit, kind), *extra), supervisor=True)


def _actions(kit: Kit, kind: str) -> tuple[Action, ...]:
    async def change(session: Session, values: Values) -> None:
        edit = set_value(kind, needed(values, "setting"), needed(values, "value"))
        await kit.configs(session).change(kind, edit)

    async def restore(session: Session, _values: Values) -> ActionResult:
        done = await kit.configs(session).restore(kind)
        return ActionResult("The settings are as they were before." if done else NOTHING_TO_RESTORE)

    async def accept(session: Session, _values: Values) -> None:
        await kit.configs(session).accept(kind)

    async def copy(session: Session, values: Values) -> ActionResult:
        return per_device(await kit.configs(session).copy_to(kind, integers(values, "devices")))

    consequence = "The device works by the new setting at once. The settings as they were can be restored here."
    made = (
        kit.action(
            f"change-{kind}",
            "Change a setting",
            change,
            fields=(Field("setting", "Setting", column="Setting"), Field("value", "Value", column="Value")),
            danger=Danger.CHANGES,
            consequence=consequence,
        ),
        kit.action(
            f"restore-{kind}",
            "Restore the original settings",
            restore,
            danger=Danger.CHANGES,
            consequence="All of these settings go back to what they were before the first change made from here.",
        ),
        kit.action(f"accept-{kind}", "Keep the settings as they are now", accept),
    )
    risky = any(name.startswith(f"{kind}.") for name in DESTRUCTIVE)
    if risky:  # the whole configuration holds the format of templates
        return made
    several = kit.action(
        f"copy-{kind}",
        "Copy to other devices",
        copy,
        fields=(Field("devices", "Device numbers, with commas"),),
        danger=Danger.DESTROYS,
        consequence="These settings of the named devices are replaced by those of this one.",
    )
    return (*made, several)


def _format_action(kit: Kit) -> Action:
    async def run(session: Session, values: Values) -> ActionResult:
        wanted = formats.NUMBERS.get(needed(values, "format"))
        if wanted is None:
            raise InvalidInput(field="format", reason="not-a-choice")
        lost = await formats.change_format(session, kit.configs(session), wanted)
        return ActionResult("The format is changed. People whose fingers were removed:", table(("People",), [(lost,)]))

    return kit.action(
        "change-format",
        "Change the template format",
        run,
        fields=(Field("format", "Format", FieldKind.CHOICE, choices=formats.NAMES),),
        danger=Danger.DESTROYS,
        consequence=(
            "A device cannot mix formats: every finger enrolled on it is removed first and cannot be brought back. "
            "People stay with card, face and PIN; deliver them again to bring their fingers in the new format. "
            "The Suprema format cannot be compared by this station."
        ),
    )
