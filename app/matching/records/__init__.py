"""Minutiae records: read tolerantly, write strictly ISO/IEC 19794-2:2005 and ANSI INCITS 378-2004."""

from app.matching.records.model import ExtendedBlock, FingerView, MinutiaeRecord, Note, RecordFormat, Refusal
from app.matching.records.reader import parse
from app.matching.records.writer import SLOT_BYTES, keep_best, pad, write

__all__ = [
    "SLOT_BYTES",
    "ExtendedBlock",
    "FingerView",
    "MinutiaeRecord",
    "Note",
    "RecordFormat",
    "Refusal",
    "keep_best",
    "pad",
    "parse",
    "write",
]
