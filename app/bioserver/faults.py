"""From httpx's exceptions and the server's statuses to the station's errors; one table each.

The library may not be shared with the device drivers (neither layer knows the other).
"""

import ssl

import httpx

from app.bioserver import jsontext
from app.domain.errors import (
    DeviceBusy,
    DeviceError,
    InvalidInput,
    MissingRights,
    PictureTooLarge,
    ProtocolError,
    RemoteRefused,
    StationError,
    Unreachable,
    WrongCredential,
)

DEVICE = "bioserver"
LONGEST_ID = 80

FAULTS: dict[type[Exception], type[StationError]] = {
    TimeoutError: Unreachable,
    httpx.ConnectTimeout: Unreachable,
    httpx.ConnectError: Unreachable,
    httpx.ProxyError: Unreachable,
    httpx.ReadTimeout: Unreachable,
    httpx.WriteTimeout: Unreachable,
    httpx.ReadError: Unreachable,
    httpx.WriteError: Unreachable,
    httpx.CloseError: Unreachable,
    httpx.PoolTimeout: DeviceBusy,
    httpx.RemoteProtocolError: Unreachable,
    httpx.LocalProtocolError: InvalidInput,
    httpx.DecodingError: ProtocolError,
    httpx.TooManyRedirects: ProtocolError,
    httpx.UnsupportedProtocol: InvalidInput,
    httpx.InvalidURL: InvalidInput,
}
"""What a call of ours can raise; a nonsense answer and a cut connection are one type, and retried alike."""

STATUSES: dict[int, tuple[type[DeviceError], str]] = {
    400: (RemoteRefused, "refused"),
    401: (WrongCredential, "api-key"),
    403: (MissingRights, "api-key"),
    404: (RemoteRefused, "gone"),
    413: (PictureTooLarge, "picture-too-large"),
    429: (DeviceBusy, "too-many-requests"),
    502: (Unreachable, "behind-gateway"),
    503: (Unreachable, "unavailable"),
    504: (Unreachable, "behind-gateway"),
}


def fault_of(error: Exception, step: str) -> StationError:
    """The station's error for an httpx exception."""
    if _distrusted(error):
        return WrongCredential(device=DEVICE, step=step, reason="certificate")
    leaf = next(FAULTS[kind] for kind in type(error).__mro__ if kind in FAULTS)
    return leaf(device=DEVICE, step=step, reason="connection")


def refusal(status: int, body: bytes, step: str) -> DeviceError:
    """The error for a status that is no success, with the server's support id where it sent one."""
    leaf, reason = STATUSES.get(status, (RemoteRefused, "server-error" if status >= 500 else "refused"))
    return leaf(device=DEVICE, step=step, http_status=status, reason=reason, support_id=support_id(body) or None)


def support_id(body: bytes) -> str:
    """The `id` of `{id, message}`; empty for a gateway's page or anything else. The message may quote data: dropped."""
    try:
        told = jsontext.parse(body.decode())
    except (UnicodeDecodeError, jsontext.NotJson):
        return ""
    found = told.get("id") if isinstance(told, dict) else None
    text = str(found) if found is not None and not isinstance(found, dict | list) else ""
    return "".join(letter for letter in text[:LONGEST_ID] if letter.isascii() and letter.isprintable())


def nonsense(step: str, what: str) -> ProtocolError:
    """An answer that cannot be understood."""
    return ProtocolError(device=DEVICE, step=step, what=what)


def _distrusted(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
