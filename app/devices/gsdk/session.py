"""A device within reach: gateway asked, generation chosen, signed in, device connected, abilities read."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import grpc

from app.devices.base import Worker
from app.devices.gsdk import certificates, master
from app.devices.gsdk.channel import open_channel
from app.devices.gsdk.connections import Connections, Managed
from app.devices.gsdk.line import Line
from app.devices.gsdk.options import Dial, Target
from app.devices.gsdk.pb import Generation, chosen, wire
from app.devices.gsdk.recovery import Note, NoteBook
from app.domain.errors import InvalidInput, StationError, Unreachable, WrongCredential
from app.domain.modality import Modality

CONNECT_S = 25.0
LOOK_EVERY_S = 0.25


@dataclass(frozen=True)
class Gateway:
    """Who answered: version as told, the generation spoken, and whether that is a guess."""

    version: str
    generation: Generation
    doubtful: bool


@dataclass(frozen=True)
class Abilities:
    """What the device says of itself; both messages are read in the gateway's generation."""

    model: str
    firmware: str
    info: Any
    modes: Any

    @property
    def modalities(self) -> tuple[Modality, ...]:
        """What the device itself captures."""
        has = (
            (Modality.FINGER, self.info.fingerSupported),
            (Modality.FACE, self.info.faceSupported),
            (Modality.CARD, self.info.cardSupported),
        )
        return tuple(modality for modality, supported in has if supported)


class Link:
    """A channel to the gateway, signed in. close() gives back everything."""

    def __init__(self, channel: grpc.Channel, line: Line, gateway: Gateway, below: str, token: master.Token) -> None:
        self.channel = channel
        self.line = line
        self.gateway = gateway
        self.connections = Connections(line, below)
        self._token = token

    async def close(self) -> None:
        """Sign out and close; faults on the way out are of no interest to anybody."""
        try:
            if self._token():
                await master.sign_out(self.line, self._token)
        finally:
            self.channel.close()


async def open_link(target: Target, worker: Worker, name: str) -> Link:
    """A link, signed in. WrongCredential names the certificate's fault; Unreachable, ProtocolError."""
    token = master.Token()
    channel = await worker.run(open_channel, target.access, token)
    try:
        return await _link(channel, target, worker, token, name)
    except StationError as error:
        channel.close()
        raise await _named(error, target, worker) from error
    except BaseException:
        channel.close()
        raise


async def _link(channel: grpc.Channel, target: Target, worker: Worker, token: master.Token, name: str) -> Link:
    """A master gateway answers nobody who has not signed in; login and version have one numbering for all."""
    first, below = Line(channel, await worker.run(wire, Generation.C), name), ""  # its modules take 0.1 s to load
    login: master.Renewal | None = None
    if target.login is not None:
        certificate = await worker.run(master.tenant_certificate, target.login)
        login = master.Renewal(first, token, certificate)
        await master.sign_in(first, token, certificate)
        below = await master.gateway_below(first, target.login.gateway_id)
    api = first.api.admin
    reply = await first.ask("gateway", api.GetInfo, api.GetInfoRequest())
    choice = chosen(reply.version, target.generation)
    gateway = Gateway(reply.version, choice.generation, choice.doubtful)
    line = Line(channel, await worker.run(wire, gateway.generation), name, login)
    return Link(channel, line, gateway, below, token)


async def _named(error: StationError, target: Target, worker: Worker) -> StationError:
    """A refused handshake with the certificate's fault and its cure; any other error as it is."""
    if not isinstance(error, WrongCredential) or error.fact("reason") not in ("", "certificate"):
        return error
    try:
        found = await worker.run(certificates.examine, target.access)
    except OSError:
        return error
    if found.fault is certificates.Fault.NONE:
        return error
    facts = error.facts | {"reason": found.fault.value, "cure": found.cure}
    return WrongCredential(**facts)


class Session:
    """The device behind the link, connected by us or by others."""

    def __init__(self, link: Link, target: Target, name: str) -> None:
        self.link = link
        self.line = link.line
        self.api = link.line.api
        self.connections = link.connections
        self.number = target.number
        self.target = target
        self.name = name
        self.abilities: Abilities | None = None
        self.lost = False
        """Gateway or device did not answer: take() again before the next question."""
        self._connected_by_us = False

    async def reach(self, book: NoteBook, worker: Worker) -> None:
        """Have the device connected. Unreachable, WrongDevice."""
        if not await self.is_connected():
            await self._connect(book, worker)

    async def take(self, book: NoteBook, worker: Worker) -> None:
        """Have the device connected and read what it can. Unreachable, WrongDevice."""
        await self.reach(book, worker)
        await self.look()
        self.lost = False

    async def look(self) -> None:
        """Read what a connected device can."""
        self.abilities = await self._read_abilities()

    async def give_back(self, book: NoteBook, worker: Worker) -> None:
        """Let go of a device that we connected for ourselves; others stay as they were found."""
        if self._connected_by_us:
            await self.connections.disconnect(self.number)
            self._connected_by_us = False
            await worker.run(book.tear_up)

    def inherit(self, other: "Session") -> None:
        """Take over what the other one connected: this one gives it back."""
        self._connected_by_us = self._connected_by_us or other._connected_by_us
        other._connected_by_us = False

    async def is_connected(self) -> bool:
        """Asked from the gateway."""
        found = await self.connections.find(self.number)
        return found is not None and found.is_connected

    async def ensure(self, step: str) -> None:
        """Unreachable when the gateway has lost the device."""
        if not await self.is_connected():
            raise Unreachable(device=self.name, step=step, reason="device-not-connected")

    @property
    def can(self) -> Abilities:
        """What was read at take(); only to be asked after it."""
        if self.abilities is None:
            raise Unreachable(device=self.name, step="abilities", reason="not-open")
        return self.abilities

    async def _connect(self, book: NoteBook, worker: Worker) -> None:
        target, connections = self.target, self.connections
        if target.dial is not Dial.DEVICE and not target.address:
            raise InvalidInput(field="address", reason="needed-to-connect")
        if target.dial is Dial.DIRECT:
            await worker.run(book.write, Note(target.access.address, self.number))
            self._connected_by_us = True
            await connections.connect(self.number, target.host, target.port, tls=target.use_tls)
            return
        if target.dial is Dial.ASYNC:
            await connections.keep_connected(self.number, target.host, target.port, tls=target.use_tls)
        else:
            await connections.accept(self.number)
        await self._until(lambda found: found is not None and found.is_connected)

    async def _until(self, holds: Callable[[Managed | None], bool]) -> None:
        try:
            async with asyncio.timeout(min(CONNECT_S, self.target.access.call_timeout_s)):
                while not holds(await self.connections.find(self.number)):  # noqa: ASYNC110 - asked over the wire
                    await asyncio.sleep(LOOK_EVERY_S)
        except TimeoutError:
            raise Unreachable(device=self.name, step="connect", reason="device-not-connected") from None

    async def _read_abilities(self) -> Abilities:
        api, line = self.api.device, self.line
        info = await line.ask("device", api.GetInfo, api.GetInfoRequest(deviceID=self.number))
        told = await line.ask("device", api.GetCapabilityInfo, api.GetCapabilityInfoRequest(deviceID=self.number))
        modes = await line.ask("device", api.GetCapability, api.GetCapabilityRequest(deviceID=self.number))
        return Abilities(info.info.modelName, info.info.firmwareVersion, told.capInfo, modes.deviceCapability)
