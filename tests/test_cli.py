"""The command line: help that helps, mistakes told in a sentence, a check with an exit code for machines."""

import io
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from app import __version__
from app.check import check
from app.cli import main
from app.config import Configuration, SecretResolver, load
from app.domain.capture import CaptureRequest, CaptureWatcher, Outcome
from app.domain.device import Device, DeviceInfo, Finding, Health
from app.domain.errors import ConfigurationInvalid, NotCapable, Unreachable
from app.domain.modality import Modality
from app.parts import devices_of
from app.paths import BASE_VARIABLE, Folders, Profile, folders

TWO_DEVICES = """
[[devices]]
id = "iris-1"
label = "Iris desk"
vendor = "ef45"
address = "http://10.0.0.1:9980"
[[devices]]
id = "spare"
vendor = "ef45"
enabled = false
address = "http://10.0.0.2:9980"
"""

TWO_TERMINALS = """
[[devices]]
id = "one"
vendor = "controlid"
address = "http://10.0.0.3"
password = "env:NOBODY_SET_THIS"
[[devices]]
id = "two"
vendor = "controlid"
address = "http://10.0.0.4"
password = "env:NOR_THIS"
"""


class Terminal(Device):
    """A device that only knows how it stands."""

    def __init__(self, device_id: str, label: str, findings: list[Finding]) -> None:
        super().__init__(device_id, label)
        self.findings = findings
        self.closed = False

    @property
    def vendor(self) -> str:
        return "ef45"

    @property
    def info(self) -> DeviceInfo | None:
        return None

    @property
    def modalities(self) -> frozenset[Modality]:
        return frozenset()

    async def open(self, *, take_over: bool = False) -> DeviceInfo:
        raise Unreachable(device=self.device_id)

    async def close(self) -> None:
        self.closed = True

    async def capture(self, request: CaptureRequest, watcher: CaptureWatcher) -> Outcome:
        raise NotCapable(device=self.device_id)

    async def diagnose(self) -> list[Finding]:
        return self.findings


class Builder:
    """Builds a terminal with the given findings for every device of a configuration."""

    def __init__(self, *findings: Finding) -> None:
        self.findings = list(findings)
        self.built: list[Terminal] = []

    def __call__(self, configuration: Configuration) -> Sequence[Device]:
        built = [Terminal(device.id, device.shown, self.findings) for device in configuration.devices]
        self.built += built
        return built


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    """The folders of a fresh user with two devices configured, one of them switched off."""
    monkeypatch.setenv(BASE_VARIABLE, str(tmp_path))
    found = folders(Profile.REAL).create()
    found.config_file.write_text(TWO_DEVICES, "utf-8")
    return found


def test_check_says_what_is_good(places: Folders) -> None:
    build = Builder(
        Finding("address", Health.GOOD, "10.0.0.1:9980"), Finding("clock", Health.WARNING, "3 s", "set-clock")
    )
    report, code = check(None, places, build)
    assert code == 0
    assert "Iris desk (iris-1, ef45)\n  good  Address" in report
    assert "look  Clock" in report
    assert "\n        -> Set the device's clock in its console." in report
    assert report.endswith("Nothing is wrong.\nWorth a look: iris-1.")
    assert [(device.device_id, device.closed) for device in build.built] == [("iris-1", True)]


def test_check_says_what_is_bad_to_people_and_machines(places: Folders) -> None:
    build = Builder(Finding("address", Health.BAD, "no route", "network"))
    report, code = check(None, places, build)
    assert (code, report.splitlines()[-1]) == (1, "Something is wrong with: iris-1.")
    report, code = check(None, places, build, as_json=True)
    told = json.loads(report)
    assert (code, told["ok"]) == (1, False)
    assert told["systems"][1] == {
        "id": "iris-1",
        "label": "Iris desk",
        "vendor": "ef45",
        "health": "bad",
        "findings": [{"check": "address", "health": "bad", "detail": "no route", "cure": "network"}],
    }


def test_a_device_that_cannot_be_built_does_not_hide_the_others(places: Folders) -> None:
    places.config_file.write_text(TWO_DEVICES.replace("enabled = false", ""), "utf-8")

    def build(configuration: Configuration) -> Sequence[Device]:
        (settings,) = configuration.devices
        if settings.id == "iris-1":
            raise ConfigurationInvalid({"devices[iris-1].password": "is not in the keyring."})
        return [Terminal(settings.id, settings.shown, [Finding("address", Health.GOOD)])]

    report, code = check(None, places, build)
    assert code == 1
    assert "BAD   Configuration       devices[iris-1].password is not in the keyring." in report
    assert "spare (spare, ef45)\n  good  Address" in report


