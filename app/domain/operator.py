"""Who works at the station: roles with their rights, what a sign-in leads to, and what a password must be."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What an operator is; each can do what the one before can."""

    CLERK = "clerk"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


class Right(StrEnum):
    """What an operator may do."""

    ENROLL = "enroll"
    SUPERVISE = "supervise"
    """Overrides, duplicates, the queue, what is dangerous on a device; see the journal."""
    ADMINISTER = "administer"
    """Operators and settings."""


RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.CLERK: frozenset({Right.ENROLL}),
    Role.SUPERVISOR: frozenset({Right.ENROLL, Right.SUPERVISE}),
    Role.ADMINISTRATOR: frozenset(Right),
}


@dataclass(frozen=True)
class Operator:
    """An operator; `name` is what is typed to sign in, and what the journal calls them."""

    name: str = field(repr=False)
    role: Role = Role.CLERK
    full_name: str = field(default="", repr=False)
    must_change: bool = False
    """Whether somebody else chose the password, so that it must be replaced at the next sign-in."""
    locked: bool = False
    """After too many wrong passwords; an administrator unlocks."""

    def may(self, right: Right) -> bool:
        """Whether the role has this right."""
        return right in RIGHTS[self.role]

    @property
    def shown(self) -> str:
        """What others read: the full name, or the name."""
        return self.full_name or self.name


@dataclass(frozen=True)
class OperatorRules:
    """What the site's policy says."""

    sign_in: bool = False
    tries_before_lock: int = 5
    confirm_at_submit: bool = False
    idle_lock_s: int = 0
    """Seconds without input until the screen locks; 0 never."""


class SignInResult(StrEnum):
    """What a password led to; only OK let anybody in."""

    OK = "ok"
    WRONG = "wrong"
    """The name or the password; which one is not said."""
    WAIT = "wait"
    """Too soon after a wrong one; the password was not looked at."""
    LOCKED = "locked"
    NO_RIGHT = "no-right"
    """The password is right, but this operator may not do it."""


@dataclass(frozen=True)
class SignIn:
    """The outcome of one try. `wait_s`: seconds until the next one is looked at."""

    result: SignInResult
    operator: Operator | None = None
    wait_s: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether it let somebody in."""
        return self.result is SignInResult.OK


FIRST_DELAY_S = 1.0
LONGEST_DELAY_S = 300.0


def delay_after(wrong: int) -> float:
    """Seconds to wait after so many wrong passwords in a row: 1, 2, 4, ... up to five minutes."""
    return min(LONGEST_DELAY_S, FIRST_DELAY_S * 2 ** min(wrong - 1, 20)) if wrong > 0 else 0.0


SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
DIFFERENT_CHARACTERS = 5
NAME = re.compile(r"[^\W_][\w.-]{1,31}")
COMMON = ("password", "passwort", "1234567890", "qwertyuiop", "letmein", "enrollment", "station")


class PasswordFault(StrEnum):
    """Why a password is not accepted."""

    SHORT = "short"
    LONG = "long"
    MONOTONOUS = "monotonous"
    """Too few different characters."""
    HAS_NAME = "has-name"
    COMMON = "common"


def password_faults(password: str, name: str) -> tuple[PasswordFault, ...]:
    """Everything that is wrong with a password for this name; empty when it may be used."""
    plain = password.casefold()
    wrong = {
        PasswordFault.SHORT: len(password) < SHORTEST_PASSWORD,
        PasswordFault.LONG: len(password) > LONGEST_PASSWORD,
        PasswordFault.MONOTONOUS: len(set(plain)) < DIFFERENT_CHARACTERS,
        PasswordFault.HAS_NAME: len(name) > 2 and name.casefold() in plain,
        PasswordFault.COMMON: any(re.fullmatch(rf"\W*{re.escape(word)}[\W\d]*", plain) for word in COMMON),
    }
    return tuple(fault for fault, holds in wrong.items() if holds)


def name_is_fit(name: str) -> bool:
    """Whether it can be a sign-in name: 2 to 32 letters, digits, points, dashes, beginning with a letter or digit."""
    return NAME.fullmatch(name) is not None


@dataclass(frozen=True)
class OperatorEntry:
    """An operator in the administrator's list."""

    operator: Operator
    created_at: datetime
    signed_in_at: datetime | None = None
