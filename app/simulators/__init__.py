"""Every outside system, written from its document and never from our client."""
