"""Everything that can go wrong, as one tree; leaves are chosen by what someone can do next.

StationError
├── DeviceError                a terminal, gateway or service; facts: device, step, remote
│   ├── Unreachable            no connection, connection lost, timed out before an answer
│   ├── WrongCredential        user, password, key or certificate not accepted
│   ├── MissingRights          signed in, but not allowed to do this
│   ├── DeviceBusy             in use right now: its own menu, another action of ours
│   │   └── LockHeld           another program holds the terminal; may be taken over on consent
│   ├── LockLost               another program took the terminal from us
│   ├── NotCapable             this device cannot do it at all
│   ├── ProtocolError          an answer that makes no sense
│   ├── RemoteRefused          a clear no from the device, with its reason
│   │   ├── PictureTooLarge    the picture has more bytes than the service takes
│   │   └── SessionEnded       the session on the service is over, and what it held is gone
│   ├── DeviceFull             no room for another person
│   ├── OutcomeUnknown         no answer in time: it may or may not have happened
│   ├── WrongDevice            another device answers at this address
│   ├── ForeignData            data of another person, session or time was offered
│   ├── NotWritten             the device said yes, reading back says no
│   ├── PartlyWritten          a step failed and rolling back failed too
│   └── TemplateVersionMixed   templates of different algorithms may not be mixed
├── DuplicateFound             the person, card or finger is known already
├── SupervisorNeeded           only a supervisor may decide this, and none has unlocked the station
├── InvalidInput               a value a person or peer gave is not acceptable
├── StoreError                 the local store; data is untouched unless said otherwise
│   ├── StoreKeyWrong · StoreNewer · StoreDamaged
│   ├── StoreKeyMissing        the keyring has no such key, or the store is protected otherwise
│   │   └── KeyringClosed · KeyFileMissing
│   ├── StoreFull · StoreReadOnly · StoreInUse
│   └── RestoreUnfinished      a restore was killed before the store was in its place
├── MatchingError
│   ├── MatchingUnavailable · MatchingBusy · MatchingLate
│   └── RecordRefused          a biometric record in a format or state that cannot be read
├── EvidenceError
│   └── SignatureInvalid · SignatureMismatch · SignatureMissing · SignatureKeyMissing
└── ConfigurationInvalid       every mistake at once, by its key
"""

from typing import ClassVar

Fact = str | int | float | bool | None


class StationError(Exception):
    """A fault with facts and no prose; `ui.messages` turns it into sentences.

    Facts must be safe to log: names of devices and steps, remote codes, counts; never data of a person.
    `code` is what a clerk reads to support.
    """

    code: ClassVar[str] = "ES-000"

    def __init__(self, **facts: Fact) -> None:
        super().__init__()
        self.facts: dict[str, Fact] = {name: value for name, value in facts.items() if value is not None}

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{type(self).__name__}({told})"

    def fact(self, name: str) -> str:
        """The fact as text, or an empty text."""
        value = self.facts.get(name)
        return "" if value is None else str(value)


class DeviceError(StationError):
    code = "ES-100"


class Unreachable(DeviceError):
    code = "ES-101"


class WrongCredential(DeviceError):
    code = "ES-102"


class MissingRights(DeviceError):
    code = "ES-103"


class DeviceBusy(DeviceError):
    code = "ES-104"


class LockHeld(DeviceBusy):
    code = "ES-105"


class LockLost(DeviceError):
    code = "ES-106"


class NotCapable(DeviceError):
    code = "ES-107"


class ProtocolError(DeviceError):
    code = "ES-108"


class RemoteRefused(DeviceError):
    code = "ES-109"


class DeviceFull(DeviceError):
    code = "ES-110"


class OutcomeUnknown(DeviceError):
    code = "ES-111"


class WrongDevice(DeviceError):
    code = "ES-112"


class ForeignData(DeviceError):
    code = "ES-113"


class NotWritten(DeviceError):
    code = "ES-114"


class PartlyWritten(DeviceError):
    code = "ES-115"


class TemplateVersionMixed(DeviceError):
    code = "ES-116"


class PictureTooLarge(RemoteRefused):
    code = "ES-117"


class SessionEnded(RemoteRefused):
    code = "ES-118"


class DuplicateFound(StationError):
    code = "ES-200"


class SupervisorNeeded(StationError):
    code = "ES-201"


class InvalidInput(StationError):
    code = "ES-210"


class StoreError(StationError):
    code = "ES-300"


class StoreKeyWrong(StoreError):
    code = "ES-301"


class StoreKeyMissing(StoreError):
    code = "ES-302"


class KeyringClosed(StoreKeyMissing):
    code = "ES-309"


class KeyFileMissing(StoreKeyMissing):
    code = "ES-310"


class StoreNewer(StoreError):
    code = "ES-303"


class StoreDamaged(StoreError):
    code = "ES-304"


class StoreFull(StoreError):
    code = "ES-305"


class StoreReadOnly(StoreError):
    code = "ES-306"


class StoreInUse(StoreError):
    code = "ES-307"


class RestoreUnfinished(StoreError):
    code = "ES-308"


class MatchingError(StationError):
    code = "ES-400"


class MatchingUnavailable(MatchingError):
    code = "ES-401"


class MatchingBusy(MatchingError):
    code = "ES-402"


class MatchingLate(MatchingError):
    code = "ES-403"


class RecordRefused(MatchingError):
    code = "ES-404"


class EvidenceError(StationError):
    code = "ES-500"


class SignatureInvalid(EvidenceError):
    code = "ES-501"


class SignatureMismatch(EvidenceError):
    code = "ES-502"


class SignatureMissing(EvidenceError):
    code = "ES-503"


class SignatureKeyMissing(EvidenceError):
    code = "ES-504"


class ConfigurationInvalid(StationError):
    """`problems` maps each configuration key to what is wrong with it, in English."""

    code = "ES-600"

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(count=len(problems))
        self.problems = problems


def leaves(root: type[StationError] = StationError) -> list[type[StationError]]:
    """Every error that can be raised: the leaves, and branches that are raised themselves."""
    found = [root]
    for child in root.__subclasses__():
        found.extend(leaves(child))
    return found
