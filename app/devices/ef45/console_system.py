"""Console sections about the terminal itself: status, configuration, firmware."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

from app.devices.console_kit import facts, flag, needed, text
from app.devices.ef45.client import Ef45Client
from app.devices.ef45.codec import CONFIG_TYPES, CameraState
from app.devices.ef45.console_kit import Kit
from app.devices.ef45.firmware import upload
from app.devices.ef45.session import Session
from app.domain.console import Action, ActionResult, Danger, Field, FieldKind, Section, Step, Table, Values

KNOWN_TITLES = (
    ("umx.camera.enrol.MinimumUsableIrisArea", "int"),
    ("launcher.device.bio.iris.deduplication", "int"),
    ("launcher.device.deviceinfo.deviceid", "string"),
)
"""Titles met in published code; the vendor's full table is not public, so any other title may be typed."""


def status_section(kit: Kit) -> Section:
    """Who it is, how it stands, and whether it speaks."""

    async def load(_page: int, _values: Values) -> Table:
        return await kit.visit("status", _status)

    async def set_audio(client: Ef45Client, values: Values) -> None:
        camera = await client.camera()
        await client.set_camera(replace(camera, audio=flag(values, "audio")))

    action = kit.action(
        "set-audio",
        "Switch the voice",
        set_audio,
        fields=(Field("audio", "Speaks", FieldKind.BOOLEAN, default=True),),
        danger=Danger.CHANGES,
        consequence="The terminal speaks, or no longer speaks, to the people in front of it.",
    )
    return Section("status", "Status", load, actions=(action,))


def configuration_section(kit: Kit) -> Section:
    """Single settings by title and type; the known ones are read for the table."""

    async def load(_page: int, values: Values) -> Table:
        title, kind = text(values, "title"), text(values, "type") or "int"
        asked = ((title, kind),) if title else KNOWN_TITLES
        return await kit.ask("config", lambda client: _settings(client, asked))

    async def change(client: Ef45Client, values: Values) -> ActionResult:
        title, kind = needed(values, "title"), needed(values, "type")
        await client.set_config(title, kind, needed(values, "value"))
        return ActionResult("The setting was changed.", await _settings(client, ((title, kind),)))

    title = Field("title", "Title", FieldKind.TEXT, column="Title", default=KNOWN_TITLES[0][0])
    kind = Field("type", "Type", FieldKind.CHOICE, choices=tuple(CONFIG_TYPES), column="Type", default="int")
    action = kit.action(
        "change-setting",
        "Change a setting",
        change,
        fields=(title, kind, Field("value", "Value", column="Value")),
        danger=Danger.CHANGES,
        consequence="The terminal works with the new value at once; a wrong one may keep people out.",
    )
    filters = (replace(title, required=False, default=None, column=""), replace(kind, required=False, column=""))
    return Section(
        "configuration",
        "Configuration",
        load,
        filters,
        (action,),
        supervisor=True,
        note="Without a title the settings known to this program are shown.",
    )


def firmware_section(kit: Kit) -> Section:
    """New firmware, as an ordinary upgrade or forced."""
    file = Field("file", "Firmware file", FieldKind.FILE)
    return Section(
        "firmware",
        "Firmware",
        lambda _page, _values: kit.ask("version", _version),
        actions=(
            Action(
                "upgrade",
                "Upgrade the firmware",
                run_long=lambda values: _upload(kit, values, forced=False),
                fields=(file,),
                danger=Danger.DESTROYS,
                consequence="The terminal restarts and installs it by itself. It must not lose power meanwhile.",
            ),
            Action(
                "force-firmware",
                "Force another firmware, even an older one",
                run_long=lambda values: _upload(kit, values, forced=True),
                fields=(file,),
                danger=Danger.DESTROYS,
                consequence="The terminal restarts and installs it without checking the version. "
                "A wrong file can make it unusable; it must not lose power meanwhile.",
            ),
        ),
        supervisor=True,
        note="Stopping before the end changes nothing: the terminal drops an unfinished upload.",
    )


def _upload(kit: Kit, values: Values, *, forced: bool) -> AsyncIterator[Step]:
    path = Path(needed(values, "file"))
    return kit.steps("firmware", lambda client: upload(client, kit.worker, path, forced=forced))


async def _status(session: Session, camera: CameraState) -> Table:
    return facts(
        ("Version", await session.client.version()),
        ("Serial number", camera.serial_number),
        ("Mode", camera.mode),
        ("Speaks", camera.audio),
        ("Template version", session.record_version),
        ("Address", session.base),
    )


async def _version(client: Ef45Client) -> Table:
    return facts(("Version", await client.version()))


async def _settings(client: Ef45Client, asked: tuple[tuple[str, str], ...]) -> Table:
    rows = []
    for title, kind in asked:
        rows.append((title, kind, str(await client.config(title, kind))))
    return Table(("Title", "Type", "Value"), tuple(rows))
