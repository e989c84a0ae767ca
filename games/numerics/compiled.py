"""Compiled kernels whose cached machine code follows the source of *all* kernels.

Numba renews a cached function when its own file changes, not when a kernel it calls from another file does; a stale
one would give wrong answers without a word.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast, final

from numba import njit
from numba.core.caching import FunctionCache
from numba.core.runtime.nrt import rtsys

Function = TypeVar("Function", bound=Callable[..., Any])


@cache
def _source_of_all_kernels() -> str:
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parents[1].rglob("*.py")):
        source = path.read_bytes()
        if __name__.encode() in source or path.parent == Path(__file__).parent:
            digest.update(source)
    return digest.hexdigest()


@final
class _Cache(FunctionCache):
    """Numba's cache, read without making ready to compile first.

    That would import all that numba can translate, a third of a second in every run, and machine code that is there
    needs none of it but the runtime; where nothing is cached, the compiler makes itself ready.
    """

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The cached machine code for a signature; None if there is none."""
        cache: Any = self
        rtsys.initialize(target_context)
        with cache._guard_against_spurious_io_errors():
            return cache._load_overload(sig, target_context)


def kernel(function: Function) -> Function:
    """Compile to machine code at the first call and cache it on disk."""
    compiled, cached = cast(Any, njit(function)), cast(Any, _Cache)
    compiled._cache = cached(function)
    compiled._cache._cache_file._source_stamp = _source_of_all_kernels()
    return cast(Function, compiled)
