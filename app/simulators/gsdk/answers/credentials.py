"""Card, Finger, Face: scans of whoever stands before the device, and what is done with them."""

import hashlib
from collections.abc import Callable
from typing import Any

import grpc

from app.devices.gsdk.pb.c import face_pb2
from app.devices.gsdk.pb.common import card_pb2, finger_pb2
from app.simulators.gsdk import touches
from app.simulators.gsdk.device import Device
from app.simulators.gsdk.front import Answer
from app.simulators.gsdk.stage import Presence
from app.simulators.gsdk.wire import failed, invalid, unable
from app.simulators.gsdk.world import World


class Scanner:
    """A scan holds the device until somebody acts, time is over, or the caller is gone."""

    def __init__(self, world: World) -> None:
        self._world = world

    def scan(self, device: Device, what: str, seconds: float, context: grpc.ServicerContext) -> tuple[Presence, int]:
        """Whoever acts, and the running number of their scan; raises Refused."""
        stage = device.stage
        context.add_callback(stage.wake)

        def ended() -> bool:
            gone = not context.is_active() and self._world.variants.cancel_ends_scan
            return gone or not device.connected

        return stage.scan(what, seconds / self._world.make.speed, ended)


class Cards:
    """The methods of Card but its configuration."""

    def __init__(self, world: World, scanner: Scanner) -> None:
        self._world, self._at, self._scanner = world, world.at.card, scanner
        self._written: dict[bytes, card_pb2.SmartCardData] = {}

    def answers(self) -> dict[str, Answer]:
        return {
            "Scan": self.scan,
            "Erase": self.erase,
            "Write": self.write,
            "WriteQRCode": self.write_qr,
            "GetBlacklist": self.get_blacklist,
            "AddBlacklist": self.add_blacklist,
            "DeleteBlacklist": self.delete_blacklist,
            "DeleteAllBlacklist": self.delete_all_blacklist,
            "AddBlacklistMulti": self._multi("AddBlacklistMulti", _block),
            "DeleteBlacklistMulti": self._multi("DeleteBlacklistMulti", _unblock),
            "GetQRConfig": self.get_qr_config,
            "SetQRConfig": self.set_qr_config,
        }

    def scan(self, request: Any, context: grpc.ServicerContext) -> card_pb2.ScanResponse:
        device = self._world.device(request.deviceID)
        number = self._presented(device, context)
        if (smart := self._written.get(number)) is not None:
            return self._at.ScanResponse(cardData=self._at.CardData(type=smart.header.type, smartCardData=smart))
        kind = card_pb2.CARD_TYPE_CSN
        card = self._at.CSNCardData(type=kind, size=touches.CARD_BYTES, data=device.as_read(number))
        return self._at.ScanResponse(cardData=self._at.CardData(type=kind, CSNCardData=card))

    def write(self, request: Any, context: grpc.ServicerContext) -> card_pb2.WriteResponse:
        device = self._world.device(request.deviceID)
        given: card_pb2.SmartCardData = request.smartCardData
        if len(given.credential.templates) > 4:
            raise invalid("a smart card holds four templates")
        self._written[self._presented(device, context)] = given
        return self._at.WriteResponse()

    def erase(self, request: Any, context: grpc.ServicerContext) -> card_pb2.EraseResponse:
        device = self._world.device(request.deviceID)
        self._written.pop(self._presented(device, context), None)
        return self._at.EraseResponse()

    def _presented(self, device: Device, context: grpc.ServicerContext) -> bytes:
        """The serial number of the card at the reader."""
        presence, _count = self._scanner.scan(device, "card", self._world.make.scan_seconds, context)
        return presence.card or touches.card_of(presence.who)

    def write_qr(self, request: Any, _context: grpc.ServicerContext) -> card_pb2.WriteQRCodeResponse:
        text: str = request.QRText
        if not text.isascii() or not 0 < len(text) <= touches.CARD_BYTES:
            raise invalid("a QR text has 1 to 32 ASCII characters")
        data = text.encode().rjust(touches.CARD_BYTES, b"\0")
        card = self._at.CSNCardData(type=card_pb2.CARD_TYPE_QR, size=touches.CARD_BYTES, data=data)
        return self._at.WriteQRCodeResponse(cardData=card)

    def get_blacklist(self, request: Any, _context: grpc.ServicerContext) -> card_pb2.GetBlacklistResponse:
        return self._at.GetBlacklistResponse(blacklist=self._world.device(request.deviceID).blacklist)

    def add_blacklist(self, request: Any, _context: grpc.ServicerContext) -> card_pb2.AddBlacklistResponse:
        _block(self._world.device(request.deviceID), request)
        return self._at.AddBlacklistResponse()

    def delete_blacklist(self, request: Any, _context: grpc.ServicerContext) -> card_pb2.DeleteBlacklistResponse:
        _unblock(self._world.device(request.deviceID), request)
        return self._at.DeleteBlacklistResponse()

    def delete_all_blacklist(self, request: Any, _context: grpc.ServicerContext) -> Any:
        self._world.device(request.deviceID).blacklist = []
        return self._at.DeleteAllBlacklistResponse()

    def get_qr_config(self, request: Any, _context: grpc.ServicerContext) -> Any:
        return self._at.GetQRConfigResponse(config=self._reader(request.deviceID).qr_config)

    def set_qr_config(self, request: Any, _context: grpc.ServicerContext) -> Any:
        self._reader(request.deviceID).qr_config.CopyFrom(request.config)
        return self._at.SetQRConfigResponse()

    def _reader(self, device_id: int) -> Device:
        device = self._world.device(device_id)
        if not device.model.visual:
            raise unable("this device reads no QR codes")
        return device

    def _multi(self, name: str, act: Callable[[Device, Any], None]) -> Answer:
        def answer(request: Any, _context: grpc.ServicerContext) -> Any:
            self._world.each(f"Card/{name}", request.deviceIDs, lambda device: act(device, request))
            return getattr(self._at, f"{name}Response")()

        return answer


