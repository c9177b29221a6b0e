"""The server-matching handler that answers the device gateway from its own thread."""
