"""`evidence verify`: kept records checked again with the station closed, with exit codes for machines."""

import asyncio
import json
from pathlib import Path

import pytest

from app.cli import main
from app.paths import BASE_VARIABLE
from app.store import Passphrase, Store
from tests.store.evidence import record


def _verify(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str]:
    code = main(["--data", str(folder), "--config", str(folder / "station.toml"), "evidence", "verify", *more])
    return code, capsys.readouterr().out


def test_kept_evidence_is_checked_offline(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORE_PASSPHRASE", "a long passphrase")
    monkeypatch.setenv(BASE_VARIABLE, str(tmp_path))
    (tmp_path / "station.toml").write_text('[store]\nfolder = "kept"\npassphrase = "env:STORE_PASSPHRASE"\n')
    assert _verify(tmp_path, capsys, "--all")[0] == 1, "there is no store yet"
    assert _verify(tmp_path, capsys)[0] == 2

    async def keep() -> None:
        async with await Store.open(tmp_path / "kept", Passphrase("a long passphrase")) as store:
            await store.evidence.keep(record())
            await store.evidence.keep(record(evidence_id="e-2", score=9000.0))

    asyncio.run(keep())
    code, told = _verify(tmp_path, capsys, "e-1", "--json")
    (one,) = json.loads(told)["records"]
    assert (code, one["id"], one["holds"], one["proven"]) == (0, "e-1", True, False)
    code, told = _verify(tmp_path, capsys, "--all")
    assert code == 1
    assert "0 proven, 1 not proven, 1 NOT as kept" in told
    assert "differs: score" in told
    assert _verify(tmp_path, capsys, "e-9")[0] == 2
