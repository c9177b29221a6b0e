"""The acts of the journal in words; a test holds that each one that is written anywhere has its own."""

from collections.abc import Mapping

from app.ui.i18n import translate


def act_names() -> Mapping[str, str]:
    """Every act by name, in the order in which a list offers them."""
    return {
        "enrollment-begun": translate("supervision", "Enrollment begun"),
        "enrollment-resumed": translate("supervision", "Enrollment continued"),
        "enrollment-discarded": translate("supervision", "Enrollment discarded"),
        "person-saved": translate("supervision", "Person saved"),
        "person-replaced": translate("supervision", "Person saved again"),
        "person-removed": translate("supervision", "Person erased here"),
        "delivered": translate("supervision", "Written to a device"),
        "delivery-failed": translate("supervision", "Writing to a device failed"),
        "delivery-lost": translate("supervision", "Missing at a device"),
        "delivery-different": translate("supervision", "Different at a device"),
        "deliveries-paused": translate("supervision", "Deliveries paused"),
        "deliveries-resumed": translate("supervision", "Deliveries go on"),
        "deliveries-begun-again": translate("supervision", "Everybody brought again"),
        "erasure-ordered": translate("supervision", "Erasure ordered"),
        "erasure-retried": translate("supervision", "Erasure tried again"),
        "erasures-caught-up": translate("supervision", "Erasures repeated after a restore"),
        "store-restored": translate("supervision", "Backup restored"),
        "device-retired": translate("supervision", "Device declared gone for good"),
        "removed": translate("supervision", "Removed from a device"),
        "removal-failed": translate("supervision", "Removing from a device failed"),
        "erasure-done": translate("supervision", "Erased everywhere"),
        "receipt-issued": translate("supervision", "Receipt issued"),
        "person-exported": translate("supervision", "Person exported"),
        "people-expected": translate("supervision", "List imported"),
        "passage-forgotten": translate("supervision", "May go in or out anew"),
        "supervisor-unlocked": translate("supervision", "Unlocked by a supervisor"),
        "supervisor-asked": translate("supervision", "Supervisor asked"),
        "supervisor-decided": translate("supervision", "Supervisor decided"),
        "settings-saved": translate("supervision", "Settings saved"),
        "device-action": translate("supervision", "Action on a device"),
        "operator-created": translate("supervision", "Operator added"),
        "operator-changed": translate("supervision", "Operator changed"),
        "operator-removed": translate("supervision", "Operator removed"),
        "operator-password-set": translate("supervision", "Password set"),
        "operator-locked": translate("supervision", "Operator locked"),
        "operator-signed-in": translate("supervision", "Signed in"),
        "operator-signed-out": translate("supervision", "Signed out"),
        "sign-in-refused": translate("supervision", "Wrong password"),
        "screen-locked": translate("supervision", "Screen locked"),
        "screen-unlocked": translate("supervision", "Screen unlocked"),
        "journal-exported": translate("supervision", "Journal exported"),
        "enrollment-continued-as-update": translate("supervision", "Continued as an update"),
        "door-granted": translate("supervision", "Door opened"),
        "door-recorded": translate("supervision", "Door opened against a rule"),
        "door-refused": translate("supervision", "Door stayed closed"),
        "door-undecided": translate("supervision", "Door: no decision, safe answer"),
        "entry-unreadable": translate("supervision", "Altered: cannot be read"),
        "backed-up": translate("supervision", "Backup made"),
        "diagnostics-written": translate("supervision", "Diagnostics written"),
    }


def act_name(action: str) -> str:
    """An act in words; one nobody knows, such as of a newer program, as it is written."""
    return act_names().get(action, action)
