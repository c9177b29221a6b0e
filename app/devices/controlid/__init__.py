"""Control iD terminals, remote enrollment and callbacks."""
