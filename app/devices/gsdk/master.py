"""A master gateway: sign in with the tenant's certificate, keep the token, find the gateway below it (facts 4, 16)."""

import asyncio
import base64
import json
import time
from pathlib import Path

from app.devices.gsdk.line import Line
from app.devices.gsdk.options import Login
from app.domain.errors import InvalidInput, MissingRights, WrongCredential

ADMINISTRATOR = "administrator"
EARLY_S = 30.0
"""A token is renewed so long before its end, or after half its life when that is shorter."""


class Token:
    """What the login gave; asked for by the channel at every call. Never logged."""

    def __init__(self) -> None:
        self._text = ""
        self._renew_at: float | None = None

    def __call__(self) -> str:
        return self._text

    @property
    def is_due(self) -> bool:
        """Whether it ends soon, by its own words; one that names no end never is."""
        return self._renew_at is not None and time.time() >= self._renew_at

    def keep(self, text: str) -> None:
        """From the next call on."""
        self._text = text
        self._renew_at = _renew_at(text, time.time())


class Renewal:
    """Signs in again before the token ends, and when the gateway no longer knows it. Main loop only."""

    def __init__(self, line: Line, token: Token, certificate: str) -> None:
        self._line, self._token, self._certificate = line, token, certificate
        self._turn = asyncio.Lock()

    def held(self) -> str:
        """The token now."""
        return self._token()

    async def before(self) -> None:
        """Called before every question: a token that ends soon is replaced first."""
        if self._token.is_due or self._turn.locked():
            async with self._turn:
                if self._token.is_due:
                    await sign_in(self._line, self._token, self._certificate)

    async def after(self, held: str) -> None:
        """Called when `held` was not accepted: another one is there afterwards, or WrongCredential is raised."""
        async with self._turn:
            if self._token() in ("", held):
                await sign_in(self._line, self._token, self._certificate)


def tenant_certificate(login: Login) -> str:
    """The file's PEM text; WrongCredential when it cannot be read. Blocks."""
    try:
        return Path(login.tenant_cert_file).read_text("ascii")
    except (OSError, ValueError) as error:
        raise WrongCredential(step="login", reason="tenant-certificate-unreadable") from error


async def sign_in(line: Line, token: Token, certificate: str) -> None:
    """Login with the tenant's certificate; WrongCredential when it is refused."""
    api = line.api.login
    token.keep("")
    reply = await line.ask("login", api.Login, api.LoginRequest(tenantCert=certificate))
    if not reply.jwtToken:
        raise WrongCredential(step="login", reason="no-token")
    token.keep(reply.jwtToken)


async def sign_out(line: Line, token: Token) -> None:
    """Logout; the token is forgotten in any case."""
    api = line.api.login
    try:
        if token():
            await line.ask("logout", api.Logout, api.LogoutRequest())
    finally:
        token.keep("")


async def gateway_below(line: Line, wanted: str) -> str:
    """The gateway's identifier: the wanted one when the tenant may use it, the only one when none is wanted."""
    api = line.api.gateway
    found = list((await line.ask("gateways", api.GetList, api.GetListRequest())).gatewayIDs)
    if wanted:
        if wanted not in found:
            raise MissingRights(step="gateways", reason="gateway-not-listed")
        return wanted
    if len(found) != 1:
        raise InvalidInput(field="gateway_id", reason="several" if found else "none")
    return str(found[0])


def _renew_at(token: str, now: float) -> float | None:
    """When to replace a JWT by the `exp` of its payload; None when it cannot be read or has none."""
    try:
        payload = token.split(".")[1]
        told = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        left = float(told["exp"]) - now
    except (ValueError, IndexError, KeyError, TypeError):
        return None
    return now + max(left - EARLY_S, left / 2)
