"""Enrollment Station: one desk for iris, face, finger and card enrollment across vendors."""

__version__ = "0.1.0"
"""The one place it stands: pyproject.toml and the packages take it from here."""
