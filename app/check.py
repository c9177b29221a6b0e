"""`enrollment-station check`: this computer and every configured system, looked over without changing anything."""

import asyncio
import json
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from app.config import Configuration, SecretResolver, load_or_default
from app.domain.device import Device, Finding, Health
from app.domain.errors import ConfigurationInvalid, StationError
from app.journeys.diagnosis import Diagnosis, diagnose_all
from app.paths import Folders
from app.ui.console.diagnosis import check_name, cure

Build = Callable[[Configuration], Sequence[Device]]

LOW_SPACE = 1_000_000_000
_WORDS = {Health.GOOD: "good", Health.WARNING: "look", Health.BAD: "BAD"}


def check(config_path: Path | None, folders: Folders, build: Build, as_json: bool = False) -> tuple[str, int]:
    """The report, and 0 when nothing is bad, 1 when something is, 2 when the configuration is invalid."""
    try:
        configuration = load_or_default(config_path, folders.config_file)
    except ConfigurationInvalid as invalid:
        problems = json.dumps({"ok": False, "problems": invalid.problems}, indent=2)
        return problems if as_json else problems_text(invalid), 2
    report = [_this_computer(configuration, folders), *_systems(configuration, build)]
    code = int(any(diagnosis.health is Health.BAD for diagnosis in report))
    return _as_json(report) if as_json else _as_table(report), code


def running_report(configuration: Configuration, folders: Folders, found: Sequence[Diagnosis]) -> str:
    """The report of a running station, whose devices were looked over already, as JSON."""
    return _as_json([_this_computer(configuration, folders), *found])


def problems_text(invalid: ConfigurationInvalid) -> str:
    """Every mistake of a configuration on a line of its own."""
    count = len(invalid.problems)
    title = f"The configuration has {count} mistake{'' if count == 1 else 's'}; nothing was started or changed:"
    return "\n".join([title, *(f"  {key}: {told}" for key, told in invalid.problems.items())])


def _systems(configuration: Configuration, build: Build) -> list[Diagnosis]:
    """Each device is built by itself, so that one missing password does not hide the state of the others."""
    devices: list[Device] = []
    report: list[Diagnosis] = []
    for settings in configuration.devices:
        try:
            devices += build(configuration.model_copy(update={"devices": (settings,)})) if settings.enabled else ()
        except StationError as error:
            report.append(Diagnosis(settings.id, settings.shown, settings.vendor, _not_built(error)))
    return report + list(asyncio.run(diagnose_all(devices)))


def _not_built(error: StationError) -> tuple[Finding, ...]:
    if isinstance(error, ConfigurationInvalid):
        return tuple(
            Finding("configuration", Health.BAD, f"{key} {told}", "configuration")
            for key, told in error.problems.items()
        )
    return (Finding("set-up", Health.BAD, str(error), error.code),)


def _this_computer(configuration: Configuration, folders: Folders) -> Diagnosis:
    store = configuration.path(configuration.store.folder) or folders.data
    findings = (_configured(configuration), _writable(store), _space(store), _secrets(configuration))
    return Diagnosis(configuration.station.id, configuration.station.name, "station", findings)


def _configured(configuration: Configuration) -> Finding:
    used = sum(device.enabled for device in configuration.devices)
    if used:
        return Finding("configuration", Health.GOOD, f"{used} device{'' if used == 1 else 's'}")
    return Finding("configuration", Health.WARNING, "no device is configured", "add-device")


def _writable(folder: Path) -> Finding:
    existing = _existing(folder)
    if os.access(existing, os.W_OK | os.X_OK):
        return Finding("data-folder", Health.GOOD, str(folder))
    return Finding("data-folder", Health.BAD, f"{folder} cannot be written", "folder-rights")


def _space(folder: Path) -> Finding:
    free = shutil.disk_usage(_existing(folder)).free
    health = Health.GOOD if free >= LOW_SPACE else Health.WARNING
    return Finding("disk-space", health, f"{free / 1e9:.1f} GB free", "" if health is Health.GOOD else "free-space")


def _secrets(configuration: Configuration) -> Finding:
    """The secrets that belong to no device; a device's own are part of its diagnosis."""
    refs = {key: ref for key, ref in configuration.secrets().items() if not key.startswith("devices[")}
    try:
        SecretResolver().resolve_all(refs)
    except ConfigurationInvalid as invalid:
        told = " ".join(f"{key} {what}" for key, what in invalid.problems.items())
        return Finding("secrets", Health.BAD, told, "secret")
    return Finding("secrets", Health.GOOD, f"{len(refs)} found" if refs else "none needed")


def _existing(folder: Path) -> Path:
    return next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())


def _as_json(report: Sequence[Diagnosis]) -> str:
    systems = [
        {
            "id": diagnosis.device_id,
            "label": diagnosis.label,
            "vendor": diagnosis.vendor,
            "health": diagnosis.health,
            "findings": [
                {"check": f.check, "health": f.health, "detail": f.detail, "cure": f.cure} for f in diagnosis.findings
            ],
        }
        for diagnosis in report
    ]
    return json.dumps({"ok": all(d.health is not Health.BAD for d in report), "systems": systems}, indent=2)


def _as_table(report: Sequence[Diagnosis]) -> str:
    width = max((len(check_name(finding)) for diagnosis in report for finding in diagnosis.findings), default=0)
    lines = []
    for diagnosis in report:
        lines.append(f"{diagnosis.label} ({diagnosis.device_id}, {diagnosis.vendor})")
        lines += [line for finding in diagnosis.findings for line in _rows(finding, width)]
    bad, look = (_named(report, health) for health in (Health.BAD, Health.WARNING))
    return "\n".join([*lines, f"Something is wrong with: {bad}." if bad else "Nothing is wrong.", *_look(look)])


def _rows(finding: Finding, width: int) -> list[str]:
    """What was found and, below it, what to do about it."""
    row = f"  {_WORDS[finding.health]:4}  {check_name(finding):{width}}  {finding.detail}".rstrip()
    advice = cure(finding)
    return [row, f"        -> {advice}"] if advice else [row]


def _named(report: Sequence[Diagnosis], health: Health) -> str:
    return ", ".join(diagnosis.device_id for diagnosis in report if diagnosis.health is health)


def _look(names: str) -> list[str]:
    return [f"Worth a look: {names}."] if names else []
