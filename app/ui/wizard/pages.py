"""Which page renders which kind of step."""

from app.journeys import flow
from app.journeys.flow_state import Step, StepKind
from app.ui.wizard.base import StepPage
from app.ui.wizard.capture_page import CapturePage
from app.ui.wizard.consent_page import ConsentPage
from app.ui.wizard.context import Context
from app.ui.wizard.document_page import DocumentPage
from app.ui.wizard.done_page import DonePage
from app.ui.wizard.finger_page import FingerPage
from app.ui.wizard.person_page import PersonPage
from app.ui.wizard.review_page import ReviewPage

_PAGES: dict[StepKind, type[StepPage]] = {
    StepKind.CONSENT: ConsentPage,
    StepKind.PERSON: PersonPage,
    StepKind.DOCUMENT: DocumentPage,
    StepKind.CAPTURE: CapturePage,
    StepKind.REVIEW: ReviewPage,
    StepKind.DONE: DonePage,
}


def make_page(context: Context, step: Step) -> StepPage:
    """A new page for a step."""
    if flow.capture_of_fingers(step):
        return FingerPage(context, step)
    return _PAGES[step.kind](context, step)
