"""Checking the way to a device from the outside in: name, port, certificate, version, login, device, subscription."""

from app.devices.base import Worker
from app.devices.gsdk import certificates
from app.devices.gsdk.cards import order_of
from app.devices.gsdk.channel import GatewayAccess
from app.devices.gsdk.connections import status_words
from app.devices.gsdk.options import Target
from app.devices.gsdk.session import Gateway, Link, open_link
from app.devices.gsdk.templates import FORMATS
from app.domain.device import Finding, Health
from app.domain.errors import NotCapable, RemoteRefused, StationError


async def certificate_finding(access: GatewayAccess, worker: Worker) -> Finding:
    """Is the certificate one we may trust; its fault by name when not."""
    try:
        found = await worker.run(certificates.examine, access)
    except OSError:
        return Finding("certificate", Health.BAD, "", "check-port")
    if found.fault is certificates.Fault.NONE:
        return Finding("certificate", Health.GOOD, ", ".join(found.names))
    return Finding("certificate", Health.BAD, found.fault.value, found.cure)


def generation_finding(gateway: Gateway) -> Finding:
    """Which wire generation is spoken; a guess is to be looked at."""
    told = f"{gateway.version}, generation {gateway.generation.value.upper()}"
    if gateway.doubtful:
        return Finding("version", Health.WARNING, told, "check-generation")
    return Finding("version", Health.GOOD, told)


async def device_findings(link: Link, target: Target) -> list[Finding]:
    """Does the gateway have the device connected; a device not yet known to it is connected at the first opening."""
    try:
        managed = await link.connections.find(target.number)
    except StationError as error:
        return [Finding("connection", Health.BAD, error.code, "restart")]
    if managed is None:
        return [Finding("connection", Health.GOOD, "connected when opened")]
    told = status_words(managed.status)
    if not managed.is_connected:
        return [Finding("connection", Health.BAD, told, "check-cable")]
    return [
        Finding("connection", Health.GOOD, told),
        *await _format_findings(link, target),
        *await _card_findings(link, target),
    ]


async def _card_findings(link: Link, target: Target) -> list[Finding]:
    """Does the device read the number that terminals of other makes read from the same card."""
    api = link.line.api.card
    try:
        config = (await link.line.ask("diagnose", api.GetConfig, api.GetConfigRequest(deviceID=target.number))).config
    except (NotCapable, RemoteRefused):
        return []
    except StationError as error:
        return [Finding("card-numbers", Health.WARNING, error.code, "restart-device")]
    if order_of(config).wiegand:
        return [Finding("card-numbers", Health.WARNING, "Wiegand", "same-card-format")]
    return [Finding("card-numbers", Health.GOOD, "LSB" if order_of(config).turned else "MSB")]


async def _format_findings(link: Link, target: Target) -> list[Finding]:
    """Does the device keep templates in the format we scan in; a device without a sensor has no format."""
    api = link.line.api
    try:
        asked = api.device.GetCapabilityInfoRequest(deviceID=target.number)
        told = await link.line.ask("diagnose", api.device.GetCapabilityInfo, asked)
        if not told.capInfo.fingerSupported:
            return []
        request = api.finger.GetConfigRequest(deviceID=target.number)
        config = (await link.line.ask("diagnose", api.finger.GetConfig, request)).config
    except StationError as error:
        return [Finding("template-format", Health.WARNING, error.code, "restart-device")]
    form = FORMATS.get(config.templateFormat, str(config.templateFormat))
    if config.templateFormat != target.finger_format:
        return [Finding("template-format", Health.WARNING, form, "change-format")]
    return [Finding("template-format", Health.GOOD, form)]


async def link_findings(target: Target, worker: Worker, name: str) -> list[Finding]:
    """Over a link of its own: version, login, device."""
    try:
        link = await open_link(target, worker, name)
    except StationError as error:
        at_login = error.fact("step") in ("login", "gateways")
        return [Finding("login" if at_login else "gateway", Health.BAD, error.code, "check-certificate")]
    try:
        return [*opened_findings(link, target), *await device_findings(link, target)]
    finally:
        await link.close()


def opened_findings(link: Link, target: Target) -> list[Finding]:
    """What an open link proves: the version and, on a master gateway, the login."""
    login = [Finding("login", Health.GOOD, target.login.gateway_id)] if target.login else []
    return [generation_finding(link.gateway), *login]
