"""How a position stands, in words with a tone, and what a try came to."""

from app.domain.capture import RetryReason
from app.domain.enrollment import ExceptionReason
from app.domain.modality import Position
from app.domain.sample import QualityReason
from app.ui import words
from app.ui.i18n import translate
from app.ui.theme import Tone
from app.ui.wizard.standing import PositionStanding, Standing, Verdict
from app.ui.wizard.suggestion_words import suggestion_text
from app.ui.wizard.words import position_list, retry_reason, whole


def verdict_words(standing: PositionStanding) -> tuple[str, Tone]:
    """How a position stands, and the tone of saying it."""
    if standing.verdict is Verdict.EXCEPTED:
        return _excepted_words(standing), Tone.INFO
    if standing.verdict is Verdict.OPEN:
        return translate("wizard", "Not captured yet"), Tone.MUTED
    if standing.position is Position.CARD:
        return translate("wizard", "Read"), Tone.OK
    if standing.verdict is Verdict.GOOD:
        return translate("wizard", "{score}, good").format(score=whole(standing.best[0].score)), Tone.OK
    if standing.twin is not None:
        told = translate("wizard", "Same finger as the {position}")
        return told.format(position=words.name(standing.twin).lower()), Tone.BAD
    return _poor_words(standing), Tone.WARN


def _excepted_words(standing: PositionStanding) -> str:
    if standing.kept_best:
        told = translate("wizard", "{score}, best of {count} tries")
        return told.format(score=whole(standing.best[0].score), count=whole(standing.tries))
    reason = standing.failure.reason if standing.failure else ExceptionReason.MEDICAL
    return translate("wizard", "Without: {reason}").format(reason=words.name(reason))


def _poor_words(standing: PositionStanding) -> str:
    best = standing.best[0]
    if best.reason in {QualityReason.OK, QualityReason.LOW_SCORE}:
        told = translate("wizard", "{score}, too low: {needed} needed")
        return told.format(score=whole(best.score), needed=whole(standing.threshold))
    reason = words.name(best.reason).lower()
    return translate("wizard", "{score}, {reason}").format(score=whole(best.score), reason=reason)


def outcome_words(standing: Standing) -> str:
    """What the last try came to, in one sentence."""
    last = standing.last
    if last is None:
        return ""
    if last.outcome in set(RetryReason) - {RetryReason.POOR_QUALITY}:
        modality = last.positions[0].modality if last.positions else None
        return retry_reason(RetryReason(last.outcome), modality, last.detail)
    twin = next((each for each in standing.open if each.twin is not None), None)
    if twin is not None:
        return _twin_words(twin)
    poor = [each.position for each in standing.open if each.best]
    missing = [each.position for each in standing.open if not each.best]
    if poor:
        return translate("wizard", "Not good enough yet: {positions}.").format(positions=position_list(poor))
    if missing:
        return translate("wizard", "Still missing: {positions}.").format(positions=position_list(missing))
    return translate("wizard", "Everything is captured and good.")


def _twin_words(standing: PositionStanding) -> str:
    """One finger under two names: likely the other hand, or the finger beside it."""
    told = translate("wizard", "This is the finger that was captured as the {other} before.")
    return told.format(other=words.name(standing.twin).lower() if standing.twin else "")


def other_hand(one: Position, other: Position) -> bool:
    """Whether two fingers are the same one of either hand."""
    return one is not other and one.value.partition("-")[2] == other.value.partition("-")[2]


def suggestion_words(standing: Standing) -> str:
    """What to do differently, empty when nothing is open."""
    twin = next((each for each in standing.open if each.twin is not None), None)
    if twin is not None and twin.twin is not None:
        if other_hand(twin.position, twin.twin):
            told = translate("wizard", "Was it the wrong hand? Capture the {position} again, with the other hand.")
            return told.format(position=words.name(twin.position).lower())
        told = translate("wizard", "Point at the {position} on the person's hand, then capture it again.")
        return told.format(position=words.name(twin.position).lower())
    if not standing.open or standing.suggestion is None:
        return ""
    return suggestion_text(standing.suggestion)


def progress_words(stage: str, step: int, steps: int) -> str:
    """Where a capture stands."""
    told = {
        "press": translate("wizard", "Press the finger on the sensor"),
        "lift": translate("wizard", "Lift the finger"),
        "already-enrolled": translate("wizard", "The terminal knows this finger already. Another one, please"),
        "opening": translate("wizard", "Connecting to the terminal"),
        "connecting": translate("wizard", "Connecting to the terminal"),
        "preparing": translate("wizard", "Getting the terminal ready"),
        "starting": translate("wizard", "Starting the cameras"),
        "capturing": translate("wizard", "Capturing"),
        "again": translate("wizard", "That was another finger. From the beginning: press the finger on the sensor"),
        "waiting": translate("wizard", "Waiting"),
        "reading": translate("wizard", "Reading the result"),
        "checking": translate("wizard", "Checking the result"),
        "storing": translate("wizard", "Storing safely"),
        "keeping": translate("wizard", "Storing safely"),
        "finishing": translate("wizard", "Setting the terminal back"),
    }.get(stage, translate("wizard", "Capturing"))
    if steps > 1:
        told = translate("wizard", "{what}, {step} of {steps}").format(what=told, step=step, steps=steps)
    return told
