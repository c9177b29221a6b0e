"""The benchmarks keep their interface: any folder of `<finger>_<impression>` files, and the agreed JSON keys."""

import json
import sys
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np
import pytest

from app.matching.records import FingerView, RecordFormat, write
from app.simulators.fingers import Conditions, Finger, MasterPrint, finger_seed
from tests.benchmarks import identify, recognition, sensors, verify
from tests.benchmarks._data import files, rates
from tests.matching.prints import minutiae


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four fingers with three impressions; one file is damaged."""
    for person in range(4):
        for touch in range(3):
            iso = write([FingerView(minutiae(person, touch))], limit=384).ljust(384, b"\0")
            (tmp_path / f"{100 + person}_{touch + 1}.iso").write_bytes(iso)
    (tmp_path / "103_3.iso").write_bytes(b"FMR\0 20\0 damaged")
    ansi = write([FingerView(minutiae(9, 0))], RecordFormat.ANSI_378_2004)
    (tmp_path / "right_thumb_9_1.ansi").write_bytes(ansi)
    (tmp_path / "notes.txt").write_text("not a print", encoding="utf-8")
    return tmp_path


def _run(module: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *options: str) -> dict[str, float]:
    target = tmp_path / "figures.json"
    monkeypatch.setattr(sys, "argv", [module.__name__, *options, "--json", str(target)])
    module.main()
    figures: dict[str, float] = json.loads(target.read_text(encoding="utf-8"))
    return figures


def test_recognition_of_records(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    figures = _run(recognition, monkeypatch, tmp_path, "--records", str(folder))
    assert set(figures) == {
        "eer", "fmr100", "fmr1000", "zero_fmr", "failed_extractions", "extract_ms_median", "compare_us_median",
    }  # fmt: skip
    assert figures["failed_extractions"] == 1
    assert figures["zero_fmr"] == pytest.approx(100 * 2 / 12, abs=0.1)


def test_identification_of_records(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    figures = _run(identify, monkeypatch, tmp_path, "--gallery", "40", "--records", str(folder), "--threads", "2")
    assert set(figures) == {
        "rank1", "fnir_at_fpir1", "latency_ms_median", "latency_ms_p95", "latency_ms_p99", "comparisons_per_s",
        "bytes_per_template", "prepare_ms",
    }  # fmt: skip
    assert figures["rank1"] == pytest.approx(100 * 7 / 8)
    assert figures["bytes_per_template"] > 1000


def test_verification_of_records(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "PAIRS", 30)
    assert _run(verify, monkeypatch, tmp_path, "--records", str(folder))["verify_ms_median"] > 0


def test_recognition_of_pictures_of_any_kind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name, number, touch, size in (("1_1.TIF", 0, 0, 300), ("1_3.png", 0, 1, 320), ("2_1.bmp", 1, 0, 280)):
        conditions = Conditions(width=size, height=size)
        image = MasterPrint(Finger(finger_seed(5, number))).impression(touch, conditions).image
        assert cv2.imwrite(str(folder / name), image)
    (folder / "2_2.tif").write_bytes(b"")
    (folder / "3_1.png").mkdir()
    (folder / "readme_1.txt").write_text("not a print", encoding="utf-8")
    figures = _run(recognition, monkeypatch, tmp_path, "--images", str(folder), "--dpi", "500")
    assert figures["failed_extractions"] == 1
    assert figures["extract_ms_median"] > 0
    assert "2_2.tif cannot be read" in capsys.readouterr().out


def test_fingers_and_impressions_are_told_by_the_last_mark(folder: Path) -> None:
    named = [(finger, impression) for finger, impression, _ in files(folder, (".iso", ".ansi"))]
    assert ("right_thumb_9", "1") in named
    assert [one for one in named if one[0] == "101"] == [("101", "1"), ("101", "2"), ("101", "3")]


def test_error_rates_of_known_scores() -> None:
    found = rates(np.array([1.0, 5, 6, 7]), np.array([0.0, 0, 0, 2]))
    assert (found.eer, found.zero_fmr) == (25.0, 25.0)
    perfect = rates(np.array([5.0, 6]), np.array([1.0, 2]))
    assert (perfect.eer, perfect.fmr100, perfect.zero_fmr) == (0.0, 0.0, 0.0)


def test_difficult_sets_are_measured_and_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = ["--only", "sweep", "--fingers", "2", "--impressions", "2"]
    figures = _run(sensors, monkeypatch, tmp_path, *small)
    assert set(figures) == {"sweep", "mean"}
    folder = tmp_path / "sets"
    monkeypatch.setattr(sys, "argv", ["sensors", *small, "--write", str(folder)])
    sensors.main()
    assert len(files(folder / "sweep", (".png",))) == len(files(folder / "sweep", (".iso",))) == 4
    picture = cv2.imread(str(folder / "sweep" / "1_1.png"), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    assert picture.shape == (480, 300)
