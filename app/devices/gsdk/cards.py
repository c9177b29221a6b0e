"""Card numbers as the gateway writes them: 32 bytes, the number right-aligned, zeros on the left (facts 8, 16)."""

import re
from dataclasses import dataclass
from typing import Any

from app.devices.gsdk.pb.common import card_pb2
from app.domain.errors import InvalidInput

SIZE = 32
CSN = 1
QR = 6
QR_LENGTH = 32

TYPES = {
    0: "unknown",
    1: "serial number",
    2: "secure credential",
    3: "access on card",
    4: "mobile serial number",
    5: "mobile Wiegand",
    6: "QR code",
    7: "secure QR code",
    10: "Wiegand",
    11: "configuration card",
    13: "custom smart card",
}


SERIAL_LENGTHS = {3: 4, 6: 7, 9: 10}
"""A serial number of 4, 7 or 10 bytes that ends in a zero byte comes one byte shorter from a turned device."""


@dataclass(frozen=True)
class Order:
    """How a device writes card numbers. The station keeps every number with its most significant byte first.

    turned   the device writes the least significant byte first (CardConfig.byteOrder)
    wiegand  it takes a number out of the card by a Wiegand format, so other makes read another number
    """

    turned: bool = False
    wiegand: bool = False

    def there(self, data: bytes) -> bytes:
        """The station's 32 bytes as the device writes them."""
        return normal(normal(data).lstrip(b"\0")[::-1]) if self.turned else normal(data)

    def here(self, data: bytes) -> bytes:
        """The device's bytes as the station keeps them, 32."""
        bare = normal(data).lstrip(b"\0")
        if not self.turned:
            return normal(bare)
        return normal(bare[::-1].ljust(SERIAL_LENGTHS.get(len(bare), 0), b"\0"))


USUAL = Order()


def order_of(config: Any) -> Order:
    """From a CardConfig."""
    return Order(config.byteOrder == card_pb2.LSB, bool(config.useWiegandFormat))


def card_data(number: str) -> bytes:
    """32 bytes from a number in hexadecimal (blanks, colons and dashes between digits are fine).

    Raises InvalidInput for anything else, for nothing but zeros, and for more than 32 bytes.
    """
    digits = re.sub(r"[\s:-]", "", number)
    if not re.fullmatch(r"[0-9A-Fa-f]{1,64}", digits) or not digits.strip("0"):
        raise InvalidInput(field="card", reason="not-a-card-number")
    return bytes.fromhex(digits.zfill(SIZE * 2))


def normal(data: bytes) -> bytes:
    """32 bytes from whatever a gateway sent: shorter is filled up on the left, longer loses leading zeros only.

    Raises InvalidInput when more than 32 bytes are left.
    """
    bare = data.lstrip(b"\0")
    if len(bare) > SIZE:
        raise InvalidInput(field="card", reason="too-long")
    return bare.rjust(SIZE, b"\0")


def shown(data: bytes) -> str:
    """The number as the station keeps it: upper-case hexadecimal, a space per two digits, no leading zeros."""
    return normal(data).lstrip(b"\0").hex(" ").upper()


def type_name(number: int) -> str:
    """A card type in words; the Wiegand formats of a device have numbers of their own (0x1A, 0x2A to 0xFA)."""
    if number in TYPES:
        return TYPES[number]
    if number & 0x0F == 0x0A and number <= 0xFA:
        return f"Wiegand format {number >> 4}"
    return f"type {number}"


def qr_text(text: str) -> str:
    """A QR code's text, at most 32 ASCII characters; InvalidInput otherwise."""
    if not text or len(text) > QR_LENGTH or not text.isascii() or not text.isprintable():
        raise InvalidInput(field="text", reason="up-to-32-ascii-characters")
    return text
