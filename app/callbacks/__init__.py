"""Inbound HTTP: what terminals post to the station."""
