"""Fingers made visible: the two hands to choose from, a press in progress, prints side by side."""
