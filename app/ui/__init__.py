"""The window: the only package, with main, that imports Qt."""
