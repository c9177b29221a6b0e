"""A store in a folder of its own, whose keyring lives in memory."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from app.store import MemoryVault, Store, SystemKeyring


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the store is."""
    return tmp_path / "store"


@pytest.fixture
def vault() -> MemoryVault:
    """The keyring that outlives a store that is closed and opened again."""
    return MemoryVault()


@pytest_asyncio.fixture
async def store(folder: Path, vault: MemoryVault) -> AsyncIterator[Store]:
    """An open store, closed afterwards."""
    opened = await Store.open(folder, SystemKeyring(vault))
    yield opened
    await opened.close()
