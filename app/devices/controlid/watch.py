"""Following an enrollment by the terminal's state: which press is asked for, what it objects to, when it is over."""

import asyncio
import logging
from dataclasses import dataclass
from enum import Enum

from app import logs
from app.devices.controlid.client import ControlIdClient
from app.devices.controlid.codec import PRESSES, EnrollerState, Kind
from app.devices.controlid.options import Tuning
from app.domain.capture import CaptureWatcher, Progress
from app.domain.errors import NotCapable, ProtocolError, Unreachable

LOG = logging.getLogger(__name__)

BAD_LOOKS = 3
"""So many looks in a row without sense end the capture: one may fail, a dead terminal must not be waited for."""

DIFFERENT = "DIFFERENT_FINGERPRINTS"
KNOWN = "TEMPLATE_EXISTS"
FULL = "TEMPLATE_LIMIT_REACHED"
FACE_KNOWN = "FACE_EXISTS"
CANCELED = "UNKNOWN"
FINAL = frozenset({KNOWN, FULL})
"""Objections after which the terminal asks for the finger again although nothing else can come of it."""


class Early(Enum):
    """Whether a result came before the job it might belong to could have one."""

    NO = "no"
    PERHAPS = "perhaps"
    """Not begun as far as was seen, or at the last thing asked for, which may be over before the state says so."""
    SURELY = "surely"


@dataclass(frozen=True)
class Ended:
    """How it stands at the end: `done` with a result somewhere, or why not in the terminal's words.

    Not `seen`: the terminal never showed this job at work, so that what it tells may be about the one before.
    """

    done: bool
    error: str = ""
    seen: bool = True


class StateWatch:
    """Made for one enrollment. `objection` is what the terminal last said against the presses."""

    def __init__(self, client: ControlIdClient, tuning: Tuning, watcher: CaptureWatcher, kind: Kind) -> None:
        self._client = client
        self._tuning = tuning
        self._watcher = watcher
        self._kind = kind
        self._seen_busy = False
        self._fresh = False
        self._bad_looks = 0
        self._told: Progress | None = None
        self.objection = ""

    async def until_over(self) -> Ended:
        """Look again and again until the terminal shows the end, or says what cannot be mended by another press.

        Runs on without end where the terminal does not tell its state. Raises what three bad looks in a row raise.
        """
        clock = asyncio.get_running_loop()
        settled_at = clock.time() + self._tuning.settle_s
        while True:
            await asyncio.sleep(self._tuning.state_every_s)
            state = await self._look()
            if state is None:
                continue
            ended = self._judge(state, settled=clock.time() > settled_at)
            if ended is not None:
                return ended

    async def too_early(self) -> Early:
        """Whether a result that came this moment can be this job's, by what the terminal says now."""
        try:
            state = await self._client.enroller_state(finger=self._kind is Kind.FINGER)
        except NotCapable:
            return Early.NO
        except (ProtocolError, Unreachable):
            return Early.PERHAPS
        if state.thinking or (state.idle and self._seen_busy):
            return Early.NO
        return Early.SURELY if 0 < state.press < len(PRESSES) else Early.PERHAPS

    async def _look(self) -> EnrollerState | None:
        try:
            state = await self._client.enroller_state(finger=self._kind is Kind.FINGER)
        except NotCapable:
            logs.event(LOG, "state-not-told")
            await asyncio.Event().wait()
            raise
        except (ProtocolError, Unreachable):
            self._bad_looks += 1
            if self._bad_looks >= BAD_LOOKS:
                raise
            return None
        self._bad_looks = 0
        return state

    def _judge(self, state: EnrollerState, *, settled: bool) -> Ended | None:
        if state.idle:
            if self._seen_busy:
                return Ended(state.last_enroll, "" if state.last_enroll else state.last_error or CANCELED)
            return Ended(state.last_enroll, seen=False) if settled else None
        self._seen_busy = True
        self._note_objection(state)
        self._tell(state)
        return Ended(done=False, error=self.objection) if self.objection in FINAL else None

    def _note_objection(self, state: EnrollerState) -> None:
        """An error shown before this job got anywhere may be that of the job before."""
        if state.last_error and self._fresh and state.press <= 1:
            self.objection = state.last_error
        if not state.last_error or state.press > 1 or state.thinking:
            self._fresh = True

    def _tell(self, state: EnrollerState) -> None:
        if state.thinking:  # while the last press asked for is still told
            progress = Progress("checking")
        elif state.press:
            again = self.objection == DIFFERENT and state.press == 1
            progress = Progress("again" if again else "press", state.press, len(PRESSES))
        else:
            progress = Progress("capturing")
        if progress != self._told:
            self._told = progress
            self._watcher.progress(progress)
