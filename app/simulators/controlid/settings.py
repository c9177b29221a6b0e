"""What one simulated terminal is, and which of the lawful readings of the document it follows."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Modality(StrEnum):
    """The values of `type` in remote_enroll."""

    FINGER = "biometry"
    FACE = "face"
    CARD = "card"
    PIN = "pin"
    PASSWORD = "password"  # noqa: S105 - a word of the protocol


EVERY_MODALITY: Final = frozenset(Modality)


class Dress(StrEnum):
    """How base64 is written."""

    PLAIN = "plain"
    LINES = "lines"
    URLSAFE = "urlsafe"
    UNPADDED = "unpadded"
    DATA_URI = "data_uri"


class PictureFormat(StrEnum):
    """What a fingerprint `image` holds: bare pixels, or a file."""

    RAW = "raw"
    JPEG = "jpeg"
    PNG = "png"
    BMP = "bmp"


@dataclass(frozen=True)
class Make:
    """One terminal.

    `speed` is how much faster than life people act. The seconds below are at life's pace: one press of a finger, the
    terminal's thinking after the last, a face held still (manual), a restart, and how long it waits for anybody.
    `session_seconds` is real: a session nobody used for so long is dead.
    """

    serial: str = "0A0200/00SIM1"
    device_id: int = 6613047045004349
    name: str = "Simulated terminal"
    version: str = "6.20.4"
    login: str = "admin"
    password: str = field(default="admin", repr=False)
    finger_size: tuple[int, int] = (260, 320)
    face_size: tuple[int, int] = (480, 640)
    modalities: frozenset[Modality] = EVERY_MODALITY
    online_available: bool = True
    speed: float = 1.0
    press_seconds: float = 1.2
    think_seconds: float = 0.4
    face_seconds: float = 2.5
    reboot_seconds: float = 4.0
    patience_seconds: float = 60.0
    session_seconds: float = 600.0
    max_templates: int = 6000


@dataclass(frozen=True)
class Variants:
    """Readings that are all seen or documented; the defaults are the most usual ones.

    Answers
        rows_under_data      load_objects answers under `data` instead of the object's name
        nothing_is_object    a command without a reply answers `{}` instead of nothing
        system_id_text       system_information gives device_id as text
        rebadged             hidlogin only
        factory_credentials  login carries a message, and commands that change anything are refused
        sync_prints          what a synchronous fingerprint brings: by_mode, template, fingerprints, both, none
        failed_status        HTTP status of an enrollment that failed: 200 with success false, or 400 with error only
        face_key             where a face lies: user_image, image, or face (nested; Monitor only)
        start_reports        the answer to an asynchronous start has success, user_id and device_id
        second_enroll        a remote_enroll while one runs: refuse or replace
        refuse_unknown       remote_enroll refuses members nobody documented
    Posts
        numbers_as_text      every number as a string
        callback_id          device_id: number, text or missing
        face_as_array        face_create: `face` is an array of one
        card_key             Monitor's card number: value or card_value
        template_sizes       template_create: one (size0, one body) or three (size0..2)
        query_ids            every post has ?session=&device_id= in its address
        monitor_prints       Monitor's template brings the pictures as well
        saved_reports        asynchronous with save: the result is posted all the same
        content_type         instead of the right one; "" leaves it out
        chunked              bodies in chunks, without a length
        alive_form           device_is_alive.fcgi as a form
        attempts             how often a post is tried
        announces_changes    Monitor's dao after each change of objects
    Pictures
        dress, picture_format, sizes_as_text, sizes_swapped
    """

    rows_under_data: bool = False
    nothing_is_object: bool = False
    system_id_text: bool = True
    rebadged: bool = False
    factory_credentials: bool = False
    sync_prints: str = "by_mode"
    failed_status: int = 200
    face_key: str = "user_image"
    start_reports: bool = False
    second_enroll: str = "refuse"
    refuse_unknown: bool = True
    numbers_as_text: bool = False
    callback_id: str = "number"
    face_as_array: bool = False
    card_key: str = "value"
    template_sizes: str = "one"
    query_ids: bool = False
    monitor_prints: bool = False
    saved_reports: bool = False
    content_type: str | None = None
    chunked: bool = False
    alive_form: bool = False
    attempts: int = 1
    announces_changes: bool = False
    dress: Dress = Dress.PLAIN
    picture_format: PictureFormat = PictureFormat.RAW
    sizes_as_text: bool = False
    sizes_swapped: bool = False


class Mischief(StrEnum):
    """Faults of this terminal alone; `app.simulators.faults.Kind` are the others.

    At any command (operation: its name, such as `load_objects`)
        RIGHTS            401 "Invalid access level for command x"
        SESSION_DIES      the session is forgotten just before
        REBOOT            goes down just before
        NEVER_ANSWERS     carried out, but no answer ever comes
    At remote_enroll
        DIFFERENT_FINGERS the third press is another finger's, once: DIFFERENT_FINGERPRINTS, then again from 1/3
        TEMPLATE_EXISTS   as if known already, once; then again from 1/3
        TEMPLATE_LIMIT    no room for more: TEMPLATE_LIMIT_REACHED at 1/3, and nothing comes of it
        FACE_EXISTS       the face is another's; `body` is that user's id
        WRONG_USER        the result names user `body`
        WALKS_AWAY        the person leaves after the first press, or before the picture
        REBOOT_AMID       goes down after the first press, or before the picture
        EMPTY_SUCCESS     success, and nothing with it
        GARBAGE_IMAGE     pictures are bytes without meaning
        WRONG_LENGTH      pictures end early
        LATE              a canceled enrollment's result is posted all the same, `delay` seconds later
    At a post (operation: `post` and its last path segment, such as `post user_image`)
        LOST              never sent
        DUPLICATE         sent twice
        DELAYED           sent `delay` seconds late
    """

    RIGHTS = "rights"
    SESSION_DIES = "session_dies"
    REBOOT = "reboot"
    NEVER_ANSWERS = "never_answers"
    DIFFERENT_FINGERS = "different_fingers"
    TEMPLATE_EXISTS = "template_exists"
    TEMPLATE_LIMIT = "template_limit"
    FACE_EXISTS = "face_exists"
    WRONG_USER = "wrong_user"
    WALKS_AWAY = "walks_away"
    REBOOT_AMID = "reboot_amid"
    EMPTY_SUCCESS = "empty_success"
    GARBAGE_IMAGE = "garbage_image"
    WRONG_LENGTH = "wrong_length"
    LATE = "late"
    LOST = "lost"
    DUPLICATE = "duplicate"
    DELAYED = "delayed"
