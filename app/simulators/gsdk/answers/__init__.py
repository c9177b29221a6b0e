"""What a simulated gateway answers, one module for each of its services or a few that belong together."""
