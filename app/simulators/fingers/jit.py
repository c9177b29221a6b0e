"""Compile number loops when numba can load; run the same loops as plain Python when it cannot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

_F = TypeVar("_F", bound=Callable[..., Any])


def compiled(function: _F) -> _F:
    """`function` as machine code (nogil, cached on disk); unchanged where numba is missing or blocked."""
    try:
        from numba import njit
    except (ImportError, OSError):  # a locked-down PC may refuse to load the compiler's library
        return function
    return cast(_F, njit(cache=True, nogil=True, fastmath=False)(function))
