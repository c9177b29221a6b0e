"""What a diagnosis means to a clerk: each check by name, each cure as a sentence."""

from app.domain.device import Finding, Health
from app.ui import words
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

CURES = {
    "set-clock": QT_TRANSLATE_NOOP("diagnosis", "Set the device's clock in its console."),
    "check-cable": QT_TRANSLATE_NOOP("diagnosis", "Check that the device is on and its network cable is in."),
    "leave-menu": QT_TRANSLATE_NOOP("diagnosis", "Leave the menu on the device, then diagnose again."),
    "open-once": QT_TRANSLATE_NOOP("diagnosis", "Open the device here once: that puts it right."),
    "restart-device": QT_TRANSLATE_NOOP("diagnosis", "Restart the device, then diagnose again."),
    "check-rights": QT_TRANSLATE_NOOP("diagnosis", "Have the station's account on the device given its rights."),
    "check-network": QT_TRANSLATE_NOOP("diagnosis", "Check power, network cable and address of the device."),
    "check-address": QT_TRANSLATE_NOOP("diagnosis", "Compare the address in Settings with the one on the device."),
    "check-name": QT_TRANSLATE_NOOP("diagnosis", "The name is not known in this network. Use the address instead."),
    "check-port": QT_TRANSLATE_NOOP("diagnosis", "Nothing listens there. Check the port in Settings."),
    "check-credential": QT_TRANSLATE_NOOP("diagnosis", "Correct user name and password in Settings."),
    "check-certificate": QT_TRANSLATE_NOOP("diagnosis", "Have the device's certificate checked or renewed."),
    "check-serial": QT_TRANSLATE_NOOP("diagnosis", "Another device answers. Compare the serial number in Settings."),
    "change-password": QT_TRANSLATE_NOOP(
        "diagnosis", "Change the account's password on the device: on its factory password it refuses every change."
    ),
    "set-clock-there": QT_TRANSLATE_NOOP("diagnosis", "Set the clock in the device's own menu."),
    "callback-address": QT_TRANSLATE_NOOP(
        "diagnosis", "Enter this computer's address, as the device reaches it, for the device in Settings."
    ),
    "open-firewall": QT_TRANSLATE_NOOP(
        "diagnosis", "The device does not reach this computer. Open this port in the computer's firewall."
    ),
    "free-port": QT_TRANSLATE_NOOP(
        "diagnosis", "Another program uses the port for terminals. End it, or choose another port in Settings."
    ),
    "take-over": QT_TRANSLATE_NOOP("diagnosis", "Wait for the other program, or open the device and take it over."),
    "wait": QT_TRANSLATE_NOOP("diagnosis", "Wait a moment and diagnose again."),
    "restart": QT_TRANSLATE_NOOP("diagnosis", "Restart the device."),
    "make-room": QT_TRANSLATE_NOOP("diagnosis", "Remove people who no longer need this device."),
    "update-firmware": QT_TRANSLATE_NOOP("diagnosis", "Have a supervisor update the firmware in the device's console."),
    "configure": QT_TRANSLATE_NOOP("diagnosis", "Have a supervisor complete the device in Settings."),
    "add-device": QT_TRANSLATE_NOOP("diagnosis", "Add the first device in Settings, or in the configuration file."),
    "folder-rights": QT_TRANSLATE_NOOP("diagnosis", "Give the station's account the right to write in this folder."),
    "free-space": QT_TRANSLATE_NOOP("diagnosis", "Free some space on this disk: captures need room."),
    "secret": QT_TRANSLATE_NOOP("diagnosis", "Put the missing secret where the configuration says it is kept."),
    "configuration": QT_TRANSLATE_NOOP("diagnosis", "Correct this key in the configuration file or in Settings."),
    "unreachable": QT_TRANSLATE_NOOP("diagnosis", "Check power and network of the device, then diagnose again."),
    "support": QT_TRANSLATE_NOOP("diagnosis", "Diagnose again; if it stays like this, send the logs to your support."),
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
