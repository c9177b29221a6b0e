"""Console sections about the terminal itself: status and its way to us, messages on its screen, configuration."""

from collections.abc import Callable
from datetime import datetime

from app.devices.console_kit import facts, needed, text
from app.devices.controlid.console_kit import Kit, number
from app.devices.controlid.session import Session
from app.domain.console import ActionResult, Danger, Field, FieldKind, Section, Table, Values
from app.domain.errors import NotWritten, StationError

LONGEST_MESSAGE_S = 3600

KNOWN: dict[str, tuple[str, ...]] = {
    "general": ("online", "local_identification", "keep_user_image", "language", "beep_enabled", "auto_reboot"),
    "monitor": ("hostname", "port", "path", "request_timeout", "alive_interval", "enable_photo_upload"),
    "online_client": (
        *("server_id", "extract_template", "max_request_attempts", "request_timeout"),
        *("contingency_enabled", "alive_interval"),
    ),
    "identifier": ("verbose_logging", "log_type", "multi_factor_authentication"),
    "face_id": ("mask_detection_enabled", "liveness_mode", "limit_identification_to_display_region"),
}
"""Modules and keys met in the vendor's pages; a firmware knows some of them, and others may be typed."""


def status_section(kit: Kit, last_heard: Callable[[], datetime | None]) -> Section:
    """Who it is, how it works, whether it reaches us, and what its screen says."""

    async def load(_page: int, _values: Values) -> Table:
        return await kit.ask("status", lambda session: _status(session, last_heard()))

    async def say(session: Session, values: Values) -> ActionResult:
        seconds = min(max(number(values, "seconds"), 0), LONGEST_MESSAGE_S)
        await session.client.message_to_screen(text(values, "message"), seconds * 1000)
        return ActionResult("The terminal shows the message.")

    async def clear(session: Session, _values: Values) -> ActionResult:
        await session.client.message_to_screen("")
        return ActionResult("The terminal's screen is its own again.")

    async def restore(session: Session, _values: Values) -> ActionResult:
        changed = await session.stop_reporting()
        return ActionResult("The terminal has its own settings again." if changed else "Nothing had been changed.")

    return Section(
        "status",
        "Status",
        load,
        actions=(
            kit.action(
                "message",
                "Show a message on its screen",
                say,
                fields=(
                    Field("message", "Message"),
                    Field("seconds", "Seconds (0 until cleared)", FieldKind.INTEGER, default=30),
                ),
            ),
            kit.action("clear-message", "Clear the message", clear),
            kit.action(
                "restore",
                "Restore its own settings",
                restore,
                danger=Danger.CHANGES,
                consequence="The terminal no longer reports to this station until it is opened here again.",
            ),
        ),
    )


def configuration_section(kit: Kit) -> Section:
    """Settings by module and key; every change is read back."""

    async def load(_page: int, values: Values) -> Table:
        module, key = text(values, "module"), text(values, "key")
        wanted = {module: (key,) if key else KNOWN.get(module, ())} if module else KNOWN
        return await kit.ask("configuration", lambda session: _settings(session, wanted))

    async def change(session: Session, values: Values) -> ActionResult:
        module, key, value = needed(values, "module"), needed(values, "key"), text(values, "value")
        await session.client.set_configuration({module: {key: value}})
        held = await session.client.get_configuration({module: (key,)})
        if held[module].get(key) != value:
            raise NotWritten(step="configuration")
        return ActionResult("The setting was changed and read back.", Table(_COLUMNS, ((module, key, value),)))

    module = Field("module", "Module", FieldKind.CHOICE, choices=tuple(KNOWN), column="Module")
    key = Field("key", "Key", column="Key")
    action = kit.action(
        "change-setting",
        "Change a setting",
        change,
        fields=(module, key, Field("value", "Value", required=False, column="Value")),
        danger=Danger.CHANGES,
        consequence="The terminal works with the new value at once; a wrong one may keep people out.",
    )
    filters = (
        Field("module", "Module", required=False),
        Field("key", "Key", required=False),
    )
    note = "Without a module the settings known to this program are shown."
    return Section("configuration", "Configuration", load, filters, (action,), supervisor=True, note=note)


_COLUMNS = ("Module", "Key", "Value")


async def _status(session: Session, heard: datetime | None) -> Table:
    info = await session.client.system_information()
    place = session.office.place if session.office else None
    told = f"{session.route.own}:{place.port}/{place.path}" if session.reports and session.route and place else ""
    return facts(
        ("Name", info.name),
        ("Serial number", info.serial),
        ("Firmware", info.version),
        ("Number", info.device_id or None),
        ("Asks an access server", info.online),
        ("Users", await session.client.count_objects("users")),
        ("Stored fingers", await session.client.count_objects("templates")),
        ("Reports to", told or "nobody of this station"),
        ("Last sign of life", heard.astimezone() if heard else None),
    )


async def _settings(session: Session, wanted: dict[str, tuple[str, ...]]) -> Table:
    """A module this firmware does not know is left out."""
    rows: list[tuple[str, str, str]] = []
    for module, keys in wanted.items():
        try:
            found = await session.client.get_configuration({module: keys})
        except StationError:
            if len(wanted) == 1:
                raise
            continue
        rows += [(module, key, value) for key, value in found[module].items()]
    return Table(_COLUMNS, tuple(rows))
