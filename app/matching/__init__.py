"""The fingerprint matching engine: records, extraction, gallery and search."""
