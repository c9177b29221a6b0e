"""What a simulated EF-45 is, and the readings of its document that a test may choose between."""

from dataclasses import dataclass
from typing import Final, Literal

RECORD_VERSION: Final = 8976
"""The document's example of the fixed number that names the terminal's iris and face algorithm."""


@dataclass(frozen=True)
class Make:
    """The terminal as it leaves the factory.

    `speed` makes every waiting time of the terminal shorter; at 1 a full capture lasts about 7 s.
    `frame_rate` bounds how often the live picture changes, per second (None: with every request).
    `preview_size` is the live face's width and height; `eye_format` is `bmp` or `jpeg`.
    `utc_offset_minutes` is the terminal's time zone (None: this machine's).
    """

    serial_number: str = "EF45SIM00001"
    version: str = "1.2.40"
    record_version: int = RECORD_VERSION
    capacity: int = 10_000
    speed: float = 1.0
    frame_rate: float | None = 60.0
    preview_size: tuple[int, int] = (1280, 720)
    eye_format: Literal["bmp", "jpeg"] = "bmp"
    reboot_seconds: float = 3.0
    utc_offset_minutes: int | None = None


@dataclass(frozen=True)
class Variants:
    """Readings the document leaves open. The defaults are its own samples; each other value is a lawful surprise.

    lock_held       answer to POST /lock while another holds it: a status, or 200 with no or a zero uid
    lock_refusal    status for a locked operation whose lock_uid is missing or not the holder's
    error_body      what a refusal carries
    bodyless_status success code of operations that answer without a body (None: the documented one)
    bodyless_body   what they carry nevertheless
    envelope_status the list envelope's own status_code
    empty_items     how an empty list is written
    has_more        whether the envelope tells of further pages
    base64          how images and templates are written
    numbers         JSON numbers, or the same as text
    individual      spelling of user-info's member
    faces           GET /faces/{user_uuid} with subId: an envelope, or the face alone
    old_faces_path  faces by number live under /faces/subId/{user_uuid} instead
    mode_case       spelling of camera_mode
    preview_idle    GET /preview while no camera runs
    log_range       names DELETE /logs and GET /logs/from/to insist on
    batch_replaces  POST /user for a known user_uuid replaces it (else 409)
    filename        whether load-file and save-file want the full path, the bare name, or take both
    delete_needs_body  DELETE /user-info/uuid/{user_uuid} is refused without its declared body
    old_biometric_path  the deprecated GET /biometric-data still answers on newer versions
    extra_members   objects carry members nobody documented
    lock_lifetime   seconds after which an unused lock is lost (None: never)
    """

    lock_held: Literal["409", "423", "403", "missing", "empty", "zeros"] = "423"
    lock_refusal: Literal[400, 401, 403, 404, 409, 410, 412, 423] = 401
    error_body: Literal["json", "text", "empty"] = "json"
    bodyless_status: Literal[200, 201, 202, 204] | None = None
    bodyless_body: Literal["", "null", "{}"] = ""
    envelope_status: Literal[0, 200, "missing"] = 200
    empty_items: Literal["list", "null", "missing"] = "list"
    has_more: Literal["bool", "missing"] = "bool"
    base64: Literal["standard", "line_breaks", "url_safe", "unpadded", "data_uri"] = "standard"
    numbers: Literal["numbers", "text"] = "numbers"
    individual: Literal["indivisual", "individual"] = "indivisual"
    faces: Literal["envelope", "bare"] = "envelope"
    old_faces_path: bool = False
    mode_case: Literal["documented", "lower", "upper"] = "documented"
    preview_idle: Literal["204", "empty", "object"] = "204"
    log_range: Literal["any", "min_max", "from_to"] = "any"
    batch_replaces: bool = False
    filename: Literal["both", "path", "name"] = "both"
    delete_needs_body: bool = False
    old_biometric_path: bool = False
    extra_members: bool = False
    lock_lifetime: float | None = None
