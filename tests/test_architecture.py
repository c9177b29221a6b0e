"""The seven rules of the house hold, and each rule is proved to bite on a planted violation."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LINT = "import sys; sys.path.insert(0, ''); from importlinter.cli import lint_imports_command as run; run()"
EMPTY = '"""Planted."""\n'

# contract → the modules planted into a copy, with what they import against the rule
PLANTED: dict[str, dict[str, str]] = {
    "layers": {
        "domain/planted_a.py": "import app.config",
        "paths_planted.py": "",  # at home in no layer
        "store/planted_b.py": "import app.journeys.ports",
        "matching/planted_c.py": "import app.bioserver",
        "journeys/planted_d.py": "from app.callbacks import __doc__",
        "gateway/planted_e.py": "import app.simulators",
        "devices/planted_f.py": "def late():\n    import app.cli",
    },
    "protocols": {
        "journeys/planted_g.py": "import app.devices.ef45",
        "ui/planted_h.py": "from app.store import __doc__",
        "ui/planted_i.py": "import httpx",
        "journeys/planted_j.py": "import sqlite3",
        "ui/planted_k.py": "import urllib.request",
    },
    "vendors": {"devices/ef45/planted_l.py": "from app.devices import controlid"},
    "qt": {
        "journeys/planted_m.py": "from PySide6.QtCore import QObject",
        "store/planted_n.py": "import shiboken6",
        "callbacks/planted_o.py": "import qasync",
    },
    "simulators": {
        "simulators/planted_p.py": "import app.devices.ef45.codec",
        "simulators/planted_q.py": "import app.matching",
    },
    "sql": {
        "bioserver/planted_r.py": "import sqlite3",
        "gateway/planted_s.py": "from sqlalchemy import text",
        "ui/planted_t.py": "import alembic.command",
    },
    "protobuf": {
        "bioserver/planted_u.py": "from google.protobuf import message",
        "ui/planted_v.py": "import grpc",
        "callbacks/planted_w.py": "import app.devices.gsdk",
    },
    "cycles": {
        "store/planted_x/__init__.py": "import app.store.planted_y",
        "store/planted_y/__init__.py": "import app.store.planted_x.deep",
        "store/planted_x/deep.py": "",
    },
}


def _lint(folder: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", LINT, "--no-logo", "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={"COLUMNS": "200", "PYTHONUTF8": "1"},
    )
    return done.returncode, done.stdout + done.stderr


def _contracts() -> dict[str, str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    return {contract["id"]: contract["name"] for contract in settings["contracts"]}


def test_every_rule_is_kept() -> None:
    code, told = _lint(ROOT)
    assert code == 0, told
    assert f"Contracts: {len(_contracts())} kept, 0 broken." in told


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the linter says of each contract over a copy with every violation planted."""
    copy = tmp_path_factory.mktemp("planted")
    shutil.copy(ROOT / "pyproject.toml", copy)
    shutil.copytree(ROOT / "app", copy / "app", ignore=lambda _folder, names: [n for n in names if n == "__pycache__"])
    for files in PLANTED.values():
        for name, line in files.items():
            path = copy / "app" / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(EMPTY + line + "\n", "utf-8")
    code, told = _lint(copy)
    assert code == 1, told
    report = told.partition("Broken contracts")[2]
    return {contract: _section(report, name) for contract, name in _contracts().items()}


def _section(report: str, name: str) -> str:
    """The part of the report below a contract's name, up to the next contract."""
    after = report.partition(f"\n{name}\n")[2]
    return re.split(r"\n\n\n(?=\S.*\n-{5})", after)[0]


def test_no_contract_is_without_a_planted_violation() -> None:
    assert set(PLANTED) == set(_contracts())


@pytest.mark.parametrize(("contract", "file"), [(contract, file) for contract in PLANTED for file in PLANTED[contract]])
def test_the_rule_bites(contract: str, file: str, verdicts: dict[str, str]) -> None:
    planted = next(part for part in Path(file).parts if "planted" in part).removesuffix(".py")
    assert planted in verdicts[contract]


def test_only_the_store_writes_sql() -> None:
    """Text that is SQL, wherever it stands; an import is not needed to smuggle it past the layers."""
    statement = re.compile(
        r"[\"'](SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+TABLE)\s", re.I
    )
    found = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "app").rglob("*.py")
        if statement.search(path.read_text("utf-8")) and "store" not in path.relative_to(ROOT / "app").parts[:1]
    ]
    assert not found


def test_the_top_level_is_fixed() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split(
        "\n"
    )
    top = {name.split("/")[0] for name in listed if name}
    allowed = {"pyproject.toml", "README.md", "LICENSE", "app", "resources", "tests", "packaging"}
    assert {name for name in top if not name.startswith(".")} <= allowed
