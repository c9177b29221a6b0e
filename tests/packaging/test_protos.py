"""The checked-in wire code of the gateway is what its templates give."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_generating_anew_gives_the_same_files(tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "packaging/protos.py", tmp_path], check=True)

    written = {path.relative_to(tmp_path): path.read_text() for path in tmp_path.rglob("*") if path.is_file()}
    kept = {path: (ROOT / path).read_text() for path in written if (ROOT / path).is_file()}
    generated = [
        path for folder in ("a", "b", "c", "common") for path in (ROOT / "app/devices/gsdk/pb" / folder).glob("*.p*")
    ]

    assert kept == written
    assert {path.relative_to(ROOT) for path in generated} <= set(written)
