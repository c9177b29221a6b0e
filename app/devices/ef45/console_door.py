"""Console sections that act on the world: the door, the clock, manual commands."""

from datetime import datetime

from app.devices.console_kit import facts, flag, integer, needed
from app.devices.ef45.client import Ef45Client
from app.devices.ef45.console_kit import Kit
from app.devices.ef45.replies import safe_detail
from app.domain.console import Action, ActionResult, Danger, Field, FieldKind, Section, Table, Values


def door_section(kit: Kit) -> Section:
    """The door's inputs, and opening it."""

    async def load(_page: int, _values: Values) -> Table:
        door = await kit.ask("door", lambda client: client.door_status())
        return facts(
            ("Door sensor", door.door_sensor),
            ("Relay", door.relay),
            ("Tamper switch", door.tamper),
            ("Request to exit", door.rte),
        )

    async def switch(client: Ef45Client, values: Values) -> None:
        await client.set_relay(forced=flag(values, "forced"), duration_s=integer(values, "seconds"))

    action = kit.action(
        "switch-relay",
        "Open the door",
        switch,
        fields=(
            Field("seconds", "Seconds", FieldKind.INTEGER, default=5),
            Field("forced", "Even when a rule keeps it closed", FieldKind.BOOLEAN, default=False),
        ),
        danger=Danger.DESTROYS,
        consequence="The relay switches and the door opens for this time. Anybody can pass.",
    )
    return Section("door", "Door", load, actions=(action,), supervisor=True)


def time_section(kit: Kit) -> Section:
    """The terminal's clock against this computer's."""

    async def load(_page: int, _values: Values) -> Table:
        clock = await kit.visit("clock", lambda session, _camera: _clock(session.clock.ahead))
        return facts(("This computer", _now()), ("Terminal ahead by seconds", clock))

    async def set_time(_values: Values) -> ActionResult:
        now = _now()
        await kit.visit("set-time", lambda session, _camera: session.set_time(now))
        return ActionResult("The terminal's clock was set.", facts(("Set to", now)))

    action = Action(
        "set-time",
        "Set to this computer's time",
        run=set_time,
        danger=Danger.CHANGES,
        consequence="The terminal's clock is set to this computer's local time; its log goes on in the new time.",
    )
    return Section("time", "Clock", load, actions=(action,))


def control_section(kit: Kit) -> Section:
    """Manual commands; the terminal's maker documents their names elsewhere."""

    async def send(client: Ef45Client, values: Values) -> ActionResult:
        reply = await client.control({needed(values, "command"): flag(values, "on")})
        return ActionResult("The terminal carried it out.", facts(("Answer", safe_detail(reply.status.encode()))))

    action = kit.action(
        "manual-command",
        "Send a manual command",
        send,
        fields=(Field("command", "Command"), Field("on", "On", FieldKind.BOOLEAN, default=True)),
        danger=Danger.DESTROYS,
        consequence="The terminal carries the command out at once; it may open a door or restart.",
    )
    return Section(
        "control",
        "Manual commands",
        actions=(action,),
        supervisor=True,
        note="Needs 'Use manual command' switched on at the terminal: Settings, Network, Server.",
    )


async def _clock(ahead: object) -> int | None:
    total = getattr(ahead, "total_seconds", None)
    return None if total is None else round(total())


def _now() -> datetime:
    return datetime.now().astimezone()
