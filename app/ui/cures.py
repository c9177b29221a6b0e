"""What to do about a fault, by the name a diagnosis or an error gives it."""

from app.ui.i18n import QT_TRANSLATE_NOOP, translate

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
    "copy-ca-file": QT_TRANSLATE_NOOP("diagnosis", "Copy ca.crt from the gateway again and name it in Settings."),
    "renew-certificate": QT_TRANSLATE_NOOP("diagnosis", "The certificate has expired. Have it renewed at the gateway."),
    "check-clocks": QT_TRANSLATE_NOOP("diagnosis", "The certificate is not valid yet. Check the clocks on both sides."),
    "reissue-with-names": QT_TRANSLATE_NOOP(
        "diagnosis", "Have the gateway's certificate made again with its address among the alternative names."
    ),
    "set-target-name": QT_TRANSLATE_NOOP(
        "diagnosis", "The certificate is for another name. Set the gateway's expected name in Settings."
    ),
    "check-generation": QT_TRANSLATE_NOOP(
        "diagnosis", "This version was never compared. Have the wire generation confirmed and set in Settings."
    ),
    "allow-letters": QT_TRANSLATE_NOOP(
        "diagnosis", "The device takes numbers as identifiers only. Allow letters in its system settings, then retry."
    ),
    "change-format": QT_TRANSLATE_NOOP(
        "diagnosis", "The station scans another template format than the device keeps. Choose one for both."
    ),
    "same-card-format": QT_TRANSLATE_NOOP(
        "diagnosis",
        "This device takes the number out of a card by a Wiegand format. A card read elsewhere gives another number: "
        "use the same format everywhere, or read cards for enrollment at this device.",
    ),
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


def cure_words(name: str) -> str:
    """The sentence of a cure by its name, empty when there is none."""
    known = CURES.get(name)
    return translate("diagnosis", known) if known else ""
