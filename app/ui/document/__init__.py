"""The Compare page: a portrait on a document against a selfie, with evidence."""
