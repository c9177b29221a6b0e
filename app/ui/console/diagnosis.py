"""What a diagnosis means to a clerk: each check by name, each cure as a sentence."""

from app.domain.device import Finding, Health
from app.ui import words
from app.ui.cures import CURES
from app.ui.i18n import QT_TRANSLATE_NOOP, translate

CHECKS = {
    "network": QT_TRANSLATE_NOOP("diagnosis", "Network connection"),
    "name": QT_TRANSLATE_NOOP("diagnosis", "Network name"),
    "port": QT_TRANSLATE_NOOP("diagnosis", "Network port"),
    "reachable": QT_TRANSLATE_NOOP("diagnosis", "Reachable"),
    "certificate": QT_TRANSLATE_NOOP("diagnosis", "Certificate"),
    "credential": QT_TRANSLATE_NOOP("diagnosis", "Sign-in"),
    "credentials": QT_TRANSLATE_NOOP("diagnosis", "Sign-in"),
    "login": QT_TRANSLATE_NOOP("diagnosis", "Sign-in"),
    "rights": QT_TRANSLATE_NOOP("diagnosis", "Rights of the station's account"),
    "lock": QT_TRANSLATE_NOOP("diagnosis", "Use by other programs"),
    "mode": QT_TRANSLATE_NOOP("diagnosis", "Working mode"),
    "clock": QT_TRANSLATE_NOOP("diagnosis", "Clock"),
    "serial": QT_TRANSLATE_NOOP("diagnosis", "Serial number"),
    "firmware": QT_TRANSLATE_NOOP("diagnosis", "Firmware version"),
    "version": QT_TRANSLATE_NOOP("diagnosis", "Version"),
    "capacity": QT_TRANSLATE_NOOP("diagnosis", "Room for people"),
    "storage": QT_TRANSLATE_NOOP("diagnosis", "Storage"),
    "camera": QT_TRANSLATE_NOOP("diagnosis", "Camera"),
    "left-behind": QT_TRANSLATE_NOOP("diagnosis", "Left behind by an earlier run"),
    "connection": QT_TRANSLATE_NOOP("diagnosis", "Connection between gateway and device"),
    "template-format": QT_TRANSLATE_NOOP("diagnosis", "Format of finger templates"),
    "card-numbers": QT_TRANSLATE_NOOP("diagnosis", "Card numbers"),
    "callback": QT_TRANSLATE_NOOP("diagnosis", "Way back from the device to this station"),
    "gateway": QT_TRANSLATE_NOOP("diagnosis", "Gateway"),
    "configuration": QT_TRANSLATE_NOOP("diagnosis", "Configuration"),
    "data-folder": QT_TRANSLATE_NOOP("diagnosis", "Data folder"),
    "disk-space": QT_TRANSLATE_NOOP("diagnosis", "Disk space"),
    "secrets": QT_TRANSLATE_NOOP("diagnosis", "Passwords and keys"),
    "set-up": QT_TRANSLATE_NOOP("diagnosis", "Set-up"),
    "answer": QT_TRANSLATE_NOOP("diagnosis", "Answer"),
    "diagnosis": QT_TRANSLATE_NOOP("diagnosis", "Diagnosis"),
    "close": QT_TRANSLATE_NOOP("diagnosis", "End of the diagnosis"),
}


def check_name(finding: Finding) -> str:
    """What was looked at; a check without a name of its own reads as its key."""
    known = CHECKS.get(finding.check)
    return translate("diagnosis", known) if known else _plain(finding.check)


def cure(finding: Finding) -> str:
    """What to do; empty when the finding is good."""
    if finding.health is Health.GOOD:
        return ""
    known = CURES.get(finding.cure)
    if known:
        return translate("diagnosis", known)
    if finding.cure:
        ask = translate("diagnosis", "Tell your support: {0}.")
        return ask.format(_plain(finding.cure))
    return translate("diagnosis", "Diagnose again; if it stays like this, call your support.")


def sentence(finding: Finding) -> str:
    """Check, state and detail in one line."""
    text = f"{check_name(finding)}: {words.name(finding.health)}"
    return f"{text} ({finding.detail})" if finding.detail else text


def _plain(key: str) -> str:
    text = key.replace("-", " ").replace("_", " ")
    return text[:1].upper() + text[1:]
