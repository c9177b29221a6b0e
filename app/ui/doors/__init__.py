"""The doors page: how answering terminals goes, why it was decided so, and which terminals ask."""
