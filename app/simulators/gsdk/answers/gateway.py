"""Admin, Connect, Login, ConnectMaster, Tenant, Gateway: the gateway itself, alone or behind a master."""

import base64
import json
import math
import re
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import grpc

from app.devices.gsdk.pb.common import connect_pb2 as pb
from app.devices.gsdk.pb.common import gateway_pb2, tenant_pb2
from app.simulators.gsdk.certificates import Authority
from app.simulators.gsdk.device import Device
from app.simulators.gsdk.front import Answer
from app.simulators.gsdk.wire import Refused, missing
from app.simulators.gsdk.world import World

TOKEN_KEY = "token"  # noqa: S105 - the name of a metadata key
ADMINISTRATOR = "administrator"
LEEWAY_S = 30.0
"""A token is good for so long after its end: clocks differ."""
PORT = 51211
"""Where every device listens."""


def admin_answers(world: World) -> dict[str, Answer]:
    at = world.at.admin
    return {
        "GetInfo": lambda _request, _context: at.GetInfoResponse(version=world.make.version, buildDate="2026-01-05")
    }


class Connections:
    """Connect, and ConnectMaster with the same ideas."""

    def __init__(self, world: World) -> None:
        self._world = world

    def answers(self, package: Any) -> dict[str, Answer]:
        """Answers to the methods of `connect` or `connect_master`, in that package's messages."""
        return {name: self._bound(package, name) for name in package.methods if hasattr(self, _snake(name))}

    def _bound(self, package: Any, name: str) -> Answer:
        if name == "SubscribeStatus":
            return self.subscribe_status
        act: Callable[[Any], dict[str, Any] | None] = getattr(self, _snake(name))

        def answer(request: Any, context: grpc.ServicerContext) -> Any:
            gateway = getattr(request, "gatewayID", self._world.make.gateway_id)
            if gateway != self._world.make.gateway_id:
                raise missing("no such gateway")
            return getattr(package, f"{name}Response")(**(act(request) or {}))

        return answer

    def connect(self, request: Any) -> dict[str, Any]:
        info: pb.ConnectInfo = request.connectInfo
        for device in self._world.devices.values():
            if device.make.address == info.IPAddr and info.port == PORT:
                self._link(device, use_ssl=info.useSSL)
                return {"deviceID": device.device_id}
        raise Refused(grpc.StatusCode.UNAVAILABLE, "cannot connect to the device")

    def add_async_connection(self, request: Any) -> None:
        for info in request.connectInfos:
            self._world.reconnecting.add(info.deviceID)
            device = self._world.devices.get(info.deviceID)
            if device is not None and not device.connected:
                self._link(device, use_ssl=info.useSSL)

    def delete_async_connection(self, request: Any) -> None:
        self._world.reconnecting.difference_update(request.deviceIDs)
        self.disconnect(request)

    def set_accept_filter(self, request: Any) -> None:
        self._world.filter.CopyFrom(request.filter)
        for device in self._waiting():
            if self._accepts(device):
                device.mode = pb.DEVICE_TO_SERVER
                self._world.set_status(device, pb.TLS_CONNECTED if device.use_ssl else pb.TCP_CONNECTED)

    def get_accept_filter(self, _request: Any) -> dict[str, Any]:
        return {"filter": self._world.filter}

    def get_pending_list(self, _request: Any) -> dict[str, Any]:
        return {"deviceInfos": [_pending(device) for device in self._waiting() if not self._accepts(device)]}

    def _waiting(self) -> list[Device]:
        """Devices that dial in and are not connected."""
        there = self._world.devices.values()
        return [device for device in there if device.make.dials and not device.unplugged and not device.connected]

    def _accepts(self, device: Device) -> bool:
        accepted = self._world.filter
        return accepted.allowAll or device.device_id in accepted.deviceIDs

    def get_device_list(self, _request: Any) -> dict[str, Any]:
        world = self._world
        known = [one for one in world.devices.values() if one.connected or one.device_id in world.reconnecting]
        return {"deviceInfos": [self._info(device) for device in known]}

    def disconnect(self, request: Any) -> None:
        for number in request.deviceIDs:
            if (device := self._world.devices.get(number)) and device.connected:
                self._world.set_status(device, pb.DISCONNECTED)

    def disconnect_all(self, _request: Any) -> None:
        for device in self._world.devices.values():
            if device.connected:
                self._world.set_status(device, pb.DISCONNECTED)

    def search_device(self, request: Any) -> dict[str, Any]:
        time.sleep(request.timeout / 1000 / self._world.make.speed)
        there = [device for device in self._world.devices.values() if not device.unplugged]
        return {"deviceInfos": [_found(device) for device in there]}

    def get_slave_device(self, _request: Any) -> dict[str, Any]:
        return {"slaveDeviceInfos": self._world.slaves}

    def set_slave_device(self, request: Any) -> None:
        self._world.slaves = list(request.slaveDeviceInfos)

    def set_connection_mode(self, request: Any) -> None:
        self._world.device(request.deviceID).mode = request.connectionMode

    def set_connection_mode_multi(self, request: Any) -> None:
        def act(device: Device) -> None:
            device.mode = request.connectionMode

        self._world.each("Connect/SetConnectionModeMulti", request.deviceIDs, act)

    def enable_ssl(self, request: Any) -> None:
        self._world.device(request.deviceID).use_ssl = True

    def disable_ssl(self, request: Any) -> None:
        self._world.device(request.deviceID).use_ssl = False

    def enable_ssl_multi(self, request: Any) -> None:
        self._world.each("Connect/EnableSSLMulti", request.deviceIDs, lambda device: setattr(device, "use_ssl", True))

    def disable_ssl_multi(self, request: Any) -> None:
        self._world.each("Connect/DisableSSLMulti", request.deviceIDs, lambda device: setattr(device, "use_ssl", False))

    def subscribe_status(self, request: Any, context: grpc.ServicerContext) -> Iterator[pb.StatusChange]:
        return self._world.status.subscribe(request.queueSize, context)

    def _link(self, device: Device, *, use_ssl: bool) -> None:
        if device.unplugged or use_ssl != device.use_ssl:
            raise Refused(grpc.StatusCode.UNAVAILABLE, "cannot connect to the device")
        self._world.set_status(device, pb.TLS_CONNECTED if use_ssl else pb.TCP_CONNECTED)

    def _info(self, device: Device) -> pb.DeviceInfo:
        known = pb.DeviceInfo(deviceID=device.device_id, IPAddr=device.make.address, port=PORT)
        known.status = device.status if device.connected else pb.DISCONNECTED
        known.connectionMode, known.type, known.useSSL = device.mode, device.model.number, device.use_ssl
        known.autoReconnect = device.device_id in self._world.reconnecting
        return known


