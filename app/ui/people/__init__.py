"""People in a list and in full: rows, samples, deliveries, drafts."""
