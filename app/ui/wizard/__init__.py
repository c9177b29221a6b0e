"""The enrollment wizard: a thin shell that renders the journey's state, one page per kind of step."""