class Accounts:
    """Login, Tenant and Gateway of a master gateway."""

    def __init__(self, world: World, authority: Authority) -> None:
        self._world = world
        self._authority = authority
        self._gate = threading.Lock()
        self._tokens: dict[str, float] = {}
        """Until when each is good."""
        self._given = 0
        self.tenants: dict[str, list[str]] = {"tenant1": [world.make.gateway_id]}

    def admit(self, operation: str, context: grpc.ServicerContext) -> None:
        """Everything but a login needs a token; raises Refused."""
        if operation in {"Login/Login", "Login/LoginAdmin"}:
            return
        told: dict[str, str | bytes] = dict(context.invocation_metadata())
        if time.time() >= self._tokens.get(str(told.get(TOKEN_KEY)), 0.0):
            raise Refused(grpc.StatusCode.UNAUTHENTICATED, "no valid token")

    def expire(self) -> None:
        """Every token is dead, and so is every stream begun with one."""
        with self._gate:
            self._tokens.clear()
        self._world.status.end()
        self._world.live.end()

    def trust(self, authority: Authority) -> None:
        """Logins need a certificate of this authority from now on."""
        self._authority = authority

    def login_answers(self) -> dict[str, Answer]:
        at = self._world.at.login
        return {
            "Login": lambda request, _context: at.LoginResponse(jwtToken=self._token(request.tenantCert)),
            "LoginAdmin": lambda request, _context: at.LoginAdminResponse(jwtToken=self._admin(request)),
            "Logout": self._logout,
        }

    def tenant_answers(self) -> dict[str, Answer]:
        at = self._world.at.tenant
        return {
            "GetList": lambda _request, _context: at.GetListResponse(tenantIDs=list(self.tenants)),
            "Get": lambda request, _context: at.GetResponse(tenantInfos=self._infos(request.tenantIDs)),
        }

    def gateway_answers(self) -> dict[str, Answer]:
        at, make = self._world.at.gateway, self._world.make
        info = gateway_pb2.GatewayInfo(gatewayID=make.gateway_id, deviceIDs=list(self._world.devices), isConnected=True)
        return {
            "GetList": lambda _request, _context: at.GetListResponse(gatewayIDs=[make.gateway_id]),
            "Get": lambda _request, _context: at.GetResponse(gatewayInfos=[info]),
        }

    def _infos(self, numbers: list[str]) -> list[tenant_pb2.TenantInfo]:
        chosen = numbers or list(self.tenants)
        return [tenant_pb2.TenantInfo(tenantID=one, gatewayIDs=self.tenants.get(one, [])) for one in chosen]

    def _admin(self, request: Any) -> str:
        if request.tenantID != ADMINISTRATOR:
            raise Refused(grpc.StatusCode.UNAUTHENTICATED, "not the administrator")
        return self._token(request.adminTenantCert)

    def _token(self, certificate: str) -> str:
        if not self._authority.issued(certificate.encode()):
            raise Refused(grpc.StatusCode.UNAUTHENTICATED, "unknown certificate")
        with self._gate:
            self._given += 1
            life = self._world.make.token_seconds
            token = _jwt(self._given, time.time() + life if life else 0.0)
            self._tokens[token] = time.time() + life + LEEWAY_S if life else math.inf
            return token

    def _logout(self, _request: Any, context: grpc.ServicerContext) -> Any:
        told: dict[str, str | bytes] = dict(context.invocation_metadata())
        with self._gate:
            self._tokens.pop(str(told.get(TOKEN_KEY)), None)
        return self._world.at.login.LogoutResponse()


def _found(device: Device) -> pb.SearchDeviceInfo:
    found = pb.SearchDeviceInfo(deviceID=device.device_id, type=device.model.number, useDHCP=True)
    found.IPAddr, found.port, found.useSSL = device.make.address, PORT, device.use_ssl
    found.connectionMode = device.mode
    return found


def _pending(device: Device) -> pb.PendingDeviceInfo:
    waits = pb.PendingDeviceInfo(deviceID=device.device_id, IPAddr=device.make.address, type=device.model.number)
    waits.lastTry = device.now()
    return waits


def _jwt(number: int, end: float) -> str:
    """A token that looks like one; only this simulator believes it."""
    told: dict[str, float] = {"jti": number} | ({"exp": round(end, 3)} if end else {})
    parts = (json.dumps(part).encode() for part in ({"alg": "none"}, told, {}))
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).replace("SSLMulti", "SSL_Multi").lower()
