"""At which doors an enrollment will work and why not at others, in a clerk's words."""

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QLocale

from app.domain.modality import Modality
from app.domain.usability import Usability
from app.ui import words
from app.ui.i18n import translate
from app.ui.wizard.words import whole


def doors_words(doors: Sequence[Usability], name: Callable[[str], str]) -> tuple[str, list[str]]:
    """How many doors it will work at, and a line for each where it does not, or only in part."""
    working = sum(each.works for each in doors)
    if working == len(doors):
        first = translate("wizard", "Will work at every door.")
    else:
        told = translate("wizard", "Will work at {count} of {all} doors.")
        first = told.format(count=whole(working), all=whole(len(doors)))
    lines = [_line(each, name(each.device_id)) for each in doors]
    return first, [line for line in lines if line]


def _line(door: Usability, name: str) -> str:
    if door.foreign:
        told = translate("wizard", "{door} cannot use {what}: captured in a form that only other makes read.")
        return told.format(door=name, what=_list(door.foreign))
    if not door.works:
        told = translate("wizard", "{door} will not know the person, because it needs one of: {what}.")
        return told.format(door=name, what=_list(door.lacking))
    return ""


def _list(modalities: Iterable[Modality]) -> str:
    ordered = [each for each in Modality if each in set(modalities)]
    return QLocale().createSeparatedList([words.name(each).lower() for each in ordered])