def _block(device: Device, request: Any) -> None:
    device.blacklist.extend(request.cardInfos)


def _unblock(device: Device, request: Any) -> None:
    gone = [item.cardID for item in request.cardInfos]
    device.blacklist = [item for item in device.blacklist if item.cardID not in gone]


class Fingers:
    """The methods of Finger but its configuration."""

    def __init__(self, world: World, scanner: Scanner) -> None:
        self._world, self._at, self._scanner = world, world.at.finger, scanner

    def answers(self) -> dict[str, Answer]:
        return {"Scan": self.scan, "GetImage": self.get_image, "Verify": self.verify}

    def scan(self, request: Any, context: grpc.ServicerContext) -> finger_pb2.ScanResponse:
        device = self._sensor(request.deviceID)
        config: finger_pb2.FingerConfig = device.configs["finger"]
        presence, count = self._scanner.scan(device, "finger", config.scanTimeout or 10, context)
        touch, finger = next(device.touches), presence.finger_at(count)
        device.last_picture = touches.finger_picture(presence.who, finger, touch)
        if config.advancedEnrollment and presence.score < request.qualityThreshold:
            raise failed("low image quality (BS_SDK_ERROR_EXTRACTION_LOW_QUALITY, -9)")
        template = touches.finger_template(presence.who, finger, touch, request.templateFormat)
        return self._at.ScanResponse(templateData=template, qualityScore=presence.score)

    def get_image(self, request: Any, _context: grpc.ServicerContext) -> finger_pb2.GetImageResponse:
        device = self._sensor(request.deviceID)
        if not device.last_picture:
            raise failed("no image yet")
        return self._at.GetImageResponse(BMPImage=device.last_picture)

    def verify(self, request: Any, _context: grpc.ServicerContext) -> finger_pb2.VerifyResponse:
        self._sensor(request.deviceID)
        templates = request.fingerData.templates
        if len(templates) != 2:
            raise invalid("two templates are compared")
        if not touches.same_owner(*templates):
            raise failed("templates do not match (BS_SDK_ERROR_NOT_SAME_FINGER, -311)")
        return self._at.VerifyResponse()

    def _sensor(self, device_id: int) -> Device:
        device = self._world.device(device_id)
        if not device.model.reads_fingers:
            raise unable("this device has no fingerprint sensor")
        return device


