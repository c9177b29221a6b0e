"""The documented members of the terminal's objects, with their types and resting values."""

from typing import Final

from app.simulators.ef45.wire import Document, Refused, decode_base64, only_members

TEXT: Final = (str,)
WHOLE: Final = (int,)
REAL: Final = (int, float)
TRUTH: Final = (bool,)
ANY_PATH: Final = (str, int, type(None))

SUBJECT: Final[dict[str, tuple[type, ...]]] = {
    "user_uuid": TEXT, "record_version": WHOLE, "last_name": TEXT, "first_name": TEXT, "access_allowed": TRUTH,
    "match_until": TEXT, "wiegand_facility": WHOLE, "wiegand_site": WHOLE, "wiegand_code": WHOLE,
    "wiegand_custom": (int, str), "left_eye_template": TEXT, "right_eye_template": TEXT,
    "left_image_path": ANY_PATH, "right_image_path": ANY_PATH,
}  # fmt: skip
USER_INFO: Final[dict[str, tuple[type, ...]]] = {
    "user_uuid": TEXT, "card": TEXT, "pin": TEXT, "admin": WHOLE, "group_index": WHOLE, "by_pass_card": WHOLE,
    "indivisual": WHOLE, "three_out_status": WHOLE, "three_out_status_access_allowed": WHOLE, "job_code": WHOLE,
    "time_schedule_code": WHOLE, "apb_status": WHOLE, "message": TEXT,
}  # fmt: skip
FACE: Final[dict[str, tuple[type, ...]]] = {
    "user_uuid": TEXT, "sub_id": WHOLE, "face_eye_width": WHOLE, "face_feature_size": WHOLE,
    "face_frontal_score": REAL, "face_left_eye_x": WHOLE, "face_right_eye_x": WHOLE, "face_roll": REAL,
    "face_score": REAL, "face_LED_state": WHOLE, "face_feature": TEXT,
}  # fmt: skip
CAMERA: Final[dict[str, tuple[type, ...]]] = {"serial_number": TEXT, "camera_mode": TEXT, "audio_enabled": TRUTH}
IMAGE: Final[dict[str, tuple[type, ...]]] = {"filename": TEXT, "image": TEXT, "width": WHOLE, "height": WHOLE}
FILE: Final[dict[str, tuple[type, ...]]] = {"file": TEXT, "size": WHOLE}

TEMPLATES: Final = ("left_eye_template", "right_eye_template", "face_feature")
SUB_IDS: Final = range(6)
_REST: Final[dict[str, object]] = {
    "access_allowed": True, "wiegand_facility": -1, "wiegand_site": -1, "wiegand_code": -1, "wiegand_custom": -1,
}  # fmt: skip


def check(document: Document, shape: dict[str, tuple[type, ...]], required: tuple[str, ...] = ()) -> Document:
    """The document, if every member is documented and of its type, and the required ones are there and not empty."""
    only_members(document, shape)
    for name, value in document.items():
        if not _fits(value, shape[name]):
            raise Refused(400, f"{name} has the wrong type")
        if name in TEMPLATES and value:
            decode_base64(value, name)
    for name in required:
        if document.get(name) in (None, ""):
            raise Refused(400, f"{name} is required")
    return document


def completed(document: Document, shape: dict[str, tuple[type, ...]]) -> Document:
    """The document with every member the terminal keeps."""
    return {name: document.get(name, _REST.get(name, _zero(types))) for name, types in shape.items()}


def _fits(value: object, types: tuple[type, ...]) -> bool:
    # JSON's true is no number, though Python's is.
    return isinstance(value, types) and (not isinstance(value, bool) or bool in types)


def _zero(types: tuple[type, ...]) -> object:
    if types == ANY_PATH:
        return 0
    return types[0]()
