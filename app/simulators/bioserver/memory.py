"""What the server remembers: sessions, their faces and liveness, each until its time is up."""

import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from app.simulators.bioserver.keys import SigningKey, signing_key
from app.simulators.bioserver.reading import Reading
from app.simulators.bioserver.settings import Make, Variants
from app.simulators.bioserver.signing import Signer
from app.simulators.bioserver.wire import Refused

_NO_SESSION: Final = "Unable to find a bio-session for the given identifier"
_NO_FACE: Final = "Unable to find a face for the given identifier"


@dataclass(frozen=True)
class Face:
    """A face as the server keeps it; `dates` of session faces end with their session.

    `origin` is the face JSON it was made from, if it was not made from a picture.
    """

    face_id: str
    image_type: str
    mode: str
    version: int
    created: datetime
    reading: Reading = field(repr=False)
    friendly_name: str | None = field(default=None, repr=False)
    rotation: bool | None = None
    digest: str | None = field(default=None, repr=False)
    image: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Outcome:
    """How a liveness challenge ends: after `pending` polls that find it under way, with these members.

    `mode` None: the one asked for. `image` is the best image, a JPEG file. Any text may be a status.
    """

    status: str = "SUCCESS"
    mode: str | None = None
    pending: Sequence[str] = ()
    diagnostic: str | None = None
    fake_webcam: bool | None = None
    challenges: int | None = 2
    image: bytes | None = field(default=None, repr=False)


@dataclass
class Session:
    """A bio-session. `created` and `expires` are aware."""

    session_id: str
    correlation_id: str | None
    image_storage: bool
    created: datetime
    expires: datetime
    faces: dict[str, Face] = field(default_factory=dict, repr=False)
    liveness: dict[str, Any] | None = None
    outcome: Outcome | None = field(default=None, repr=False)
    polls: int = 0
    best_image_id: str | None = None


class Memory:
    """All state of one server; hold `gate` while touching it. `clock` gives aware moments."""

    def __init__(self, make: Make, clock: Callable[[], datetime]) -> None:
        self.make = make
        self.variants = Variants()
        self.gate = threading.RLock()
        self.sessions: dict[str, Session] = {}
        self.next_outcome: Outcome | None = None
        self.mode, self.template_version = make.mode, make.template_version
        self.working = True
        self._clock = clock
        self.offset = timedelta()
        begins, ends = (clock() + timedelta(days=days) for days in make.certificate_days)
        self.signer = Signer(signing_key(begins, ends))
        self._liveness_key: SigningKey | None = None

    def now(self) -> datetime:
        """The server's clock, to the millisecond."""
        moment = self._clock() + self.offset
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    @property
    def liveness_key(self) -> SigningKey:
        """The key whose certificate clients encrypt liveness metadata with."""
        if self._liveness_key is None:
            now = self.now()
            self._liveness_key = signing_key(now - timedelta(days=1), now + timedelta(days=365), "Synthetic Liveness")
        return self._liveness_key

    def open_session(self, correlation_id: str | None, image_storage: bool, seconds: int) -> Session:
        now = self.now()
        session = Session(str(uuid.uuid4()), correlation_id, image_storage, now, now + timedelta(seconds=seconds))
        self.sessions[session.session_id] = session
        return session

    def session(self, session_id: str) -> Session:
        """Refused with 404: unknown, or its time is up."""
        self.forget_ended()
        if session_id not in self.sessions:
            raise Refused(404, _NO_SESSION)
        return self.sessions[session_id]

    def face(self, session_id: str, face_id: str) -> tuple[Session, Face]:
        session = self.session(session_id)
        if face_id not in session.faces:
            raise Refused(404, _NO_FACE)
        return session, session.faces[face_id]

    def keep(self, session: Session, face: Face) -> None:
        session.faces[face.face_id] = face if session.image_storage else replace(face, image=None)

    def forget_ended(self) -> None:
        now = self.now()
        self.sessions = {name: session for name, session in self.sessions.items() if session.expires > now}

    def end(self, session_id: str) -> None:
        self.sessions.pop(session_id, None)