def test_check_lists_every_mistake_of_the_configuration(places: Folders) -> None:
    places.config_file.write_text("[station]\nthem = 1\ntext_percent = 1\n", "utf-8")
    report, code = check(None, places, Builder())
    assert code == 2
    assert report.splitlines() == [
        "The configuration has 2 mistakes; nothing was started or changed:",
        "  station.text_percent: must be at least 80.",
        '  station.them: is not a known key; did you mean "theme"?',
    ]
    report, code = check(None, places, Builder(), as_json=True)
    assert (code, sorted(json.loads(report)["problems"])) == (2, ["station.text_percent", "station.them"])


def test_check_without_configuration_says_so_and_creates_nothing(tmp_path: Path) -> None:
    report, code = check(None, folders(base=tmp_path / "new"), Builder())
    assert code == 0
    assert "look  Configuration       no device is configured" in report
    assert not (tmp_path / "new").exists()


def test_check_misses_secrets_that_belong_to_no_device(places: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STORE_PASSPHRASE", raising=False)
    places.config_file.write_text('[store]\npassphrase = "env:STORE_PASSPHRASE"\n', "utf-8")
    report, code = check(None, places, Builder())
    assert code == 1
    assert "store.passphrase needs the environment variable STORE_PASSPHRASE" in report


@pytest.mark.parametrize("before", [True, False])
def test_options_hold_before_and_after_the_command(
    before: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(BASE_VARIABLE, "")
    file = tmp_path / "desk2.toml"
    file.write_text('[station]\nid = "desk-two"\n', "utf-8")
    options = ["--config", str(file), "--data", str(tmp_path / "kept")]
    assert main([*options, "check"] if before else ["check", *options]) == 0
    told = capsys.readouterr().out
    assert "(desk-two, station)" in told
    assert str(tmp_path / "kept") in told


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", '"$0" -m app check --data "$1" | true', sys.executable, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stderr == ""


def test_every_mistake_of_every_device_is_named_with_the_device(tmp_path: Path, places: Folders) -> None:
    places.config_file.write_text(TWO_TERMINALS, "utf-8")
    configuration = load(places.config_file)
    with pytest.raises(ConfigurationInvalid) as caught:
        devices_of(configuration, tmp_path, SecretResolver())
    assert set(caught.value.problems) == {"devices[one].password", "devices[two].password"}


def test_help_names_every_command_and_the_files(capsys: pytest.CaptureFixture[str], places: Folders) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    told = capsys.readouterr().out
    assert all(word in told for word in ("run", "demo", "check", "secret", "examples:", "exit codes:"))
    assert str(places.config_file) in told


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out.strip() == f"enrollment-station {__version__}"


@pytest.mark.parametrize("arguments", [["fly"], ["secret"], ["check", "--what"]])
def test_a_mistake_in_the_command_is_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert "usage:" in capsys.readouterr().err


def test_a_reference_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["secret", "set", "hunter2"]) == 2
    told = capsys.readouterr().err
    assert "keyring:" in told
    assert "hunter2" not in told


def test_the_module_starts_without_loading_what_it_does_not_need() -> None:
    """Help must be quick, and must come on a computer without graphics libraries."""
    program = """
import sys
from app.cli import main
try:
    main(["--help"])
except SystemExit:
    print(sorted(sys.modules))
"""
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    heavy = ("PySide6", "numpy", "cv2", "grpc", "httpx", "sqlalchemy", "pydantic", "keyring", "numba")
    assert not [name for name in heavy if f"'{name}'" in told]


def test_python_dash_m() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app", "secret", "set", "env:X"],
        capture_output=True,
        text=True,
        input="value\n",
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert "X" in done.stderr
    assert "value" not in done.stderr


def test_a_file_that_is_no_backup_is_not_called_a_damaged_store(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    (tmp_path / "holiday.jpg").write_bytes(b"no backup")
    assert main(["--data", str(tmp_path / "data"), "restore", str(tmp_path / "holiday.jpg")]) == 1
    told = capsys.readouterr().err
    assert "no such file of this program" in told
    assert "support" not in told
    assert not (tmp_path / "data").exists()


def test_the_gateway_command_says_at_once_that_no_doors_are_wanted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data", str(tmp_path / "data"), "gateway"]) == 2
    assert "gateway.server_matching" in capsys.readouterr().err
    assert not (tmp_path / "data").exists()
