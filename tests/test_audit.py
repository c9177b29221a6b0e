"""`evidence verify` and `audit`: what is kept as proof is checked with the station closed; exit codes for machines."""

import asyncio
import json
from pathlib import Path

import pytest

from app.audit import FINDINGS, finding_words
from app.cli import main
from app.domain.audit import AuditFault, AuditFinding
from app.domain.records import JournalEntry
from app.paths import BASE_VARIABLE
from app.store import Passphrase, Store
from tests.store import tamper
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


def _audit(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str]:
    code = main(["--data", str(folder), "--config", str(folder / "station.toml"), "audit", *more])
    return code, capsys.readouterr().out


def test_the_journal_is_looked_through_exported_and_verified_elsewhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORE_PASSPHRASE", "a long passphrase")
    monkeypatch.setenv(BASE_VARIABLE, str(tmp_path))
    (tmp_path / "station.toml").write_text('[store]\nfolder = "kept"\npassphrase = "env:STORE_PASSPHRASE"\n')
    assert _audit(tmp_path, capsys, "verify")[0] == 1, "there is no store yet"

    async def act() -> str:
        async with await Store.open(tmp_path / "kept", Passphrase("a long passphrase")) as store:
            for number in range(5):
                await store.journal.append(JournalEntry(f"act-{number}", "ana"))
            return (await store.journal.head()).short

    receipt = asyncio.run(act())
    code, told = _audit(tmp_path, capsys, "verify", "--head", receipt)
    assert (code, told.splitlines()[0]) == (0, "5 entries, signed up to number 5: the journal holds.")
    export, key = tmp_path / "journal.jsonl", tmp_path / "key.pem"
    assert _audit(tmp_path, capsys, "export", str(export))[0] == 0
    key.write_text(_audit(tmp_path, capsys, "key")[1])
    code, told = _audit(tmp_path, capsys, "verify", str(export), "--key", str(key), "--json")
    assert (code, json.loads(told)["entries"], json.loads(told)["findings"]) == (0, 6, [])
    export.write_text(export.read_text().replace("act-2", "act-9"))
    code, told = _audit(tmp_path, capsys, "verify", str(export))
    assert (code, told.splitlines()[0]) == (1, "  BAD  entry 3 altered")
    assert "compare it with the one" in told
    assert _audit(tmp_path, capsys, "verify", str(key))[0] == 2

    tamper.cut(tmp_path / "kept", 4)
    code, told = _audit(tmp_path, capsys, "verify", "--json")
    assert (code, json.loads(told)["findings"]) == (1, [{"fault": "cut", "first": 5, "last": 6}])


def test_every_fault_has_its_words() -> None:
    assert set(FINDINGS) == set(AuditFault)
    assert finding_words(AuditFinding(AuditFault.REMOVED, 3, 5)) == "entries 3 to 5 removed"
