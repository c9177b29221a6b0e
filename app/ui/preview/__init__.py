"""The live picture: frames from a device's worker thread, painted with marks, distance and one guidance sentence."""
