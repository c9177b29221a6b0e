"""Compiled kernels where numba loads; the reason where it does not."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from app import logs
from app.paths import kernel_folder

LOG = logging.getLogger(__name__)

PLAIN_VARIABLE: Final = "ENROLLMENT_STATION_PLAIN_MATCHING"
"""Set to 1 to search without numba, as on a machine where it cannot load."""

_F = TypeVar("_F", bound=Callable[..., Any])


def _cache_folder() -> None:
    """Compiled code goes beside the sources, or to the user's cache where an installation is read-only."""
    if not os.access(Path(__file__).parent, os.W_OK):
        os.environ.setdefault("NUMBA_CACHE_DIR", str(kernel_folder()))


def _why_plain() -> str | None:
    """Why kernels are not compiled, or None when they are."""
    if os.environ.get(PLAIN_VARIABLE) == "1":
        return "switched-off"
    _cache_folder()
    try:
        import numba  # noqa: F401 - the import itself is what may fail
    except (ImportError, OSError):  # missing, or its library is blocked on a locked-down PC
        return "numba-cannot-load"
    return None


PLAIN_REASON: Final = _why_plain()
COMPILED: Final = PLAIN_REASON is None

if PLAIN_REASON:  # same results, slower: worth knowing when a search is late
    logs.event(LOG, "matching-plain", logging.WARNING, why=PLAIN_REASON)


def compiled(function: _F) -> _F:
    """`function` as machine code without the GIL, cached on disk; unchanged when numba is not there."""
    return _compiled(function, forceinline=False)


def inlined(function: _F) -> _F:
    """`compiled`, and always merged into its callers: for small bodies of hot loops."""
    return _compiled(function, forceinline=True)


def _compiled(function: _F, *, forceinline: bool) -> _F:
    if not COMPILED:
        return function
    from numba import njit

    make = njit(cache=True, nogil=True, boundscheck=False, error_model="numpy", forceinline=forceinline)
    return cast(_F, make(function))


def _make_popcounts() -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """Bits set in one uint32 and in one uint64, callable from compiled code."""
    if not COMPILED:
        return (lambda word: int(word).bit_count(),) * 2
    from llvmlite import ir
    from numba import types
    from numba.extending import intrinsic

    def counter(kind: Any) -> Any:
        @intrinsic
        def count(typing: Any, word: Any) -> Any:
            def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
                return builder.ctpop(context.cast(builder, args[0], signature.args[0], kind))

            return kind(kind), generate

        return count

    return counter(types.uint32), counter(types.uint64)


popcount32, popcount64 = _make_popcounts()


def _make_memory() -> Callable[[Any, Any], Any]:
    """Compiled code's view of the uint32 at an address, in some shape; whoever calls keeps the memory alive."""
    if not COMPILED:
        return lambda address, shape: None
    import numba
    from numba.extending import intrinsic, register_jitable

    library: Any = numba
    kind = library.types.CPointer(library.types.uint32)

    @intrinsic
    def typed(typing: Any, address: Any) -> Any:

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            return builder.inttoptr(args[0], context.get_value_type(kind))

        return kind(library.types.uint64), generate

    pointer: Any = typed

    def memory(address: Any, shape: Any) -> Any:
        return library.carray(pointer(address), shape)

    made: Callable[[Any, Any], Any] = register_jitable(memory)
    return made


memory32 = _make_memory()
