"""One simulated device: what it is, whom it knows, how it is set, what it has logged."""

import itertools
import threading
import time
from collections.abc import Iterator
from typing import Any

from app.devices.gsdk.pb import Services
from app.devices.gsdk.pb.c import device_pb2, face_pb2, user_pb2
from app.devices.gsdk.pb.common import (
    apb_zone_pb2,
    auth_pb2,
    card_pb2,
    connect_pb2,
    event_pb2,
    finger_pb2,
    schedule_pb2,
)
from app.simulators.gsdk.defaults import configurations
from app.simulators.gsdk.settings import DeviceMake, Make, Model
from app.simulators.gsdk.stage import Stage


class Device:
    """Every method may be called from any thread; `gate` guards what is changed in several steps."""

    def __init__(self, make: DeviceMake, gateway: Make, at: Services) -> None:
        self.make = make
        self.at = at
        self.gate = threading.RLock()
        self.stage = Stage(gateway.touch_seconds / gateway.speed)
        self.status = self.first_status
        self.unplugged = False
        self.monitored = False
        self.use_ssl = False
        self.mode: connect_pb2.ConnectionMode.ValueType = connect_pb2.SERVER_TO_DEVICE
        self.clock_error = 0
        self.last_picture = b""
        self.hash_key: bytes | None = None
        self.touches = itertools.count(1)
        self._event_ids = itertools.count(1)
        self.clear()
        self.set_defaults()

    @property
    def device_id(self) -> int:
        return self.make.device_id

    @property
    def first_status(self) -> connect_pb2.Status.ValueType:
        """How it stands to a gateway that nobody has told anything yet."""
        return connect_pb2.TLS_CONNECTED if self.make.connected and not self.make.dials else connect_pb2.DISCONNECTED

    @property
    def model(self) -> Model:
        return self.make.model

    @property
    def connected(self) -> bool:
        return self.status in {connect_pb2.TCP_CONNECTED, connect_pb2.TLS_CONNECTED} and not self.unplugged

    def clear(self) -> None:
        """As new: nobody known, nothing logged."""
        with self.gate:
            self.users: dict[str, user_pb2.UserInfo] = {}
            self.phrases: dict[str, str] = {}
            self.events: list[event_pb2.EventLog] = []
            self.images: list[event_pb2.ImageLog] = []
            self.image_filters: list[event_pb2.ImageFilter] = []
            self.operators: dict[str, auth_pb2.Operator] = {}
            self.schedules: dict[int, schedule_pb2.ScheduleInfo] = {}
            self.blacklist: list[card_pb2.BlacklistItem] = []
            self.face_groups: dict[int, face_pb2.AuthGroup] = {}
            self.zones: dict[int, apb_zone_pb2.ZoneInfo] = {}

    def set_defaults(self) -> None:
        """Configuration as it leaves the factory."""
        self.configs: dict[str, Any] = configurations(self.at, self.model)
        self.qr_config = self.at.card.QRConfig(scanTimeout=10)

    # configuration in typed form

    @property
    def auth(self) -> auth_pb2.AuthConfig:
        config: auth_pb2.AuthConfig = self.configs["auth"]
        return config

    @property
    def finger_format(self) -> finger_pb2.TemplateFormat.ValueType:
        config: finger_pb2.FingerConfig = self.configs["finger"]
        return config.templateFormat

    def as_read(self, card: bytes) -> bytes:
        """A card's 32 bytes as this device writes them."""
        if self.configs["card"].byteOrder == card_pb2.MSB:
            return card
        return card.lstrip(b"\0")[::-1].rjust(len(card), b"\0")

    # the log

    def log(self, code: int, sub_code: int = 0, user_id: str = "", **members: Any) -> event_pb2.EventLog:
        """Note an event; gives it."""
        with self.gate:
            entry = event_pb2.EventLog(
                ID=next(self._event_ids),
                timestamp=self.now(),
                deviceID=self.device_id,
                userID=user_id,
                eventCode=code,
                subCode=sub_code,
                **members,
            )
            self.events.append(entry)
            return entry

    def now(self) -> int:
        """The device's own clock, Unix seconds."""
        return int(time.time()) + self.clock_error

    # credentials

    def templates(self) -> Iterator[tuple[str, bytes]]:
        """Every finger template, with whose it is."""
        with self.gate:
            for user_id, user in self.users.items():
                for finger in user.fingers:
                    yield from ((user_id, template) for template in finger.templates)

    def holder(self, card: bytes) -> str | None:
        """Whose card this is."""
        with self.gate:
            return next((who for who, user in self.users.items() if any(c.data == card for c in user.cards)), None)

    # what it tells of itself

    def capability_info(self) -> device_pb2.CapabilityInfo:
        model = self.model
        told = self.at.device.CapabilityInfo(
            type=model.number, maxNumOfUser=100_000, PINSupported=True, cardSupported=True
        )
        told.fingerSupported, told.faceSupported = model.reads_fingers, model.reads_faces
        told.userNameSupported = told.userPhotoSupported = told.userPhraseSupported = model.has_display
        told.alphanumericIDSupported = told.TNASupported = told.jobCodeSupported = model.has_display
        told.imageLogSupported = model.reads_faces
        told.triggerActionSupported = told.wiegandSupported = True
        told.QRSupported = model.visual
        return told

    def capability(self) -> device_pb2.DeviceCapability:
        model = self.model
        told = self.at.device.DeviceCapability(
            maxUsers=100_000, maxEventLogs=1_000_000, maxBlacklists=1000, maxOperators=10, maxCards=100_000
        )
        told.maxCardsPerUser, told.maxFingerprintsPerUser = 8, 10 if model.reads_fingers else 0
        told.maxFacesPerUser = 5 if model.reads_faces else 0
        told.displaySupported, told.cameraSupported = model.has_display, model.reads_faces
        told.cardInputSupported, told.fingerprintInputSupported = True, model.reads_fingers
        told.faceInputSupported = told.faceExSupported = model.reads_faces
        told.idInputSupported = told.PINInputSupported = model.has_display
        told.extendedAuthSupported, told.updateUserSupported = model.visual, True
        _tell_modes(told, model)
        return told


def _tell_modes(told: device_pb2.DeviceCapability, model: Model) -> None:
    if model.visual:
        told.extendedFaceOnlySupported = told.extendedFacePINSupported = told.extendedCardOnlySupported = True
        told.extendedCardFaceSupported = told.extendedIdFaceSupported = told.extendedIdPINSupported = True
        return
    biometric = model.reads_fingers or model.reads_faces
    told.cardOnlySupported, told.cardPINSupported, told.idPINSupported = True, model.has_display, model.has_display
    told.biometricOnlySupported = told.cardBiometricSupported = biometric
    told.idBiometricSupported = biometric and model.has_display
