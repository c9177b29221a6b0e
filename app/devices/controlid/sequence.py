"""The positions of one request, one enrollment each: order, run, make samples, keep, and only then forget the post."""

from dataclasses import dataclass

from app.devices.base import Worker
from app.devices.controlid.capture import Enrollment, Got
from app.devices.controlid.codec import KINDS, Order, User
from app.devices.controlid.enrollment import user_id_of
from app.devices.controlid.options import ControlIdOptions, Tuning
from app.devices.controlid.push import Job
from app.devices.controlid.samples import SampleMaker
from app.devices.controlid.saved import ensure_user
from app.devices.controlid.session import Session
from app.domain.capture import Captured, CaptureRequest, CaptureWatcher, Outcome, Progress, Retry, RetryReason
from app.domain.errors import StoreError
from app.domain.modality import Modality, Position
from app.domain.preview import PreviewFrame
from app.domain.sample import Sample, Source

VENDOR = "controlid"
NOBODY = 1
"""The user number of a capture for nobody in particular; it must not be 0, which callbacks use for "not told"."""
USUAL = {Modality.FACE: Position.FACE, Modality.CARD: Position.CARD, Modality.FINGER: Position.RIGHT_INDEX}
"""What is captured when no position is named."""


@dataclass(frozen=True)
class Habits:
    """What a terminal is configured for; the options of a capture may say otherwise of the first two."""

    sync: bool
    save: bool
    prompt_as_msg: bool = False


class Sequence:
    """Made for one request."""

    def __init__(self, session: Session, worker: Worker, tuning: Tuning, device_id: str, habits: Habits) -> None:
        self._session = session
        self._worker = worker
        self._tuning = tuning
        self._device_id = device_id
        self._habits = habits

    async def run(self, request: CaptureRequest, watcher: CaptureWatcher) -> Outcome:
        """What was captured stays captured when a later position fails."""
        options = request.options if isinstance(request.options, ControlIdOptions) else ControlIdOptions()
        kept: tuple[Sample, ...] = ()
        for position in request.positions or (USUAL[request.modality],):
            found = await self._one(request, position, options, watcher)
            if isinstance(found, Retry):
                return Retry(found.reason, found.detail, kept)
            kept += found
        return Captured(kept)

    async def card(self, deadline_s: float) -> str | None:
        """A card for nobody's enrollment; None when nobody presented one in time."""
        request = CaptureRequest(Modality.CARD, (Position.CARD,), deadline_s)
        found = await self._one(request, Position.CARD, ControlIdOptions(save=False, sync=True), _Nobody())
        return None if isinstance(found, Retry) else found[0].card

    async def _one(
        self, request: CaptureRequest, position: Position, options: ControlIdOptions, watcher: CaptureWatcher
    ) -> tuple[Sample, ...] | Retry:
        order, session = self._order(request, position, options), self._session
        watcher.progress(Progress("preparing"))
        if order.save:
            await ensure_user(session.client, User(order.user_id, request.person_id, request.person_id))
        terminal = session.route.terminal if session.route else ""
        job = Job(self._device_id, session.number, terminal, order.user_id, order.kind, position.value)
        enrollment = Enrollment(session, self._tuning, order, job, watcher)
        unkept = False
        try:
            got = await enrollment.run(min(request.deadline_s, self._tuning.patience_s))
            return got if isinstance(got, Retry) else await self._keep(got, position, watcher)
        except StoreError:
            unkept = True
            raise
        finally:
            await enrollment.close(keep=unkept)

    async def _keep(self, got: Got, position: Position, watcher: CaptureWatcher) -> tuple[Sample, ...] | Retry:
        """Samples on disk first; only then may the post be forgotten."""
        source = Source(self._device_id, VENDOR, self._session.serial)
        samples = await SampleMaker(self._session.client, self._worker, source).samples(got.result, position)
        if samples:
            watcher.progress(Progress("keeping"))
            await watcher.keep(samples)
        if got.parcel is not None:
            await got.parcel.settle()
        return samples or Retry(RetryReason.EMPTY_RESULT)

    def _order(self, request: CaptureRequest, position: Position, options: ControlIdOptions) -> Order:
        seconds = options.countdown if request.countdown_s is None and options.auto_face else request.countdown_s
        automatic = request.modality is Modality.FACE and seconds is not None
        save = self._habits.save if options.save is None else options.save
        return Order(
            KINDS[request.modality],
            user_id_of(request.person_id) if request.person_id else NOBODY,
            save=save and bool(request.person_id),
            sync=self._habits.sync if options.sync is None else options.sync,
            panic_finger=(options.panic_finger or request.duress) and request.modality is Modality.FINGER,
            message=options.message or _prompt(position),
            auto=automatic,
            countdown=seconds or 0,
            prompt_as_msg=self._habits.prompt_as_msg,
        )


def _prompt(position: Position) -> str:
    """Which finger, on the terminal's screen; empty leaves the words to the terminal."""
    return position.value.replace("-", " ").capitalize() if position.modality is Modality.FINGER else ""


class _Nobody:
    """Watches a card that is read for nobody's enrollment."""

    def preview(self, frame: PreviewFrame) -> None:
        """Nothing to see."""

    def progress(self, progress: Progress) -> None:
        """Nobody to tell."""

    async def keep(self, samples: tuple[Sample, ...]) -> None:
        """Whoever asked takes it from the answer."""
