"""Console sections about the gateway, its devices and this device itself."""

import time
from collections.abc import AsyncIterator
from typing import Any

from app.devices.console_kit import facts, flag, integer, needed, text
from app.devices.gsdk.capture import card_order
from app.devices.gsdk.cards import Order
from app.devices.gsdk.connections import Managed, status_words
from app.devices.gsdk.console_kit import Kit, integers, moment, per_device, streamed_steps, table
from app.devices.gsdk.options import DEVICE_PORT
from app.devices.gsdk.pb.common import device_type_pb2
from app.devices.gsdk.session import Session
from app.devices.gsdk.watching import Watched
from app.domain.console import ActionResult, Danger, Field, FieldKind, Section, Step, Table, Values
from app.domain.errors import NotWritten

DEVICE = Field("device", "Device number", FieldKind.INTEGER, column="Device number")
DEVICES = Field("devices", "Device numbers, with commas", column="Device number")
COLUMNS = ("Device number", "Model", "Address", "Port", "State", "Who dials", "Reconnects", "TLS")
CARD_NUMBERS = {
    Order(): "as the station keeps them",
    Order(turned=True): "last byte first; the station turns them round",
    Order(wiegand=True): "taken by a Wiegand format; terminals of other makes read another number",
    Order(turned=True, wiegand=True): "taken by a Wiegand format, last byte first; other makes read another number",
}
CLOCK_S = 60
"""A clock that was just set is not further off, however slow the way."""
SOON = 300
"""Changes of state shown before watching ends by itself."""


def status_section(kit: Kit) -> Section:
    """Who answers, which wire generation is spoken, what the device can."""

    async def load(_page: int, _values: Values) -> Table:
        return await kit.ask("status", _status)

    async def set_clock(session: Session, _values: Values) -> None:
        api = session.api.time
        request = api.SetRequest(deviceID=session.number, GMTTime=int(time.time()))
        await session.line.ask("clock", api.Set, request, changes=True)
        if abs(await _clock(session) - time.time()) > CLOCK_S:
            raise NotWritten(device=session.name, step="clock", reason="different")

    async def reboot(session: Session, _values: Values) -> None:
        api = session.api.device
        await session.line.ask("reboot", api.Reboot, api.RebootRequest(deviceID=session.number), changes=True)

    return Section(
        "status",
        "Gateway and device",
        load,
        actions=(
            kit.action(
                "set-clock",
                "Set the device's clock",
                set_clock,
                danger=Danger.CHANGES,
                consequence="The device's clock is set to this computer's time.",
            ),
            kit.action(
                "reboot",
                "Restart the device",
                reboot,
                danger=Danger.CHANGES,
                consequence="The device restarts and lets nobody in for about a minute.",
            ),
        ),
    )


def devices_section(kit: Kit) -> Section:
    """Every device the gateway looks after, and how it is connected."""

    async def load(_page: int, _values: Values) -> Table:
        return table(COLUMNS, (_row(each) for each in await kit.ask("devices", _managed)))

    async def search(session: Session, _values: Values) -> ActionResult:
        found = await session.connections.search()
        return ActionResult("Devices that answered on the gateway's network:", table(COLUMNS, map(_row, found)))

    async def pending(session: Session, _values: Values) -> ActionResult:
        found = await session.connections.pending()
        return ActionResult("Devices that dial in and are not accepted yet:", table(COLUMNS, map(_row, found)))

    async def keep(session: Session, values: Values) -> None:
        number, port = integer(values, "device"), integer(values, "port", DEVICE_PORT)
        await session.connections.keep_connected(number, needed(values, "address"), port, tls=flag(values, "tls"))

    async def accept(session: Session, values: Values) -> None:
        await session.connections.accept(integer(values, "device"))

    async def forget(session: Session, values: Values) -> None:
        await session.connections.no_longer_keep(integer(values, "device"))

    async def set_tls(session: Session, values: Values) -> ActionResult:
        numbers = integers(values, "devices")
        return per_device(await session.connections.set_tls(numbers, on=flag(values, "tls")))

    async def set_mode(session: Session, values: Values) -> ActionResult:
        numbers = integers(values, "devices")
        by_device = text(values, "dials") == "device"
        return per_device(await session.connections.set_mode(numbers, by_device=by_device))

    watch = kit.watch("watch-devices", "Watch connections", _changes)
    return Section(
        "devices",
        "Devices of the gateway",
        load,
        actions=(
            kit.action("search", "Search the network", search),
            kit.action("pending", "Show devices that wait", pending),
            kit.action(
                "keep-connected",
                "Connect and keep connected",
                keep,
                fields=(
                    DEVICE,
                    Field("address", "Address", column="Address"),
                    Field("port", "Port", FieldKind.INTEGER, required=False, default=DEVICE_PORT, column="Port"),
                    Field("tls", "TLS", FieldKind.BOOLEAN, required=False, default=False),
                ),
                danger=Danger.CHANGES,
                consequence="The gateway dials this device from now on and reconnects by itself.",
            ),
            kit.action(
                "accept",
                "Accept a device that dials in",
                accept,
                fields=(DEVICE,),
                danger=Danger.CHANGES,
                consequence="The gateway lets this device dial in.",
            ),
            kit.action(
                "forget-device",
                "No longer keep connected",
                forget,
                fields=(DEVICE,),
                danger=Danger.DESTROYS,
                consequence="The gateway drops this device; its door is no longer answered by the station.",
            ),
            kit.action(
                "device-tls",
                "Switch TLS between gateway and devices",
                set_tls,
                fields=(DEVICES, Field("tls", "TLS", FieldKind.BOOLEAN, required=False, default=True)),
                danger=Danger.CHANGES,
                consequence="These devices reconnect with TLS switched on or off.",
            ),
            kit.action(
                "who-dials",
                "Change who dials",
                set_mode,
                fields=(DEVICES, Field("dials", "Who dials", FieldKind.CHOICE, choices=("gateway", "device"))),
                danger=Danger.CHANGES,
                consequence="These devices reconnect; they must be able to reach the gateway when they dial.",
            ),
            watch,
        ),
        supervisor=True,
    )


