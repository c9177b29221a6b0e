"""The local store: encrypted references, drafts, journal and outbox over SQLite."""
