"""CMITech EF-45 iris and face terminals, REST API 1.0.0."""
