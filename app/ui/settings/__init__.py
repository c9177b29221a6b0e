"""Forms for the configuration, made from its own description of itself."""
