"""The simulated BioServer, driven over its sockets."""