def slaves_section(kit: Kit) -> Section:
    """Readers on the RS-485 buses; the gateway forgets them when it restarts."""

    async def load(_page: int, _values: Values) -> Table:
        found = await kit.ask("slaves", lambda session: session.connections.slaves())
        rows = ((number, ", ".join(str(each) for each in slaves)) for number, slaves in found.items())
        return table(("Device number", "Readers on its bus"), rows)

    async def set_slaves(session: Session, values: Values) -> None:
        await session.connections.set_slaves(integer(values, "device"), integers(values, "slaves"))

    action = kit.action(
        "set-slaves",
        "Set the readers of a device",
        set_slaves,
        fields=(DEVICE, Field("slaves", "Reader numbers, with commas", required=False)),
        danger=Danger.CHANGES,
        consequence="The list of readers behind this device is replaced.",
    )
    return Section("slaves", "Readers behind devices", load, actions=(action,), supervisor=True)


async def _status(session: Session) -> Table:
    gateway, can = session.link.gateway, session.can
    clock = await _clock(session)
    return facts(
        ("Gateway version", gateway.version),
        ("Wire generation", gateway.generation.value.upper()),
        ("Generation", "a guess: confirm it in Settings" if gateway.doubtful else "certain"),
        ("Device number", session.number),
        ("Model", can.model),
        ("Firmware", can.firmware),
        ("Device's clock (UTC)", moment(clock)),
        ("Clock ahead, seconds", clock - int(time.time())),
        ("Reads cards", bool(can.info.cardSupported)),
        ("Card numbers", CARD_NUMBERS[await card_order(session)]),
        ("Reads fingers", bool(can.info.fingerSupported)),
        ("Reads faces", bool(can.info.faceSupported)),
        ("Room for people", can.info.maxNumOfUser),
    )


async def _clock(session: Session) -> int:
    """The device's clock, Unix seconds."""
    api = session.api.time
    return int((await session.line.ask("clock", api.Get, api.GetRequest(deviceID=session.number))).GMTTime)


async def _managed(session: Session) -> tuple[Managed, ...]:
    return await session.connections.managed()


def _row(device: Managed) -> tuple[object, ...]:
    model = device_type_pb2.Type.DESCRIPTOR.values_by_number.get(device.kind)
    return (
        device.number,
        model.name.replace("_", " ") if model else device.kind,
        device.address,
        device.port or None,
        status_words(device.status),
        "device" if device.by_device else "gateway",
        device.auto,
        device.tls,
    )


def _changes(watched: Watched) -> AsyncIterator[Step]:
    changes = watched.session.connections.status_changes

    async def begin() -> object:
        return watched.session.line.stream(changes, changes.request(queueSize=SOON))

    def told(change: Any) -> str:
        return f"{change.deviceID}: {status_words(change.status)}"

    return streamed_steps(watched, begin, "gsdk-status", SOON, told)
