"""VERIFY: who holds this card, or whose number was typed, and may that person pass now."""

from datetime import datetime

from app.domain.access import Holder, Standing, card_key_of
from app.domain.door import Asked, Why
from app.gateway.directory import Directory
from app.gateway.values import Code, Verdict, VerifyCard, VerifyNumber, refusal, why_not


def verify(question: VerifyCard | VerifyNumber, directory: Directory, now: datetime) -> Verdict:
    """The verdict; a person nobody knows is CANNOT_FIND_USER, one who may not pass now VERIFY_FAIL."""
    if isinstance(question, VerifyCard):
        return _card(question, directory, now)
    holder = directory.person(question.user_id)
    if holder is None:
        return Verdict(Code.CANNOT_FIND_USER, Why.PERSON_UNKNOWN)
    return admitted(holder, Asked.NUMBER, now)


def admitted(holder: Holder, asked: Asked, now: datetime) -> Verdict:
    """Yes, unless the person is disabled or not valid now."""
    standing = holder.standing(now)
    if standing is not Standing.WELCOME:
        return refusal(asked, why_not(standing), holder)
    return Verdict(Code.SUCCESS, Why.KNOWN, holder.person_id, holder.full_name)


def _card(question: VerifyCard, directory: Directory, now: datetime) -> Verdict:
    if not card_key_of(question.data):
        return refusal(Asked.CARD, Why.CARD_MISSING)
    owners = directory.by_card(question.data, turned=question.turned)
    if not owners:
        return Verdict(Code.CANNOT_FIND_USER, Why.CARD_UNKNOWN)
    if len(owners) > 1:
        return refusal(Asked.CARD, Why.CARD_AMBIGUOUS)
    return admitted(owners[0], Asked.CARD, now)
