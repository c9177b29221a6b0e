"""USER PHRASE: what a terminal shows a person, by the first rule that fits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from app.domain.access import Holder
from app.domain.door import Why
from app.gateway.directory import Directory
from app.gateway.values import Code, Phrase, Verdict

LONGEST = 64
"""Characters shown; a long name must not push a message off the terminal's screen."""


@dataclass(frozen=True)
class PhraseRule:
    """One message: `person` and `group` empty mean everyone, `begin` and `end` the local time of day (None: always)."""

    text: str
    person: str = ""
    group: str = ""
    begin: time | None = None
    end: time | None = None

    def fits(self, holder: Holder, now: datetime) -> bool:
        """Whether this person sees it now; a span may go over midnight, its end is outside."""
        if self.person and self.person != holder.person_id:
            return False
        if self.group and self.group.casefold() != holder.group.strip().casefold():
            return False
        return self._is_time(now.astimezone().time())

    def _is_time(self, clock: time) -> bool:
        if self.begin is None or self.end is None:
            return True
        if self.begin <= self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end


def rule(text: str, person: str = "", group: str = "", between: str = "") -> PhraseRule:
    """A rule as the configuration writes it; `between` is "06:00-12:00" or empty."""
    if not between:
        return PhraseRule(text, person, group)
    begin, _, end = between.partition("-")
    return PhraseRule(text, person, group, time.fromisoformat(begin), time.fromisoformat(end))


def phrase(question: Phrase, rules: Iterable[PhraseRule], directory: Directory, now: datetime) -> Verdict:
    """What to show; SUCCESS with nothing when no rule fits, CANNOT_FIND_USER when nobody knows the person."""
    holder = directory.person(question.user_id)
    if holder is None:
        return Verdict(Code.CANNOT_FIND_USER, Why.PERSON_UNKNOWN)
    chosen = next((one for one in rules if one.fits(holder, now)), None)
    if chosen is None:
        return Verdict(Code.SUCCESS, Why.NOTHING_TO_SHOW, holder.person_id, holder.full_name)
    text = filled(chosen.text, holder)
    return Verdict(Code.SUCCESS, Why.SHOWN, holder.person_id, holder.full_name, phrase=text)


def filled(text: str, holder: Holder) -> str:
    """The text with the person's names in it, blanks put right, cut to LONGEST; other braces stay as written."""
    text = text.replace("{first_name}", holder.first_name).replace("{last_name}", holder.last_name)
    return " ".join(text.split())[:LONGEST]
