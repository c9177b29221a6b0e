"""Being signed in: one session per terminal, one new login when it died, none when only rights are missing."""

import asyncio

from app.devices.controlid import wire
from app.devices.controlid.replies import Call, Reply, SessionDead
from app.devices.controlid.transport import Transport
from app.domain.errors import NotCapable, ProtocolError, WrongCredential

FIRST_LOGIN = "change the credentials"


class Access:
    """Sends commands with the session. `token` is empty while signed out; never logged, never kept on disk."""

    def __init__(self, transport: Transport, login: str, password: str) -> None:
        self.transport = transport
        self.factory_credentials = False
        self._login = login
        self._password = password
        self._token = ""
        self._gate = asyncio.Lock()

    @property
    def signed_in(self) -> bool:
        return bool(self._token)

    async def sign_in(self) -> None:
        """Log in. Raises WrongCredential, Unreachable, ProtocolError."""
        self._token = await self._new_token()

    async def sign_out(self) -> None:
        """Log out; a terminal that cannot be told forgets the session by itself."""
        token, self._token = self._token, ""
        if token:
            await self.transport.send(Call("logout"), token)

    async def is_valid(self) -> bool:
        """session_is_valid, which needs no session to answer."""
        reply = await self.transport.send(Call("session_is_valid", free=True), self._token)
        return bool(wire.flag(wire.members(reply.payload, "session-is-valid"), "session_is_valid"))

    async def send(self, call: Call) -> Reply:
        """Send once; a dead session was refused before anything happened, so the call is then sent once more."""
        token = self._token
        if not token:
            token = await self._renewed("")
        try:
            return await self.transport.send(call, token)
        except SessionDead:
            token = await self._renewed(token)
        try:
            return await self.transport.send(call, token)
        except SessionDead:
            raise WrongCredential(step=call.step, reason="session-refused") from None

    async def _renewed(self, dead: str) -> str:
        """A new session, unless somebody else just got one."""
        async with self._gate:
            if self._token in {"", dead}:
                self._token = ""
                self._token = await self._new_token()
            return self._token

    async def _new_token(self) -> str:
        body = {"login": self._login, "password": self._password}
        try:
            reply = await self.transport.send(Call("login", body, free=True), "")
        except NotCapable:
            reply = await self._rebadged(body)
        source = wire.members(reply.payload, "login")
        self.factory_credentials = FIRST_LOGIN in wire.text(source, "message").casefold()
        token = wire.text(source, "session")
        if not token:
            raise ProtocolError(step="login", reason="no-session")
        return token

    async def _rebadged(self, body: dict[str, str]) -> Reply:
        """The same reader under another name has another login."""
        return await self.transport.send(Call("hidlogin", body, free=True), "")
