"""Cameras, played from recordings."""
