"""The bundle for support: versions, settings, checks and logs; nothing biometric, no name, no secret."""

import asyncio
import logging
import zipfile
from pathlib import Path

import pytest

from app import logs
from app.bundle import write
from app.cli import main
from app.paths import Profile, folders
from app.store import MemoryVault, Store, SystemKeyring
from tests.store.people import enrollment

CONFIGURATION = """
[station]
name = "Desk of Geheimnis"
supervisor = "env:VERY_SECRET_NAME"
[[devices]]
id = "iris-1"
vendor = "ef45"
label = "Door of Secretia"
address = "http://127.0.0.1:9"
enabled = false
"""
FORBIDDEN = (b"Geheimnis", b"Secretia", b"P-4711", b"VERY_SECRET", b"hunter2")


async def test_a_bundle_holds_what_support_needs_and_nothing_of_anybody(tmp_path: Path) -> None:
    places = folders(Profile.REAL, tmp_path).create()
    places.config_file.write_text(CONFIGURATION)
    who = enrollment("P-4711", last="Geheimnis", first="Secretia")
    async with await Store.open(places.data, SystemKeyring(MemoryVault())) as store:
        await store.people.save(who, targets=(), actor="ana")
    logger = logging.getLogger("app.test")
    logs.install(places.logs, logging.INFO)
    try:
        logger.warning("Geheimnis said hunter2")
        logs.event(logger, "delivered", device="iris-1", attempt=1)
    finally:
        logs.uninstall()
    file = tmp_path / "bundle.zip"
    await asyncio.to_thread(write, file, None, places, lambda _configuration: [])
    with zipfile.ZipFile(file) as bundle:
        names = set(bundle.namelist())
        whole = b"\0".join(bundle.read(name) for name in bundle.namelist()) + "".join(sorted(names)).encode()
    assert {"versions.json", "configuration.json", "check.json", "files.json", "logs/station.log"} <= names
    assert b"delivered" in whole
    assert b"iris-1" in whole
    assert not [word for word in FORBIDDEN if word in whole]
    for sample in who.samples:
        assert sample.image[:16] not in whole
        assert sample.templates[0].data[:16] not in whole


@pytest.mark.parametrize("name", ["backup", "restore", "diagnostics", "receipt verify", "person export"])
def test_the_commands_are_there(name: str) -> None:
    with pytest.raises(SystemExit) as end:
        main([*name.split(), "--help"])
    assert end.value.code == 0
