"""Who may do what is dangerous: a supervisor unlocks it for a while, with a growing delay after wrong tries.

A supervisor is whoever knows the station's passcode, or an operator with that right who gives name and password.
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from time import monotonic

from app.domain.operator import SignIn

UNLOCKED_FOR_S = 300.0
FIRST_DELAY_S = 1.0
LONGEST_DELAY_S = 60.0

SecretSource = Callable[[], Awaitable[str | None]]
Voucher = Callable[[str, str], Awaitable[SignIn]]
"""Name and password of an operator, who must have the right to supervise."""


class Supervision:
    """Holds whether a supervisor is present. `secret` resolves the configured passcode, None when there is none."""

    def __init__(
        self, secret: SecretSource, clock: Callable[[], float] = monotonic, vouch: Voucher | None = None
    ) -> None:
        self._secret = secret
        self._clock = clock
        self._vouch = vouch
        self._by = ""
        self._until = 0.0
        self._wrong = 0
        self._blocked_until = 0.0

    @property
    def unlocked(self) -> bool:
        """A supervisor signed in within the last five minutes."""
        return self._clock() < self._until

    @property
    def by(self) -> str:
        """The operator who unlocked it; empty for the passcode, or when it is locked."""
        return self._by if self.unlocked else ""

    @property
    def by_operators(self) -> bool:
        """Whether operators can unlock it with their own password."""
        return self._vouch is not None

    @property
    def wait_s(self) -> float:
        """Seconds until another try is accepted, 0 when one is."""
        return max(0.0, self._blocked_until - self._clock())

    async def configured(self) -> bool:
        """Whether there is any way to unlock it."""
        return self.by_operators or await self.has_passcode()

    async def has_passcode(self) -> bool:
        """Whether the station has a passcode."""
        return bool(await self._secret())

    async def unlock_as(self, name: str, password: str) -> SignIn:
        """Try an operator's password; their own delays count."""
        assert self._vouch is not None, "only where operators sign in"
        tried = await self._vouch(name, password)
        if tried.ok and tried.operator is not None:
            self._until, self._by = self._clock() + UNLOCKED_FOR_S, tried.operator.name
        return tried

    async def unlock(self, passcode: str) -> bool:
        """Try a passcode; False when it is wrong, none is configured, or the delay has not passed."""
        if self.wait_s > 0:
            return False
        secret = await self._secret()
        if secret and hmac.compare_digest(secret.encode(), passcode.encode()):
            self._wrong, self._by = 0, ""
            self._until = self._clock() + UNLOCKED_FOR_S
            return True
        self._wrong += 1
        self._blocked_until = self._clock() + min(LONGEST_DELAY_S, FIRST_DELAY_S * 2 ** (self._wrong - 1))
        return False

    def lock(self) -> None:
        """End the supervisor's presence now."""
        self._until = 0.0


async def no_secret() -> str | None:
    """No passcode configured."""
    await asyncio.sleep(0)
    return None
