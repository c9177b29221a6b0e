"""Loads or compiles the kernels before the first comparison needs them."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt

from app import logs
from app.matching import jit
from app.matching.extraction import extract
from app.matching.features import Features, features_of
from app.matching.gallery import Gallery
from app.matching.matcher import Matcher, Probe
from app.matching.minutiae import Minutiae
from app.matching.segment import Entry

LOG = logging.getLogger(__name__)


def _print(count: int) -> Minutiae:
    """Minutiae on a spiral: of nobody, but comparable."""
    at = np.arange(count)
    x, y = 150 + 6 * at * np.cos(at), 150 + 6 * at * np.sin(at)
    ones = np.ones(count, np.uint8)
    return Minutiae(x.astype(np.int16), y.astype(np.int16), (at * 37 % 256).astype(np.uint8), ones, ones, 300, 300)


def _picture() -> npt.NDArray[np.uint8]:
    """Rings nine pixels apart with breaks in them: ridges that end, of nobody."""
    y, x = np.mgrid[:200, :200] - 100.0
    wave = np.cos(np.hypot(x, 1.3 * y) * (math.tau / 9) + 2 * np.arctan2(y, x))
    gray: npt.NDArray[np.uint8] = (128 + 100 * wave).astype(np.uint8)
    return gray


def warm(stop: Callable[[], bool] = lambda: False, examines: Callable[[], object] = lambda: None) -> None:
    """Run everything once, on a tiny gallery and picture: a second from the cache, a minute the first time ever.

    In the order in which a station needs it: a press is examined before fingers are compared, and those before a whole
    gallery is searched. `examines` is called when prints can be examined. For a background thread; `stop` is asked
    between the parts.
    """
    started = time.perf_counter()
    with Matcher(threads=1) as matcher:
        for step in (_examine, examines, partial(_compare, matcher), _load, partial(_search, matcher)):
            if stop():
                return
            step()
    spent = round(1000 * (time.perf_counter() - started))
    logs.event(LOG, "matching-ready", mode="compiled" if jit.COMPILED else "plain", ms=spent)


def _examine() -> None:
    extract(_picture())
    _features()


def _features() -> Features:
    return features_of(_print(20))


def _compare(matcher: Matcher) -> None:
    matcher.verify([Probe(_features())], [Probe(_features())])


def _load() -> None:
    Gallery.load([("nobody", "", _features().to_bytes())])


def _search(matcher: Matcher) -> None:
    matcher.search(Gallery([Entry("nobody", "", _features())]).snapshot, [Probe(_features())])
