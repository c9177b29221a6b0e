"""Operators on the screen."""
