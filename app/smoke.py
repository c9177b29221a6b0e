"""The check of a packaged program: everything imports, the window opens on an empty store, everything closes."""

import importlib
import pkgutil
import tempfile
from pathlib import Path

import app
from app.assembly import Assembly
from app.config import Configuration
from app.paths import Profile, folders
from app.store import MemoryVault, SystemKeyring

NOT_IMPORTED = ("app.__main__",)


async def open_and_close() -> int:
    """0 when the window came up and went away again."""
    import_everything()
    with tempfile.TemporaryDirectory(prefix="enrollment-station-") as base:
        places = folders(Profile.PRACTICE, Path(base)).create()
        key = SystemKeyring(MemoryVault())
        async with Assembly(Configuration, places, key=key, practice=True).running() as ready:
            if ready is None:
                return 1
            ready.window.show()
            ready.window.close_for_real()
    return 0


def import_everything() -> None:
    """Import every module of the program, as a frozen one may have lost some."""
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if module.name not in NOT_IMPORTED and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
