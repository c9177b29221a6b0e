"""What the terminal remembers: its tables, buffers, configuration, files and logs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from app.simulators.ef45.templates import same_face, same_iris
from app.simulators.ef45.wire import Document, decode_base64
from app.simulators.people import Eye

ConfigValue = bool | int | float | str
DEDUPLICATION: Final = "launcher.device.bio.iris.deduplication"
MANUAL_COMMANDS: Final = "launcher.network.server.manualcommand"
DEVICE_ID: Final = "launcher.device.deviceinfo.deviceid"


def factory_config(serial_number: str) -> dict[str, ConfigValue]:
    """Configuration titles and values of a new terminal."""
    return {
        DEVICE_ID: serial_number,
        DEDUPLICATION: 1,
        MANUAL_COMMANDS: False,
        "umx.camera.enrol.MinimumUsableIrisArea": 2,
        "umx.camera.enrol.MinimumQualityScore": 50.0,
        "launcher.device.sound.volume": 7,
        "launcher.device.sound.enabled": True,
    }


@dataclass
class Upload:
    """A firmware transfer under way; `forced` is the PUT sequence."""

    forced: bool
    data: bytearray = field(default_factory=bytearray, repr=False)


@dataclass
class Memory:
    """The lasting part survives a reboot; `forget_session` drops the rest."""

    config: dict[str, ConfigValue]
    subjects: dict[str, Document] = field(default_factory=dict, repr=False)
    user_info: dict[str, Document] = field(default_factory=dict, repr=False)
    faces: dict[tuple[str, int], Document] = field(default_factory=dict, repr=False)
    files: dict[str, bytes] = field(default_factory=dict, repr=False)
    logs: list[Document] = field(default_factory=list, repr=False)
    buffer: list[Document] = field(default_factory=list, repr=False)
    matches: list[Document] = field(default_factory=list, repr=False)
    upload: Upload | None = None
    card_standby: bool = False
    card: str = ""
    next_log_id: int = 1

    def forget_session(self) -> None:
        """What a reboot loses."""
        self.buffer.clear()
        self.matches.clear()
        self.upload = None
        self.card_standby, self.card = False, ""

    def log(self, timestamp: str, event_type: str, user_uuid: str, info: str, additional: str, face: str = "") -> int:
        """Append a log entry and give its id."""
        entry: Document = {
            "id": self.next_log_id,
            "event_type": event_type,
            "timestamp": timestamp,
            "user_uuid": user_uuid,
            "info": info,
            "additional_data": additional,
            "matched_faceimage_data": face,
        }
        self.logs.append(entry)
        self.next_log_id += 1
        return int(entry["id"])

    def remove_person(self, user_uuid: str) -> bool:
        """Remove every row of this person; whether there was any."""
        had = self.subjects.pop(user_uuid, None) is not None
        had |= self.user_info.pop(user_uuid, None) is not None
        for key in [key for key in self.faces if key[0] == user_uuid]:
            del self.faces[key]
            had = True
        return had

    def owner_of_iris(self, template: str, eye: Eye) -> str:
        """user_uuid of the subject whose template of this eye matches (base64), or ""."""
        rows = ((key, row[f"{eye}_eye_template"]) for key, row in self.subjects.items())
        return _first(rows, template, same_iris)

    def owner_of_face(self, template: str) -> str:
        """user_uuid of the person whose stored face matches (base64), or ""."""
        return _first(((key[0], row["face_feature"]) for key, row in self.faces.items()), template, same_face)


def _first(rows: Iterable[tuple[str, str]], template: str, same: Callable[[bytes, bytes], bool]) -> str:
    if not template:
        return ""
    probe = decode_base64(template, "template")
    return next((owner for owner, stored in rows if stored and same(probe, decode_base64(stored, "template"))), "")
