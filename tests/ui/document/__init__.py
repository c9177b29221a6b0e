"""The Compare page over the simulated service."""
