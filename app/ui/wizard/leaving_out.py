"""Leaving something out that only a supervisor may let out: one decides now, or the question waits in the queue."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from app.domain.question import Subject
from app.journeys.flow_inputs import Except
from app.ui import words
from app.ui.here_or_later import Answer, HereOrLater
from app.ui.wizard.context import Context


async def may_leave_out(parent: QWidget, context: Context, given: Sequence[Except]) -> Answer:
    """UNLOCKED when the rules, or a supervisor who is here, let it be left out; what was asked waits in the queue."""
    journey = context.journey
    wanted = [each.failure for each in given if journey.needs_supervisor(each)]
    if not wanted:
        return Answer.UNLOCKED
    answer = await HereOrLater(parent).choose(context.station, context.tasks)
    if answer is Answer.LATER:
        for failure in wanted:
            text = " ".join(part for part in (words.name(failure.reason), failure.note) if part)
            await journey.ask_supervisor(Subject.EXCEPTION, text, failure.position.value)
    return answer
