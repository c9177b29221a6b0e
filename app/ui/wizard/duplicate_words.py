"""What speaks for an earlier person, in a clerk's words."""

from app.domain.question import Question, Verdict
from app.journeys.duplicates import Clue, Duplicate
from app.ui.i18n import translate
from app.ui.wizard.words import whole


def clue_words(found: Duplicate, device: str, fields: dict[str, str]) -> str:
    """One piece of evidence; `fields` gives the labels of person fields by name."""
    if found.clue is Clue.FIELD:
        told = translate("wizard", "Same {field}")
        return told.format(field=fields.get(found.what, found.what))
    if found.clue is Clue.CARD:
        return translate("wizard", "Same card")
    if found.clue is Clue.FINGER:
        told = translate("wizard", "Fingerprints match: {score}, {needed} would be enough")
        value, needed = (found.score.value, found.score.threshold) if found.score else (0.0, 0.0)
        return told.format(score=whole(value), needed=whole(needed))
    return translate("wizard", "{device} knows them as {number}.").format(device=device, number=found.person_id)


def answer_words(question: Question | None) -> str:
    """How a question to a supervisor stands; empty when none was asked."""
    if question is None:
        return ""
    if question.verdict is Verdict.REFUSED:
        told = translate("wizard", "A supervisor decided that this is no different person: {reason}")
        return told.format(reason=question.reason)
    if question.verdict is Verdict.WAITING:
        return translate("wizard", "A supervisor has been asked and has not decided yet.")
    return ""
