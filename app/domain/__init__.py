"""What a sample, a reference, a score and an enrollment are; standard library only."""
