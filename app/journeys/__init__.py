"""What the station does for a person, told in domain words; no Qt, no SQL, no HTTP."""
