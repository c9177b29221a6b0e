"""Who is logged in: tokens of 24 base64 characters that die of disuse."""

import base64
import secrets
import threading
import time
from collections.abc import Callable


class Sessions:
    """The living sessions, from any thread. Every token holds `/` and `+`, so that a careless client is found out."""

    def __init__(self, idle_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._idle = idle_seconds
        self._clock = clock
        self._used: dict[str, float] = {}
        self._gate = threading.Lock()

    def open(self) -> str:
        token = _token()
        with self._gate:
            self._used[token] = self._clock()
        return token

    def alive(self, token: str | None) -> bool:
        """Whether the token is good; using it keeps it alive."""
        with self._gate:
            self._bury()
            if token not in self._used:
                return False
            self._used[token] = self._clock()
            return True

    def close(self, token: str | None) -> None:
        with self._gate:
            self._used.pop(token or "", None)

    def close_all(self) -> None:
        with self._gate:
            self._used.clear()

    def __len__(self) -> int:
        with self._gate:
            self._bury()
            return len(self._used)

    def _bury(self) -> None:
        now = self._clock()
        self._used = {token: at for token, at in self._used.items() if now - at <= self._idle}


def _token() -> str:
    while True:
        token = base64.b64encode(secrets.token_bytes(18)).decode()
        if "/" in token and "+" in token:
            return token
