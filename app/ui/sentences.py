"""What every error means to a clerk: what happened, what is safe, what to do now.

`{device}`, `{remote}`, `{step}`, ... are the error's facts; a fact that is missing reads as a neutral word.
"""

from typing import NamedTuple

from app.domain import errors as e
from app.ui.i18n import QT_TRANSLATE_NOOP, translate


class Sentence(NamedTuple):
    """English source texts of the context "messages"."""

    what: str
    safe: str
    now: str


NOTHING_CHANGED = QT_TRANSLATE_NOOP("messages", "Nothing was changed. Everything accepted so far is stored.")
STORED = QT_TRANSLATE_NOOP("messages", "Everything accepted so far is stored.")
DATA_UNTOUCHED = QT_TRANSLATE_NOOP("messages", "The stored data were not touched.")
CALL_SUPPORT = QT_TRANSLATE_NOOP("messages", "Try again. If it stays like this, tell your support the code.")

SENTENCES: dict[type[e.StationError], Sentence] = {
    e.StationError: Sentence(
        QT_TRANSLATE_NOOP("messages", "Something did not work as it should."), STORED, CALL_SUPPORT
    ),
    e.DeviceError: Sentence(QT_TRANSLATE_NOOP("messages", "{device} reported a problem."), STORED, CALL_SUPPORT),
    e.Unreachable: Sentence(
        QT_TRANSLATE_NOOP("messages", "{device} does not answer."),
        STORED,
        QT_TRANSLATE_NOOP("messages", "Check that it is switched on and its network cable is in, then try again."),
    ),
    e.WrongCredential: Sentence(
        QT_TRANSLATE_NOOP("messages", "{device} did not accept the station's user name, password or certificate."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP("messages", "Ask a supervisor to check the sign-in data of this device in Settings."),
    ),
    e.MissingRights: Sentence(
        QT_TRANSLATE_NOOP("messages", "The station is signed in to {device}, but is not allowed to do this there."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP("messages", "Ask the administrator of the device to give the station's account this right."),
    ),
    e.DeviceBusy: Sentence(
        QT_TRANSLATE_NOOP("messages", "{device} is busy with something else right now."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP("messages", "Wait a moment and try again. Leave the menu on the device if it is open."),
    ),
    e.LockHeld: Sentence(
        QT_TRANSLATE_NOOP("messages", "Another program is using {device}."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP("messages", "Wait until it is finished, or take the device over if nobody works with it."),
    ),
    e.LockLost: Sentence(
        QT_TRANSLATE_NOOP("messages", "Another program took {device} away from this station."),
        STORED,
        QT_TRANSLATE_NOOP("messages", "Find out who else is using it, then open the device again."),
    ),
    e.NotCapable: Sentence(
        QT_TRANSLATE_NOOP("messages", "{device} cannot do this."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP("messages", "Choose another device for it."),
    ),
    e.ProtocolError: Sentence(
        QT_TRANSLATE_NOOP("messages", "{device} gave an answer that makes no sense."),
        STORED,
        QT_TRANSLATE_NOOP("messages", "Try again. If it happens again, restart the device and tell support the code."),
    ),
    e.RemoteRefused: Sentence(
        QT_TRANSLATE_NOOP("messages", "{device} refused."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP("messages", "The details hold the device's own reason; tell your support the code."),
    ),
    e.PictureTooLarge: Sentence(
        QT_TRANSLATE_NOOP("messages", "A picture is too large for the comparing service."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP("messages", "Crop the larger picture to the face and compare again."),
    ),
    e.SessionEnded: Sentence(
        QT_TRANSLATE_NOOP("messages", "The time for this on the comparing service is over."),
        QT_TRANSLATE_NOOP("messages", "What it held there is deleted. Everything accepted so far is stored."),
        QT_TRANSLATE_NOOP("messages", "Begin it again."),
    ),
    e.DeviceFull: Sentence(
        QT_TRANSLATE_NOOP("messages", "{device} has no room for another person."),
        QT_TRANSLATE_NOOP("messages", "The person is stored on this station."),
        QT_TRANSLATE_NOOP("messages", "Remove people who no longer need this device, then retry the delivery."),
    ),
    e.OutcomeUnknown: Sentence(
        QT_TRANSLATE_NOOP("messages", "{device} did not answer in time, so it is not known whether it was done."),
        STORED,
        QT_TRANSLATE_NOOP("messages", "Look at the device before repeating this."),
    ),
    e.WrongDevice: Sentence(
        QT_TRANSLATE_NOOP("messages", "Another device answers at the address of {device}."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP("messages", "Ask a supervisor to compare address and serial number in Settings."),
    ),
    e.ForeignData: Sentence(
        QT_TRANSLATE_NOOP("messages", "{device} offered data that do not belong to this person or moment."),
        QT_TRANSLATE_NOOP("messages", "They were thrown away. Everything accepted so far is stored."),
        QT_TRANSLATE_NOOP("messages", "Capture again."),
    ),
    e.NotWritten: Sentence(
        QT_TRANSLATE_NOOP("messages", "{device} said yes, but checking showed that it was not done."),
        QT_TRANSLATE_NOOP("messages", "The record on this station is complete."),
        QT_TRANSLATE_NOOP("messages", "Retry. If it fails again, restart the device."),
    ),
    e.PartlyWritten: Sentence(
        QT_TRANSLATE_NOOP("messages", "{device} holds only a part of this person."),
        QT_TRANSLATE_NOOP("messages", "The record on this station is complete."),
        QT_TRANSLATE_NOOP("messages", "Retry the delivery: it replaces the incomplete part."),
    ),
    e.TemplateVersionMixed: Sentence(
        QT_TRANSLATE_NOOP("messages", "These templates were made by another algorithm version than {device} uses."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP("messages", "Capture the person again on this device."),
    ),
    e.DuplicateFound: Sentence(
        QT_TRANSLATE_NOOP("messages", "This person, card or finger is known already."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP("messages", "Open the existing person, or check whom you are enrolling."),
    ),
    e.SupervisorNeeded: Sentence(
        QT_TRANSLATE_NOOP("messages", "Only a supervisor may decide this."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP("messages", "Ask a supervisor to unlock the station at the top right, then do it again."),
    ),
    e.InvalidInput: Sentence(
        QT_TRANSLATE_NOOP("messages", "A value is not acceptable."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP("messages", "Correct the value and try again."),
    ),
    e.StoreError: Sentence(
        QT_TRANSLATE_NOOP("messages", "The station's store did not accept this."), DATA_UNTOUCHED, CALL_SUPPORT
    ),
    e.StoreKeyWrong: Sentence(
        QT_TRANSLATE_NOOP("messages", "The key or passphrase does not fit the station's store."),
        DATA_UNTOUCHED,
        QT_TRANSLATE_NOOP("messages", "Try the passphrase again, or ask the supervisor who set up the station."),
    ),
    e.StoreKeyMissing: Sentence(
        QT_TRANSLATE_NOOP("messages", "The key of the station's store cannot be found on this computer."),
        DATA_UNTOUCHED,
        QT_TRANSLATE_NOOP(
            "messages",
            "Sign in to this computer as the user who set the station up. If the key is lost, restore the newest "
            "backup made with a passphrase. Never delete the store.",
        ),
    ),
    e.KeyringClosed: Sentence(
        QT_TRANSLATE_NOOP("messages", "This computer's keyring is locked, or it is not running."),
        DATA_UNTOUCHED,
        QT_TRANSLATE_NOOP("messages", "Unlock the keyring, or sign in to the desktop again, then try again."),
    ),
    e.KeyFileMissing: Sentence(
        QT_TRANSLATE_NOOP("messages", "The file with the store's keys, station.keys, is not in its folder any more."),
        DATA_UNTOUCHED,
        QT_TRANSLATE_NOOP(
            "messages",
            "Put it back if somebody moved it. Otherwise set the store aside and restore the newest backup.",
        ),
    ),
    e.StoreNewer: Sentence(
        QT_TRANSLATE_NOOP("messages", "The store was written by a newer version of this program."),
        DATA_UNTOUCHED,
        QT_TRANSLATE_NOOP("messages", "Install the newer version on this computer."),
    ),
    e.StoreDamaged: Sentence(
        QT_TRANSLATE_NOOP("messages", "The store is damaged and cannot be read completely."),
        QT_TRANSLATE_NOOP("messages", "Nothing more is written to it, so that nothing more is lost."),
        QT_TRANSLATE_NOOP(
            "messages",
            "Stop working here and call your support before doing anything else. Keep the newest backup; throw nothing "
            "away.",
        ),
    ),
    e.StoreFull: Sentence(
        QT_TRANSLATE_NOOP("messages", "The disk of this computer is full."),
        QT_TRANSLATE_NOOP("messages", "The last step was not stored. Everything accepted before it is."),
        QT_TRANSLATE_NOOP("messages", "Make room on the disk, then try again."),
    ),
    e.StoreReadOnly: Sentence(
        QT_TRANSLATE_NOOP("messages", "The station may not write to its store."),
        DATA_UNTOUCHED,
        QT_TRANSLATE_NOOP("messages", "Ask your administrator for the right to write to the profile folder."),
    ),
    e.StoreInUse: Sentence(
        QT_TRANSLATE_NOOP("messages", "The store is in use by another running station."),
        DATA_UNTOUCHED,
        QT_TRANSLATE_NOOP("messages", "Close the other window of this program, then try again."),
    ),
    e.RestoreUnfinished: Sentence(
        QT_TRANSLATE_NOOP("messages", "A backup was being restored here, and that was interrupted."),
        QT_TRANSLATE_NOOP("messages", "The backup itself is whole. Nothing was begun with the half that is here."),
        QT_TRANSLATE_NOOP("messages", "Run the command restore again with the same backup, then start the station."),
    ),
    e.MatchingError: Sentence(
        QT_TRANSLATE_NOOP("messages", "Comparing did not work."),
        QT_TRANSLATE_NOOP("messages", "No decision was made."),
        CALL_SUPPORT,
    ),
    e.MatchingUnavailable: Sentence(
        QT_TRANSLATE_NOOP("messages", "The matching engine is not running."),
        QT_TRANSLATE_NOOP("messages", "No decision was made. Captured samples are stored."),
        QT_TRANSLATE_NOOP("messages", "Restart the station. If it stays like this, tell your support the code."),
    ),
    e.MatchingBusy: Sentence(
        QT_TRANSLATE_NOOP("messages", "The matching engine has too much to do right now."),
        QT_TRANSLATE_NOOP("messages", "No decision was made. Captured samples are stored."),
        QT_TRANSLATE_NOOP("messages", "Wait a moment and try again."),
    ),
    e.MatchingLate: Sentence(
        QT_TRANSLATE_NOOP("messages", "Comparing took too long and was stopped."),
        QT_TRANSLATE_NOOP("messages", "No decision was made. Captured samples are stored."),
        QT_TRANSLATE_NOOP("messages", "Try again. If it happens often, tell your support the code."),
    ),
    e.RecordRefused: Sentence(
        QT_TRANSLATE_NOOP("messages", "A biometric record cannot be read: its format is unknown or it is damaged."),
        QT_TRANSLATE_NOOP("messages", "It was not used. Everything else is unchanged."),
        QT_TRANSLATE_NOOP("messages", "Capture the sample again."),
    ),
    e.EvidenceError: Sentence(
        QT_TRANSLATE_NOOP("messages", "The evidence of this comparison cannot be relied on."),
        QT_TRANSLATE_NOOP("messages", "It is not counted as a match."),
        QT_TRANSLATE_NOOP("messages", "Repeat the comparison. If it happens again, tell your support the code."),
    ),
    e.SignatureInvalid: Sentence(
        QT_TRANSLATE_NOOP("messages", "The signature of the answer is not valid."),
        QT_TRANSLATE_NOOP("messages", "It is not counted as a match."),
        QT_TRANSLATE_NOOP("messages", "Repeat the comparison. If it happens again, stop and call your support."),
    ),
    e.SignatureMismatch: Sentence(
        QT_TRANSLATE_NOOP("messages", "The signed answer belongs to other data than those that were sent."),
        QT_TRANSLATE_NOOP("messages", "It is not counted as a match."),
        QT_TRANSLATE_NOOP("messages", "Repeat the comparison. If it happens again, stop and call your support."),
    ),
    e.SignatureMissing: Sentence(
        QT_TRANSLATE_NOOP("messages", "The answer is not signed although signing is demanded."),
        QT_TRANSLATE_NOOP("messages", "It is not counted as a match."),
        QT_TRANSLATE_NOOP("messages", "Ask a supervisor to check the signing setup of the service."),
    ),
    e.SignatureKeyMissing: Sentence(
        QT_TRANSLATE_NOOP("messages", "The key to check the answer's signature is not known to this station."),
        QT_TRANSLATE_NOOP("messages", "It is not counted as a match."),
        QT_TRANSLATE_NOOP("messages", "Ask a supervisor to add the service's signing key in Settings."),
    ),
    e.ConfigurationInvalid: Sentence(
        QT_TRANSLATE_NOOP("messages", "The configuration has mistakes: {count}."),
        QT_TRANSLATE_NOOP("messages", "The configuration in force was not changed."),
        QT_TRANSLATE_NOOP("messages", "Correct the marked fields and save again."),
    ),
}

UNEXPECTED = Sentence(
    QT_TRANSLATE_NOOP("messages", "Something unexpected happened in this program."),
    STORED,
    QT_TRANSLATE_NOOP("messages", "Try again. If it happens again, tell support the code; details are in the log."),
)
UNEXPECTED_CODE = "ES-999"


def sentence_of(kind: type[BaseException]) -> Sentence:
    """The sentence of the class, of its nearest parent, or the calm one for the unexpected."""
    for ancestor in kind.__mro__:
        found = SENTENCES.get(ancestor)
        if found is not None:
            return found
    return UNEXPECTED


class _Facts(dict[str, str]):
    """Facts for a sentence; what is missing is a neutral word instead of a KeyError."""

    def __missing__(self, name: str) -> str:
        if name == "device":
            return translate("messages", "The device")
        return translate("messages", "unknown")


def told(source: str, facts: dict[str, str]) -> str:
    """The text in the reader's language with the facts filled in."""
    return translate("messages", source).format_map(_Facts(facts))
