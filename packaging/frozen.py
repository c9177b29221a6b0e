"""Runs first in the packaged program: what must be set before anything is imported."""

import os

# Read by numba when it is imported, by whoever is first.
os.environ["NUMBA_CACHE_LOCATOR_CLASSES"] = "app.matching.kernels.KernelCache"