class Faces:
    """The methods of Face but its configuration."""

    def __init__(self, world: World, scanner: Scanner) -> None:
        self._world, self._at, self._scanner = world, world.at.face, scanner

    def answers(self) -> dict[str, Answer]:
        return {
            "Scan": self.scan,
            "Extract": self.extract,
            "Normalize": self.normalize,
            "GetAuthGroup": self.get_groups,
            "AddAuthGroup": self.add_groups,
            "DeleteAuthGroup": self.delete_groups,
        }

    def scan(self, request: Any, context: grpc.ServicerContext) -> face_pb2.ScanResponse:
        device = self._camera(request.deviceID)
        seconds = device.configs["face"].enrollTimeout or 20
        presence, _count = self._scanner.scan(device, "face", seconds, context)
        if presence.score < 10 * request.enrollThreshold:
            raise failed("face quality is too low (BS_SDK_ERROR_FACE_LOW_QUALITY)")
        return self._at.ScanResponse(faceData=self._face(presence, device))

    def _face(self, presence: Presence, device: Device) -> face_pb2.FaceData:
        who, touch, visual = presence.who, next(device.touches), device.model.visual
        made = self._at.FaceData(templates=[touches.face_template(who, touch)], imageData=touches.face_picture(who))
        if visual:
            made.flag = face_pb2.BS2_FACE_FLAG_EX | face_pb2.BS2_FACE_FLAG_WARPED
            made.irTemplates.append(touches.face_template(who, -touch))
        return made

    def extract(self, request: Any, _context: grpc.ServicerContext) -> face_pb2.ExtractResponse:
        self._visual(request.deviceID)
        template = touches.extracted(request.imageData)
        if template is None:
            raise failed("no face in the picture (BS_SDK_ERROR_FACE_NOT_DETECTED)")
        return self._at.ExtractResponse(templateData=template)

    def normalize(self, request: Any, _context: grpc.ServicerContext) -> face_pb2.NormalizeResponse:
        self._visual(request.deviceID)
        picture = touches.normalized(request.unwrappedImageData)
        if picture is None:
            raise failed("no face in the picture (BS_SDK_ERROR_FACE_NOT_DETECTED)")
        return self._at.NormalizeResponse(wrappedImageData=picture)

    def get_groups(self, request: Any, _context: grpc.ServicerContext) -> face_pb2.GetAuthGroupResponse:
        groups = self._camera(request.deviceID).face_groups.values()
        return self._at.GetAuthGroupResponse(authGroups=list(groups))

    def add_groups(self, request: Any, _context: grpc.ServicerContext) -> face_pb2.AddAuthGroupResponse:
        self._camera(request.deviceID).face_groups.update({group.ID: group for group in request.authGroups})
        return self._at.AddAuthGroupResponse()

    def delete_groups(self, request: Any, _context: grpc.ServicerContext) -> face_pb2.DeleteAuthGroupResponse:
        for number in request.groupIDs:
            self._camera(request.deviceID).face_groups.pop(number, None)
        return self._at.DeleteAuthGroupResponse()

    def _camera(self, device_id: int) -> Device:
        device = self._world.device(device_id)
        if not device.model.reads_faces:
            raise unable("faces are not supported by this device")
        return device

    def _visual(self, device_id: int) -> Device:
        device = self._camera(device_id)
        if not device.model.visual:
            raise unable("only visual devices read photos")
        return device


def hash_key_checksum(key: bytes | None) -> int:
    """What GetHashKey tells of a key."""
    return int.from_bytes(hashlib.sha256(key or b"default").digest()[:4])
