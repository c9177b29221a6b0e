"""The first stage of a search: every template of the gallery voted on, the best kept."""
