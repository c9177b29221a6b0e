"""Event codes in words: the main code and its detail (facts 11). What is not known is shown by its number."""

from dataclasses import dataclass

MAIN: dict[int, str] = {
    0x1000: "verified",
    0x1100: "verification failed",
    0x1200: "verified under duress",
    0x1300: "identified",
    0x1400: "identification failed",
    0x1500: "identified under duress",
    0x1600: "dual authentication",
    0x1700: "dual authentication failed",
    0x1800: "authentication failed",
    0x1900: "access denied",
    0x1A00: "fake finger",
    0x1B00: "bypassed",
    0x1C00: "bypass failed",
    0x1D00: "abnormal temperature",
    0x1E00: "face without mask",
    0x2000: "user enrolled",
    0x2100: "enrolling a user failed",
    0x2200: "user updated",
    0x2300: "updating a user failed",
    0x2400: "user deleted",
    0x2500: "deleting a user failed",
    0x2600: "all users deleted",
    0x2700: "card issued",
    0x2800: "duplicate credential",
    0x2900: "user updated in part",
    0x2A00: "updating a user in part failed",
    0x3000: "device reset",
    0x3100: "device started",
    0x3200: "time set",
    0x3201: "time zone set",
    0x3202: "daylight saving changed",
    0x3300: "network link up",
    0x3400: "network link down",
    0x3600: "menu opened by an administrator",
    0x3700: "device locked",
    0x3800: "device unlocked",
    0x3B00: "connected",
    0x3C00: "disconnected",
    0x4000: "cover opened",
    0x4100: "cover closed",
    0x4200: "event log cleared",
    0x4500: "configuration reset",
    0x4501: "database reset",
    0x4502: "factory reset",
    0x4503: "configuration reset (extended)",
    0x4504: "factory reset without network",
    0x5000: "door unlocked",
    0x5100: "door locked",
    0x6000: "anti-passback violation",
}

_VERIFY = {
    1: "ID + PIN",
    2: "ID + finger",
    3: "ID + finger + PIN",
    4: "ID + face",
    5: "ID + face + PIN",
    6: "card",
    7: "card + PIN",
    8: "card + finger",
    9: "card + finger + PIN",
    0xA: "card + face",
    0xB: "card + face + PIN",
    0xC: "access on card",
    0xD: "access on card + PIN",
    0xE: "access on card + finger",
    0xF: "access on card + finger + PIN",
    0x10: "card + face + finger",
    0x11: "card + finger + face",
    0x12: "ID + face + finger",
    0x13: "ID + finger + face",
    **dict.fromkeys((0x16, 0x17, 0x18, 0x19, 0x1A, 0x1B, 0x20, 0x21), "mobile card"),
}
_IDENTIFY = {
    1: "finger",
    2: "finger + PIN",
    3: "face",
    4: "face + PIN",
    5: "face + finger",
    6: "face + finger + PIN",
    7: "finger + face",
    8: "finger + face + PIN",
}
_CREDENTIAL = {
    1: "ID",
    2: "card",
    3: "PIN",
    4: "finger",
    5: "face",
    6: "access on card, PIN",
    7: "access on card, finger",
    8: "mobile card",
}
_AUTHENTICATION = {1: "mode not allowed", 2: "credential not accepted", 3: "timed out", 4: "matching refused"}
_DENIED = {
    1: "access group",
    2: "disabled",
    3: "expired",
    4: "card on the blocked list",
    5: "anti-passback",
    6: "timed anti-passback",
    7: "scheduled lock",
    8: "anti-passback, excused",
    9: "timed anti-passback, excused",
    0xA: "no face seen",
    0xB: "no picture taken",
    0xC: "fake finger",
    0xE: "intrusion alarm",
    0xF: "interlock",
    0x10: "excused",
    0x12: "anti-tailgating",
    0x13: "temperature too high",
    0x14: "no temperature",
    0x15: "no mask",
}
_UPDATE = {1: "unusable face", 2: "other template format", 3: "no room", 4: "unknown user", 9: "internal error"}

DETAILS: dict[int, dict[int, str]] = {
    0x1000: _VERIFY,
    0x1200: _VERIFY,
    0x1300: _IDENTIFY,
    0x1500: _IDENTIFY,
    0x1100: _CREDENTIAL,
    0x1400: _CREDENTIAL,
    0x2800: _CREDENTIAL,
    0x1800: _AUTHENTICATION,
    0x1900: _DENIED,
    0x2A00: _UPDATE,
}


def words(code: int, detail: int = 0) -> str:
    """An event in words; `code` may already hold the detail in its low byte."""
    name = MAIN.get(code)
    if name is None and code & 0xFF:
        code, detail = code & 0xFF00, code & 0xFF
        name = MAIN.get(code)
    if name is None:
        return f"event 0x{code | detail:04X}"
    if not detail:
        return name
    return f"{name}: {DETAILS.get(code, {}).get(detail, f'detail {detail}')}"


@dataclass(frozen=True)
class Wanted:
    """Which events to show; filtered here, because a device is slow at it. Empty members mean everything."""

    user: str = ""
    start: int = 0
    end: int = 0
    code: int = 0
    """A main code; its details are included."""

    def fits(self, user: str, timestamp: int, code: int) -> bool:
        """True for an event to show."""
        return (
            (not self.user or user == self.user)
            and timestamp >= self.start
            and (not self.end or timestamp < self.end)
            and (not self.code or code == self.code or code & 0xFF00 == self.code)
        )
