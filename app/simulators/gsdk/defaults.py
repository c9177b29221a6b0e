"""The configuration a device leaves the factory with."""

from typing import Any

from app.devices.gsdk.pb import Services
from app.devices.gsdk.pb.c import face_pb2
from app.devices.gsdk.pb.common import auth_pb2, display_pb2, finger_pb2, system_pb2
from app.simulators.gsdk.settings import NEWER_FIELD, Model


def configurations(at: Services, model: Model) -> dict[str, Any]:
    """Every configuration by its package: auth, finger, face, card, display, system, time. Each has a field more."""
    configs: dict[str, Any] = {
        "auth": at.auth.AuthConfig(authSchedules=_schedules(model), matchTimeout=5, authTimeout=10),
        "finger": _finger(),
        "face": _face(at),
        "card": at.card.CardConfig(useWiegandFormat=False),
        "display": _display(),
        "system": at.system.SystemConfig(syncTime=True, cameraFrequency=system_pb2.FREQ_50HZ),
        "time": at.time.TimeConfig(syncWithServer=True),
    }
    for config in configs.values():
        config.MergeFromString(NEWER_FIELD)
    return configs


def _finger() -> finger_pb2.FingerConfig:
    return finger_pb2.FingerConfig(sensitivity=finger_pb2.DEFAULT_SENSITITY, scanTimeout=10, showImage=True)


def _face(at: Services) -> face_pb2.FaceConfig:
    return at.face.FaceConfig(
        enrollThreshold=face_pb2.BS2_FACE_ENROLL_THRESHOLD_DEFAULT,
        detectSensitivity=face_pb2.BS2_FACE_DETECT_SENSITIVITY_DEFAULT,
        previewOption=face_pb2.BS2_FACE_PREVIEW_HALF,
        enrollTimeout=20,
    )


def _display() -> display_pb2.DisplayConfig:
    return display_pb2.DisplayConfig(
        language=display_pb2.BS2_LANGUAGE_ENGLISH, volume=50, useVoice=True, menuTimeout=20, msgTimeout=2000
    )


def _schedules(model: Model) -> list[auth_pb2.AuthSchedule]:
    modes = [auth_pb2.AUTH_MODE_CARD_ONLY]
    if model.reads_fingers or model.reads_faces:
        modes.append(auth_pb2.AUTH_MODE_BIOMETRIC_ONLY)
    if model.visual:
        modes = [auth_pb2.AUTH_EXT_MODE_FACE_ONLY, auth_pb2.AUTH_EXT_MODE_CARD_ONLY]
    return [auth_pb2.AuthSchedule(mode=mode, scheduleID=1) for mode in modes]
