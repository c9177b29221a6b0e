"""What packages are made from: every name in it exists, and removing one leaves what people entrusted to it."""

import ast
import configparser
import importlib
import importlib.util
import re
import shlex
from fnmatch import fnmatch
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

import pytest

from app import __version__, bundle, smoke
from app.cli import _parser

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
LINUX = PACKAGING / "linux"
NSIS = (PACKAGING / "windows" / "installer.nsi").read_text("utf-8")
TREE = {
    "opt/enrollment-station/enrollment-station",
    "opt/enrollment-station/_internal/library.so",
    "usr/bin/enrollment-station",
    "usr/lib/systemd/system/enrollment-station-gateway.service",
    "usr/lib/sysusers.d/enrollment-station.conf",
    "usr/share/applications/enrollment-station.desktop",
    "usr/share/doc/enrollment-station/README.md",
    "usr/share/doc/enrollment-station/copyright",
    "usr/share/doc/enrollment-station/examples/station.toml",
    "usr/share/icons/hicolor/scalable/apps/enrollment-station.svg",
    "usr/share/metainfo/enrollment-station.metainfo.xml",
}


@pytest.fixture
def installer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, around a tiny program."""
    spec = importlib.util.spec_from_file_location("station_installer", PACKAGING / "installer.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    frozen = tmp_path / "frozen"
    (frozen / "_internal").mkdir(parents=True)
    (frozen / "enrollment-station").write_text("#!/bin/sh\n", "utf-8")
    (frozen / "enrollment-station").chmod(0o700)
    (frozen / "_internal" / "library.so").write_bytes(b"GLIBC_2.4\0GLIBC_2.34\0GLIBC_2.17\0")
    monkeypatch.setattr(module, "BUNDLE", frozen)
    monkeypatch.setattr(module, "architecture", lambda: "amd64")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795949134")
    return module


def constants(name: str) -> Any:
    """A constant of the freezer's recipe."""
    for node in ast.parse((PACKAGING / "station.spec").read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name:
            return ast.literal_eval(node.value)
    raise AssertionError(name)


def unit() -> configparser.ConfigParser:
    """The service; a key that stands twice keeps its last value."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(LINUX / "enrollment-station-gateway.service", "utf-8")
    return parser


def test_every_resource_is_frozen_in() -> None:
    folders = {path.name for path in (ROOT / "resources").iterdir() if path.is_dir()}
    assert folders - {"screenshots"} == set(constants("RESOURCES"))


def test_every_finder_of_faces_is_frozen_in_and_tried() -> None:
    named = re.compile(r'"(haarcascade_\w+)(?:\.xml)?"')
    used = {name for path in (ROOT / "app").rglob("*.py") for name in named.findall(path.read_text("utf-8"))}
    assert used <= {Path(name).stem for name in smoke.CASCADES}
    assert all(any(fnmatch(f"data/{name}", each) for each in constants("FACES")) for name in smoke.CASCADES)


def test_diagnostics_of_the_program_know_their_versions() -> None:
    assert set(bundle.PACKAGES) == set(constants("NAMED"))


def test_the_cache_of_kernels_that_numba_is_told_of_exists() -> None:
    (named,) = re.findall(r'"NUMBA_CACHE_LOCATOR_CLASSES"\] = "([\w.]+)"', (PACKAGING / "frozen.py").read_text("utf-8"))
    module, _, name = named.rpartition(".")
    assert callable(getattr(importlib.import_module(module), name).from_function)


def test_the_package_lies_where_the_system_looks(installer: ModuleType, tmp_path: Path) -> None:
    """Nothing in /etc, /home or /var, so that nothing of anybody's is overwritten or removed."""
    tree = tmp_path / "tree"
    installer.lay_out(tree)
    assert {path.relative_to(tree).as_posix() for path in tree.rglob("*") if not path.is_dir()} == TREE
    program = (tree / "usr/bin/enrollment-station").readlink()
    assert (tree / program.relative_to("/")).stat().st_mode & 0o777 == 0o755


def test_what_the_package_says_of_itself(installer: ModuleType, tmp_path: Path) -> None:
    installer.describe(tmp_path)
    control = (tmp_path / "DEBIAN" / "control").read_text("utf-8")
    assert f"\nVersion: {__version__}\n" in control
    assert "libc6 (>= 2.34)" in control
    assert not re.search(r"@[A-Z]+@", control)
    assert all((tmp_path / "DEBIAN" / name).stat().st_mode & 0o111 for name in ("postinst", "prerm"))


def test_the_desktop_entry_starts_the_station() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment,method-assign]
    entry.read(LINUX / "enrollment-station.desktop", "utf-8")
    for section in entry.sections():
        program, *arguments = shlex.split(entry[section]["Exec"])
        assert program == "enrollment-station"
        _parser().parse_args(arguments)


def test_the_metainfo_names_the_entry_and_the_version(installer: ModuleType) -> None:
    root = ElementTree.fromstring(installer.filled(LINUX / "enrollment-station.metainfo.xml"))
    assert root.findtext("launchable") == "enrollment-station.desktop"
    (release,) = root.iter("release")
    assert (release.get("version"), release.get("date")) == (__version__, "2026-11-29")


def test_the_service_runs_a_command_there_is_and_is_off() -> None:
    service = unit()["Service"]
    program, *arguments = shlex.split(service["ExecStart"])
    assert f"{program.removeprefix('/')}" in TREE
    parsed = _parser().parse_args(arguments)
    assert (parsed.command.__name__, parsed.data) == ("_gateway", service["ExecStart"].split()[4])
    assert f"/var/lib/{service['StateDirectory']}" == parsed.data
    assert f"u {service['User']} " in (LINUX / "enrollment-station.sysusers").read_text("utf-8")
    assert "enable" not in (LINUX / "postinst").read_text("utf-8").split()


def test_no_script_removes_what_people_entrusted_to_the_station() -> None:
    scripts = "".join((LINUX / name).read_text("utf-8") for name in ("postinst", "prerm"))
    assert not re.search(r"\brm\b|rmdir|userdel|deluser", scripts)
    assert set(re.findall(r'RMDir /r "(.+?)"', NSIS)) == {r"$INSTDIR\_internal"}
    assert "stay" in NSIS


def test_the_installer_for_windows_is_told_every_name(installer: ModuleType, tmp_path: Path) -> None:
    options = installer.nsis_options(tmp_path, tmp_path / "made.exe")
    told = {option[2:].partition("=")[0] for option in options if option.startswith("-D")}
    own = set(re.findall(r"!define (\w+)", NSIS)) | {"Errors", "FileExists", "RunningX64", "FILE", "TARGET"}
    asked = set(re.findall(r"\$\{(\w+)\}", NSIS)) - own - {"If", "IfNot", "EndIf"}
    assert asked == told


def test_the_program_on_windows_has_the_names_the_installer_expects() -> None:
    name = constants("NAME")
    assert f'!define PROGRAM "{name}.exe"' in NSIS
    assert f'!define WINDOW "{name}-window.exe"' in NSIS
    assert '{NAME}-window"' in (PACKAGING / "station.spec").read_text("utf-8")
