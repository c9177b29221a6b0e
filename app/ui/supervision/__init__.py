"""What supervisors and administrators do: questions that wait, the journal, the operators."""
