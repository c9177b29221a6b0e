"""The values the store hands out and takes, gathered for its modules."""

from app.journeys.ports import (
    Draft,
    DraftSummary,
    FeatureRow,
    Job,
    JournalEntry,
    KeptSample,
    PeoplePage,
    PersonRecord,
    PersonSummary,
)

__all__ = [
    "Draft",
    "DraftSummary",
    "FeatureRow",
    "Job",
    "JournalEntry",
    "KeptSample",
    "PeoplePage",
    "PersonRecord",
    "PersonSummary",
]
