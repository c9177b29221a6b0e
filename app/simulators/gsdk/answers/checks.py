"""What a device refuses to store: sizes, ranges and formats of the facts, each with a reason."""

import re
from typing import Any, Final

from app.devices.gsdk.pb.c import face_pb2, user_pb2
from app.devices.gsdk.pb.common import card_pb2, finger_pb2
from app.simulators.gsdk import touches
from app.simulators.gsdk.device import Device
from app.simulators.gsdk.wire import failed, invalid, unable

MAX_CARDS, MAX_FINGERS, MAX_FACES, MAX_GROUPS, MAX_JOBS = 8, 10, 5, 16, 16
MAX_ID_BYTES, MAX_NAME_CHARACTERS, MAX_NAME_BYTES, PIN_BYTES, MAX_PHOTO = 32, 48, 192, 32, 16 * 1024
_ALPHANUMERIC: Final = re.compile(r"[A-Za-z0-9_-]+")
_RECORD: Final = b"FMR\0"
_LARGEST_NUMBER: Final = 4294967294


def user(device: Device, info: user_pb2.UserInfo) -> None:
    """Raises Refused when the device would not take this user."""
    user_id(device, info.hdr.ID)
    counts = ((info.hdr.numOfCard, info.cards), (info.hdr.numOfFinger, info.fingers), (info.hdr.numOfFace, info.faces))
    if any(told != len(there) for told, there in counts):
        raise invalid("the header's counts differ from what is there")
    cards(device, info.cards)
    fingers(device, info.fingers)
    faces(device, info.faces)
    texts(info)
    _setting(info)


def user_id(device: Device, number: str) -> None:
    """An ID as this device takes it."""
    if not number or number == "0" or len(number.encode()) > MAX_ID_BYTES:
        raise invalid("bad user ID (BS_SDK_ERROR_INVALID_USER_ID)")
    if device.configs["system"].useAlphanumericID:
        if not _ALPHANUMERIC.fullmatch(number):
            raise invalid("bad user ID (BS_SDK_ERROR_INVALID_USER_ID)")
    elif not (number.isascii() and number.isdecimal() and int(number) <= _LARGEST_NUMBER):
        raise invalid("alphanumeric IDs are not switched on")


def cards(device: Device, given: Any) -> None:
    """Cards of one user."""
    if len(given) > MAX_CARDS:
        raise invalid("too many cards")
    if any(card.size != touches.CARD_BYTES or len(card.data) != touches.CARD_BYTES for card in given):
        raise invalid("a card number has 32 bytes")
    if any(card.type == card_pb2.CARD_TYPE_UNKNOWN for card in given):
        raise invalid("a card needs a type")
    if not device.capability_info().cardSupported and given:
        raise unable("no cards here")


def fingers(device: Device, given: Any) -> None:
    """Fingers of one user: two templates each, all in the device's format."""
    if given and not device.model.reads_fingers:
        raise unable("fingerprints are not supported by this device")
    if len(given) > MAX_FINGERS:
        raise invalid("too many fingers")
    for finger in given:
        if len(finger.templates) != 2 or finger.flag not in (0, 1):
            raise invalid("a finger has two templates and a flag of 0 or 1")
        for template in finger.templates:
            _template(device, template)


def _template(device: Device, template: bytes) -> None:
    if not 0 < len(template) <= touches.TEMPLATE_BYTES:
        raise invalid("a template has at most 384 bytes")
    standard = device.finger_format != finger_pb2.TEMPLATE_FORMAT_SUPREMA
    if standard != template.startswith(_RECORD):
        raise failed("template format differs from the device's (BS_SDK_ERROR_INVALID_FINGER_TEMPLATE)")


def faces(device: Device, given: Any) -> None:
    """Faces of one user; those of visual devices and of infrared devices exclude each other."""
    if given and not device.model.reads_faces:
        raise unable("faces are not supported by this device")
    if len(given) > MAX_FACES:
        raise invalid("too many faces")
    for face in given:
        visual = bool(face.flag & face_pb2.BS2_FACE_FLAG_EX)
        if visual != device.model.visual:
            raise failed("face data of the other kind of device (-759)")
        if not face.templates and not face.imageData:
            raise invalid("a face needs templates or a picture")
        if any(len(template) > touches.FACE_BYTES for template in face.templates):
            raise invalid("a face template has at most 552 bytes")


def texts(info: user_pb2.UserInfo) -> None:
    """Name, PIN, photo, groups."""
    if len(info.name) > MAX_NAME_CHARACTERS or len(info.name.encode()) > MAX_NAME_BYTES:
        raise invalid("the name is too long")
    if info.PIN and len(info.PIN) != PIN_BYTES:
        raise invalid("a PIN is stored as a hash of 32 bytes")
    if len(info.photo) > MAX_PHOTO:
        raise invalid("the photo is too large")
    if len(info.accessGroupIDs) > MAX_GROUPS or len(info.jobCodes) > MAX_JOBS:
        raise invalid("too many access groups or job codes")


def duplicates(device: Device, info: user_pb2.UserInfo) -> None:
    """A card or, where that is checked, a finger that somebody else has."""
    for card in info.cards:
        if device.holder(card.data) not in (None, info.hdr.ID):
            raise failed("card already assigned (BS_SDK_ERROR_DUPLICATE_CARD)")
    if device.configs["finger"].checkDuplicate:
        others = [template for who, template in device.templates() if who != info.hdr.ID]
        mine = [template for finger in info.fingers for template in finger.templates]
        if any(touches.same_owner(one, other) for one in mine for other in others):
            raise failed("finger already enrolled (BS_SDK_ERROR_DUPLICATE_FINGER)")


def _setting(info: user_pb2.UserInfo) -> None:
    setting = info.setting
    if setting.endTime and setting.startTime >= setting.endTime:
        raise invalid("the validity ends before it begins")


def undefined_setting(at: Any) -> user_pb2.UserSetting:
    """What a user enrolled without a setting reads back with."""
    made: user_pb2.UserSetting = at.UserSetting(
        biometricAuthMode=255, cardAuthMode=255, IDAuthMode=255, securityLevel=user_pb2.SECURITY_LEVEL_LOW
    )
    made.faceAuthExtMode = made.fingerAuthExtMode = made.cardAuthExtMode = made.IDAuthExtMode = 255
    return made


def count(info: user_pb2.UserInfo) -> None:
    """Set the header's counts to what is there."""
    info.hdr.numOfCard, info.hdr.numOfFinger, info.hdr.numOfFace = len(info.cards), len(info.fingers), len(info.faces)


def copy_part(source: user_pb2.UserInfo, target: user_pb2.UserInfo, part: str) -> None:
    """Copy one field of a user over what is there."""
    field = source.DESCRIPTOR.fields_by_name[part]
    if field.is_repeated:
        del getattr(target, part)[:]
        getattr(target, part).extend(getattr(source, part))
    elif field.message_type is not None:
        getattr(target, part).CopyFrom(getattr(source, part))
    else:
        setattr(target, part, getattr(source, part))
