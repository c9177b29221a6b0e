"""Qt models for lists and tables; plain data in, roles out."""
