"""Where the packaged program keeps compiled kernels: a folder of the user's, whatever the current one is.

In a packaged program functions say relative file names, and numba would look for its cache by the folder the program
was started in: compiled anew in each. `packaging/frozen.py` names this class to numba, whose locator it is.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from app.paths import keep_or_make, kernel_folder


class KernelCache:
    """Finds the cache of one function; numba asks each function's own."""

    def __init__(self, module: str, line: int) -> None:
        self._module = module
        self._line = line

    @classmethod
    def from_function(cls, function: Callable[..., Any], _file: str) -> KernelCache:
        """The place of a function's machine code."""
        return cls(function.__module__, function.__code__.co_firstlineno)

    def ensure_cache_path(self) -> None:
        """The folder is made when it is asked for."""

    def get_cache_path(self) -> str:
        """The folder of the function's module."""
        return str(keep_or_make(_root() / self._module))

    def get_disambiguator(self) -> str:
        """Tells functions of one name apart."""
        return str(self._line)

    def get_source_stamp(self) -> str:
        """Changes with every build of the program, and with it everything is compiled anew."""
        return _program()


@cache
def _root() -> Path:
    """The user's folder, or where there is none to be had, one that lasts as long as the program."""
    named = os.environ.get("NUMBA_CACHE_DIR")
    folder = Path(named) if named else kernel_folder()
    try:
        keep_or_make(folder)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return Path(_temporary().name)


@cache
def _temporary() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="enrollment-station-")


@cache
def _program() -> str:
    with Path(sys.executable).open("rb") as program:
        return hashlib.file_digest(program, "sha256").hexdigest()
