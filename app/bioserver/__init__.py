"""BioServer: selfie against document, with signed results."""
