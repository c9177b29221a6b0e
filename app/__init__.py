"""Enrollment Station: one desk for iris, face, finger and card enrollment across vendors."""

__version__ = "0.1.0"
