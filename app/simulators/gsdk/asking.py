"""The requests that devices send for server matching, lawful ones and others."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from app.devices.gsdk.pb.c import server_pb2 as pb
from app.devices.gsdk.pb.common import card_pb2, finger_pb2
from app.simulators.gsdk.channel import Asked
from app.simulators.gsdk.world import World


class Malformed(StrEnum):
    """Requests that no device should send, but one day one will."""

    UNKNOWN_TYPE = "unknown_type"
    NO_TYPE = "no_type"
    NO_BODY = "no_body"
    EMPTY_TEMPLATE = "empty_template"
    GARBAGE_TEMPLATE = "garbage_template"
    LYING_TEMPLATE = "lying_template"
    UNKNOWN_FORMAT = "unknown_format"
    EMPTY_CARD = "empty_card"
    HUGE_CARD = "huge_card"
    EMPTY_ID = "empty_id"
    LONG_ID = "long_id"
    NO_USERS = "no_users"
    UNKNOWN_DEVICE = "unknown_device"
    EXTRA_FIELDS = "extra_fields"


class Asking:
    """Sends requests in a device's name, whatever its configuration says. Each method gives what became of it."""

    def __init__(self, world: World) -> None:
        self._world, self._at = world, world.at.server

    def verify_card(self, device_id: int, card: bytes, card_type: int = card_pb2.CARD_TYPE_CSN) -> Asked:
        """A card of 32 bytes; `card_type` may be a number outside the enumeration."""
        body = self._at.VerifyRequest(isCard=True, cardData=card)
        body.MergeFromString(b"\x10" + _varint(card_type))
        return self._ask("Verify", device_id, pb.VERIFY_REQUEST, verifyReq=body)

    def verify_id(self, device_id: int, user_id: str) -> Asked:
        """A typed ID."""
        body = self._at.VerifyRequest(userID=user_id)
        return self._ask("Verify", device_id, pb.VERIFY_REQUEST, verifyReq=body)

    def identify(self, device_id: int, template: bytes, template_format: int = finger_pb2.TEMPLATE_FORMAT_ISO) -> Asked:
        """A finger, one template."""
        body = self._at.IdentifyRequest(templateData=template)
        body.MergeFromString(b"\x08" + _varint(template_format))
        return self._ask("Identify", device_id, pb.IDENTIFY_REQUEST, identifyReq=body)

    def global_apb(self, device_id: int, user_ids: Iterable[str]) -> Asked:
        """Whether these users may pass here now."""
        body = self._at.GlobalAPBRequest(userIDs=list(user_ids))
        return self._ask("GlobalAPB", device_id, pb.GLOBAL_APB_REQUEST, globalAPBReq=body)

    def user_phrase(self, device_id: int, user_id: str) -> Asked:
        """What the display shall say to this user."""
        body = self._at.UserPhraseRequest(userID=user_id)
        return self._ask("UserPhrase", device_id, pb.USER_PHRASE_REQUEST, userPhraseReq=body)

    def malformed(self, device_id: int, kind: Malformed) -> Asked:
        """One of the requests nobody should send."""
        return self.raw(device_id, self._malformed(device_id, kind), _EXPECTED.get(kind, "nothing"))

    def raw(self, device_id: int, item: bytes, kind: str = "nothing") -> Asked:
        """Any bytes; those that are no message at all end the client's stream. The seq inside them is not known."""
        request = self._parsed(item)
        return self._world.channel.send(kind, request.deviceID or device_id, request.seqNO, item)

    def _ask(self, kind: str, device_id: int, number: pb.RequestType.ValueType, **body: object) -> Asked:
        seq = self._world.channel.next_seq()
        head = self._at.ServerRequest(reqType=number, deviceID=device_id, seqNO=seq)
        for name, message in body.items():
            getattr(head, name).CopyFrom(message)
        return self._world.channel.send(kind, device_id, seq, head.SerializeToString())

    def _parsed(self, item: bytes) -> pb.ServerRequest:
        try:
            return self._at.ServerRequest.FromString(item)
        except Exception:
            return self._at.ServerRequest()

    def _malformed(self, device_id: int, kind: Malformed) -> bytes:
        known = 999_999_999 if kind is Malformed.UNKNOWN_DEVICE else device_id
        head = b"\x10" + _varint(known) + b"\x18" + _varint(self._world.channel.next_seq())
        return head + _BODIES[kind]


def _varint(number: int) -> bytes:
    out = bytearray()
    number &= (1 << 64) - 1
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def _sub(field: int, body: bytes) -> bytes:
    return bytes([field << 3 | 2]) + _varint(len(body)) + body


def _identify(template: bytes, template_format: int = finger_pb2.TEMPLATE_FORMAT_ISO) -> bytes:
    return b"\x08\x02" + _sub(5, b"\x08" + _varint(template_format) + _sub(2, template))


_GARBAGE: Final = bytes((7 * i * i + 13 * i + 129) % 256 for i in range(384))
_LYING: Final = b"FMR\x00 20\x00" + b"\x7f\xff\xff\xff" + bytes(372)
_BODIES: Final[dict[Malformed, bytes]] = {
    Malformed.UNKNOWN_TYPE: b"\x08\x63",
    Malformed.NO_TYPE: b"",
    Malformed.NO_BODY: b"\x08\x01",
    Malformed.EMPTY_TEMPLATE: _identify(b""),
    Malformed.GARBAGE_TEMPLATE: _identify(_GARBAGE),
    Malformed.LYING_TEMPLATE: _identify(_LYING),
    Malformed.UNKNOWN_FORMAT: _identify(_GARBAGE, 77),
    Malformed.EMPTY_CARD: b"\x08\x01" + _sub(4, b"\x08\x01\x10\x01"),
    Malformed.HUGE_CARD: b"\x08\x01" + _sub(4, b"\x08\x01\x10\x01" + _sub(3, b"\x07" * 100_000)),
    Malformed.EMPTY_ID: b"\x08\x01" + _sub(4, b""),
    Malformed.LONG_ID: b"\x08\x01" + _sub(4, _sub(4, b"9" * 50_000)),
    Malformed.NO_USERS: b"\x08\x03" + _sub(6, b""),
    Malformed.UNKNOWN_DEVICE: b"\x08\x01" + _sub(4, _sub(4, b"1000")),
    Malformed.EXTRA_FIELDS: b"\x08\x01" + _sub(4, _sub(4, b"1000") + b"\xa0\x06\x01") + b"\xa0\x06\x01",
}
_EXPECTED: Final[dict[Malformed, str]] = {
    **dict.fromkeys((kind for kind in Malformed if kind not in (Malformed.UNKNOWN_TYPE, Malformed.NO_TYPE)), "Verify"),
    **dict.fromkeys((kind for kind in Malformed if "template" in kind or "format" in kind), "Identify"),
    Malformed.NO_USERS: "GlobalAPB",
}
