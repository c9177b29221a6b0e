"""There is always an idea, it fits the reason, and it changes from try to try."""

import pytest

from app.domain.capture import RetryReason
from app.domain.modality import Modality
from app.domain.sample import QualityReason
from app.journeys.suggestions import Suggestion, suggest


@pytest.mark.parametrize("modality", list(Modality))
@pytest.mark.parametrize("reason", [*RetryReason, *QualityReason, "never heard of"])
def test_two_tries_get_two_different_ideas(modality: Modality, reason: str) -> None:
    first = suggest(modality, reason)
    assert suggest(modality, reason, (first,)) is not first


def test_a_contact_lens_is_named_first() -> None:
    assert suggest(Modality.IRIS, RetryReason.CONTACT_LENS) is Suggestion.REMOVE_LENSES


def test_ideas_start_over_when_all_were_given() -> None:
    given: tuple[Suggestion, ...] = ()
    for _ in range(12):
        given = (*given, suggest(Modality.CARD, "timed-out", given))
    assert len(given) == 12


def test_nobody_is_told_of_a_distance_bar_that_is_not_there() -> None:
    assert suggest(Modality.FACE, RetryReason.NOBODY_SEEN) is Suggestion.FOLLOW_DISTANCE
    for modality in (Modality.FINGER, Modality.CARD):
        assert suggest(modality, RetryReason.NOBODY_SEEN) is not Suggestion.FOLLOW_DISTANCE


def test_what_the_device_did_is_not_put_down_to_the_person() -> None:
    assert suggest(Modality.FINGER, RetryReason.RESULT_LOST) is Suggestion.CHECK_WAY_BACK
    assert suggest(Modality.FINGER, RetryReason.EMPTY_RESULT) is Suggestion.ONCE_MORE
    assert suggest(Modality.FACE, RetryReason.ALREADY_ENROLLED) is Suggestion.LOOK_FACE_UP
