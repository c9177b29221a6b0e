"""The local store: encrypted references, drafts, journal and outbox over SQLite."""

from app.store.sources import KeySource, MemoryVault, Passphrase, SystemKeyring
from app.store.store import Store, key_method_of

__all__ = ["KeySource", "MemoryVault", "Passphrase", "Store", "SystemKeyring", "key_method_of"]
