"""A station without a window for end-to-end tests: real store, real EF-45 driver, journeys between them."""

from pathlib import Path

from app.config import Configuration
from app.devices.ef45.driver import Ef45
from app.devices.ef45.options import Tuning
from app.domain.capture import Progress
from app.domain.person import Consent, Person
from app.domain.preview import PreviewFrame
from app.journeys.enrollment import EnrollmentJourney
from app.journeys.flow_inputs import GiveConsent, Next, SetPerson
from app.journeys.station import Station, utc_now
from app.journeys.supervision import Supervision, no_secret
from app.parts import policy_of
from app.paths import make_private
from app.store import KeySource, Store

EYES = "eyes-face"
DEVICE = "front-desk"
EAGER = Tuning(result_every_s=0.05)
"""Looks for the result twenty times a second, because simulated people are quick."""


class View:
    """Counts what a screen would show."""

    def __init__(self) -> None:
        self.frames: list[PreviewFrame] = []
        self.steps: list[Progress] = []

    def preview(self, frame: PreviewFrame) -> None:
        self.frames.append(frame)

    def progress(self, progress: Progress) -> None:
        self.steps.append(progress)


async def open_station(address: str, folder: Path, key: KeySource) -> tuple[Station, Store]:
    """A station with one EF-45 at `address` and its store in `folder`."""
    store = await Store.open(folder, key)
    device = Ef45(DEVICE, "Front desk", address, make_private(folder / "recovery"), tuning=EAGER)
    station = Station(
        name="Test desk",
        policy=policy_of(Configuration().policy),
        devices={DEVICE: device},
        drafts=store.drafts,
        people=store.people,
        outbox=store.outbox,
        journal=store.journal,
        queue=store.questions,
        supervision=Supervision(no_secret),
        deliver_to=frozenset({DEVICE}),
    )
    return station, store


async def fill_in(journey: EnrollmentJourney, last_name: str = "Sample") -> None:
    """Consent and person, up to the first capture step."""
    text = journey.station.policy.consents[0]
    await journey.apply(GiveConsent(Consent(text.version, text.language, text.digest, utc_now())))
    await journey.apply(Next())
    who = Person(journey.state.person.person_id, last_name, "Sam", {"document_number": "X1"})
    await journey.apply(SetPerson(who))
    await journey.apply(Next())
