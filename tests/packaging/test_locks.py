"""The hash locks: complete, for Linux and Windows, naming no host; and the pins that keep known faults out."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-package.lock"]


def _text(name: str) -> str:
    return (ROOT / "packaging" / name).read_text("utf-8")


def _entries(name: str) -> dict[str, str]:
    """Each `package==version ; marker` line with the hashes below it."""
    blocks = re.split(r"\n(?=\S)", _text(name).strip())
    return {block.split(" \\\n")[0].strip(): block for block in blocks if not block.startswith("#")}


def _names(name: str) -> set[str]:
    return {entry.split("==")[0] for entry in _entries(name)}


def _wanted(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=!~; ]", wanted)[0].lower().replace("_", "-") for wanted in requirements}


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_with_hashes(name: str) -> None:
    entries = _entries(name)
    assert entries
    bad = [entry for entry, block in entries.items() if "==" not in entry or "--hash=sha256:" not in block]
    assert not bad


@pytest.mark.parametrize("name", LOCKS)
def test_no_host_is_named(name: str) -> None:
    assert not re.findall(r"://|--index|--find-links|--extra-index|@ ", _text(name))


@pytest.mark.parametrize("name", LOCKS)
def test_it_serves_linux_and_windows(name: str) -> None:
    text = _text(name)
    assert "sys_platform == 'win32'" in text
    assert "sys_platform == 'linux'" in text
    assert {"pywin32-ctypes", "secretstorage"} <= _names(name)


def test_what_the_project_asks_for_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert _wanted(project["dependencies"]) <= _names("requirements.lock")
    for extra, name in (("dev", "requirements-dev.lock"), ("package", "requirements-package.lock")):
        assert _wanted(project["optional-dependencies"][extra]) <= _names(name)


@pytest.mark.parametrize("name", LOCKS[1:])
def test_development_and_packages_have_what_is_shipped(name: str) -> None:
    assert set(_entries("requirements.lock")) <= set(_entries(name))


@pytest.mark.parametrize("name", LOCKS)
def test_plaintext_keyrings_stay_out(name: str) -> None:
    """With keyrings.alt installed, keyring silently keeps passwords in a plain file."""
    assert not {found for found in _names(name) if found.startswith("keyrings")}
