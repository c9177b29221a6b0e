"""Small widgets every page is made of; they show, pages compose, journeys decide."""

from app.ui.widgets.basics import Card, EmptyState, KeyValueList, Rule, heading, paragraph, scrolled, small, title
from app.ui.widgets.buttons import danger_button, icon_button, primary_button, quiet_button, secondary_button
from app.ui.widgets.fields import FieldRow
from app.ui.widgets.message_bar import MessageBar
from app.ui.widgets.status import BusyLine, Lamp, StatusLamp

__all__ = [
    "BusyLine",
    "Card",
    "EmptyState",
    "FieldRow",
    "KeyValueList",
    "Lamp",
    "MessageBar",
    "Rule",
    "StatusLamp",
    "danger_button",
    "heading",
    "icon_button",
    "paragraph",
    "primary_button",
    "quiet_button",
    "scrolled",
    "secondary_button",
    "small",
    "title",
]
