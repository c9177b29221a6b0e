"""What the pages of one running enrollment share."""

from dataclasses import dataclass

from app.domain.policy import EnrollmentPolicy
from app.journeys.enrollment import EnrollmentJourney
from app.journeys.flow_state import State
from app.journeys.station import Station
from app.ui.messages import MessageService
from app.ui.tasks import Tasks
from app.ui.wizard.thumbnails import Thumbnails


@dataclass
class Context:
    """The journey with everything its pages need to show and start."""

    journey: EnrollmentJourney
    tasks: Tasks
    messages: MessageService
    thumbnails: Thumbnails

    @property
    def station(self) -> Station:
        """The station the enrollment runs on."""
        return self.journey.station

    @property
    def policy(self) -> EnrollmentPolicy:
        """What the station demands."""
        return self.journey.station.policy

    @property
    def state(self) -> State:
        """The journey's current state."""
        return self.journey.state

    def device_label(self, device_id: str) -> str:
        """A device's name for the clerk."""
        device = self.station.devices.get(device_id)
        return device.label if device else device_id or self.station.name
