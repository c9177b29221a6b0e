"""The simulated BioServer as tests and the demonstration hold it: start it, script it, look at what was sent."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from app.simulators.bioserver.front import CONTROL_PATH, Front
from app.simulators.bioserver.keys import ServerIdentity, server_identity, signing_key
from app.simulators.bioserver.memory import Memory, Outcome
from app.simulators.bioserver.observed import Seen, SessionState
from app.simulators.bioserver.remote import control_routes
from app.simulators.bioserver.render import BASE_PATH, VERSION_PATH
from app.simulators.bioserver.settings import Make
from app.simulators.bioserver.signing import expired_dates
from app.simulators.faults import FaultScript
from app.simulators.serving import Serving


class BioServer:
    """One simulated server on a real socket. All methods may be called from any thread.

    `faults` is the script of what goes wrong: see `app.simulators.faults.Kind` and `settings.Mischief`; operations
    are named as in the document. With `tls` it speaks HTTPS, vouched for by the CA of `ca_pem`.
    `clock` gives aware moments; a test may give its own.
    """

    def __init__(
        self,
        make: Make | None = None,
        *,
        tls: bool = False,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self.make = make or Make()
        self.faults = FaultScript()
        self._memory = Memory(self.make, clock or _now)
        self._front = Front(self._memory, self.faults, control_routes(self))
        self._folder = tempfile.TemporaryDirectory(prefix="bioserver-") if tls else None
        self._identity: ServerIdentity | None = server_identity(Path(self._folder.name), host) if self._folder else None
        self._serving = Serving(
            self._front,
            host=host,
            port=port,
            name="bioserver",
            certfile=self._identity.certfile if self._identity else None,
            keyfile=self._identity.keyfile if self._identity else None,
        )

    @property
    def base_url(self) -> str:
        """Such as `http://127.0.0.1:8080/bioserver-app/v2`."""
        return self._serving.base_url + BASE_PATH + VERSION_PATH

    @property
    def control_url(self) -> str:
        """Where the server is steered from another process."""
        return self._serving.base_url + CONTROL_PATH

    def start(self) -> str:
        """Listen; gives the base URL."""
        self._serving.start()
        return self.base_url

    def stop(self) -> None:
        """Power off, bounded in time; it may be started again at the same address, with all it remembers."""
        self._serving.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()
        if self._folder is not None:
            self._folder.cleanup()

    # keys

    @property
    def ca_pem(self) -> str:
        """The CA that vouches for the server's certificate; PEM. Raises ValueError without TLS."""
        if self._identity is None:
            raise ValueError("the server speaks plain HTTP")
        return self._identity.ca_pem

    @property
    def certificate_pem(self) -> str:
        """The certificate of the key that signs replies."""
        return self._memory.signer.key.certificate_pem

    @property
    def public_key_pem(self) -> str:
        return self._memory.signer.key.public_pem

    def rotate_key(self, begins: datetime | None = None, ends: datetime | None = None) -> str:
        """Sign with a new key from now on; gives its certificate (good for a year unless told otherwise)."""
        now = self._memory.now()
        key = signing_key(begins or now - timedelta(days=1), ends or now + timedelta(days=365))
        with self._memory.gate:
            self._memory.signer.rotate(key)
        return key.certificate_pem

    def rotate_to_expired_key(self) -> str:
        """Sign with a new key whose certificate ended yesterday; gives that certificate."""
        return self.rotate_key(*expired_dates(self._memory.now()))

    # what it does

    def vary(self, **changes: Any) -> None:
        """Choose other readings of the document: members of `settings.Variants`."""
        with self._memory.gate:
            self._memory.variants = replace(self._memory.variants, **changes)

    def change_algorithm(self, mode: str, template_version: int) -> None:
        """A new algorithm is installed: templates made before are refused."""
        with self._memory.gate:
            self._memory.mode, self._memory.template_version = mode, template_version

    def end_session(self, session_id: str) -> None:
        """The session's time is up."""
        with self._memory.gate:
            self._memory.end(session_id)

    def set_clock_error(self, seconds: float) -> None:
        """Put the server's clock ahead (or behind, below zero); sessions end by it."""
        with self._memory.gate:
            self._memory.offset = timedelta(seconds=seconds)

    def set_working(self, working: bool) -> None:
        """Whether the instance says that it works properly (else 500)."""
        self._memory.working = working

    def finish_liveness(self, outcome: Outcome | None = None, session_id: str | None = None, **members: Any) -> None:
        """How challenges end: of one session, or of all that have no end of their own. Members as `Outcome`."""
        ended = replace(outcome or Outcome(), **members)
        with self._memory.gate:
            if session_id is None:
                self._memory.next_outcome = ended
            else:
                session = self._memory.session(session_id)
                session.outcome, session.polls = ended, 0

    def forget_liveness(self) -> None:
        """Challenges have no end any more, but those of single sessions."""
        with self._memory.gate:
            self._memory.next_outcome = None

    # what can be seen

    @property
    def sessions(self) -> tuple[SessionState, ...]:
        """The sessions that have not ended, oldest first."""
        with self._memory.gate:
            self._memory.forget_ended()
            return tuple(
                SessionState(
                    session.session_id,
                    session.correlation_id,
                    session.image_storage,
                    session.created,
                    session.expires,
                    tuple(session.faces),
                    tuple(face.friendly_name for face in session.faces.values()),
                )
                for session in self._memory.sessions.values()
            )

    @property
    def requests(self) -> tuple[Seen, ...]:
        """Every request so far, in the order of arrival."""
        return self._front.requests.all()

    def forget_requests(self) -> None:
        self._front.requests.clear()


def _now() -> datetime:
    return datetime.now(UTC)
