"""Tests of the simulated Control iD terminal, over sockets with a plain HTTP client."""
