"""Tell faces apart: what stays the same about a face in any picture of it, measured, and how far two of them differ.

The aligned face is cut into cells; each cell keeps the directions of its edges and its color against the whole face.
Two faces differ by the mean of their cells' differences, the worst third left out: a strand of hair or a pair of
glasses may cover something.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from app.simulators.bioserver.finding import FoundFace, Picture, aligned

Features = NDArray[np.int16]
Floats = NDArray[np.float32]

_EYE_DISTANCE: Final = 48.0
_PATCH: Final = (132, 132)
_EYE_ROW: Final = 56.0
_CELL: Final = 12
_BINS: Final = 8
CELLS: Final = 121
VALUES: Final = 12
"""Per cell: eight edge directions, three color shares, one brightness."""
_USUAL_LIGHT: Final = 120.0
_WEAK_EDGE: Final = 1.0
_UNIT: Final = 4096.0
_KEPT: Final = 0.65
_LOWEST_FAR: Final = 1e-16

# Measured on 40 people: pictures of one person differ by less than 0.016, by less than 0.025 when glasses came off;
# pictures of two people by more than 0.044.
_DIFFERENCE: Final = (0.0, 0.006, 0.014, 0.024, 0.032, 0.038, 0.050, 0.080, 0.160, 0.500)
_SCORE: Final = (10270.0, 8000.0, 6500.0, 4200.0, 2900.0, 2200.0, 1600.0, 900.0, 300.0, 40.0)


def measure(picture: Picture, face: FoundFace) -> Features:
    """What identifies the face, shape (CELLS, VALUES), in units of 1/4096."""
    patch = aligned(
        picture, face.first_eye, face.second_eye, eye_distance=_EYE_DISTANCE, size=_PATCH, eye_line=_EYE_ROW
    )
    cells = np.concatenate([_edges(patch), _colors(patch)], axis=-1).reshape(CELLS, VALUES)
    return np.asarray(np.clip(np.round(cells * _UNIT), -32768, 32767), np.int16)


def difference(one: Features, two: Features) -> float:
    """0 for the same picture; see the figures above."""
    apart = (one.astype(np.float32) - two.astype(np.float32)) / _UNIT
    cells = np.sort(np.sqrt((apart**2).sum(axis=1)))
    return float(cells[: int(CELLS * _KEPT)].mean())


def score_of(one: Features, two: Features) -> float:
    """The comparison score: 2500 and more for one person, 10270 for one picture."""
    return float(np.float32(np.interp(difference(one, two), _DIFFERENCE, _SCORE)))


def false_acceptance_rate(score: float) -> float:
    """Percent, by the document's table: 1 % at 2500, a tenth of it every 500 further."""
    return min(100.0, max(_LOWEST_FAR, float(10.0 ** ((2500.0 - score) / 500.0))))


def _edges(patch: Picture) -> Floats:
    gray = cv2.cvtColor(patch, cv2.COLOR_BGR2GRAY).astype(np.float32)
    gray = np.sqrt(gray * (_USUAL_LIGHT / max(1.0, float(gray.mean()))) + 4)
    gray = np.asarray(cv2.GaussianBlur(gray, (0, 0), 1.5), np.float32)
    across, down = cv2.Sobel(gray, cv2.CV_32F, 1, 0), cv2.Sobel(gray, cv2.CV_32F, 0, 1)
    size = np.hypot(across, down)
    turn = (np.arctan2(down, across) % (2 * np.pi)) / (2 * np.pi) * _BINS
    low = np.floor(turn)
    share = turn - low
    bins = [
        _pooled(size * np.where(low % _BINS == at, 1 - share, np.where((low + 1) % _BINS == at, share, 0)), 2.5)
        for at in range(_BINS)
    ]
    edges = np.stack(bins, axis=-1)
    strength = np.linalg.norm(edges, axis=-1, keepdims=True)
    return np.asarray(edges / (strength + _WEAK_EDGE), np.float32)


def _colors(patch: Picture) -> Floats:
    logs = np.log(_pooled(patch.astype(np.float32), 3.0) + 3)
    brightness = logs.mean(axis=-1, keepdims=True)
    return np.asarray(np.concatenate([logs - brightness, 0.3 * (brightness - brightness.mean())], axis=-1), np.float32)


def _pooled(values: NDArray[np.floating], narrow: float) -> Floats:
    soft = cv2.GaussianBlur(values.astype(np.float32), (0, 0), _CELL / narrow)
    return np.asarray(soft[_CELL // 2 :: _CELL, _CELL // 2 :: _CELL], np.float32)
