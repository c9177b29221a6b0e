"""A master gateway: sign in with the tenant's certificate, keep the token, find the gateway below it (facts 4, 16)."""

from pathlib import Path

from app.devices.gsdk.line import Line
from app.devices.gsdk.options import Login
from app.domain.errors import InvalidInput, MissingRights, WrongCredential

ADMINISTRATOR = "administrator"


class Token:
    """What the login gave; asked for by the channel at every call. Never logged."""

    def __init__(self) -> None:
        self._text = ""

    def __call__(self) -> str:
        return self._text

    def keep(self, text: str) -> None:
        """From the next call on."""
        self._text = text


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
