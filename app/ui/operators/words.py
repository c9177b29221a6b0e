"""Roles, refusals and what is wrong with a name or a password, in a clerk's words."""

from collections.abc import Sequence

from app.domain.errors import InvalidInput
from app.domain.operator import SHORTEST_PASSWORD, PasswordFault, Role, SignIn, SignInResult
from app.ui.i18n import translate


def role_name(role: Role) -> str:
    """A role by name."""
    return {
        Role.CLERK: translate("operators", "Clerk"),
        Role.SUPERVISOR: translate("operators", "Supervisor"),
        Role.ADMINISTRATOR: translate("operators", "Administrator"),
    }[role]


def role_hint(role: Role) -> str:
    """What a role may do."""
    return {
        Role.CLERK: translate("operators", "Enrolls people, and asks a supervisor where the rules want one."),
        Role.SUPERVISOR: translate(
            "operators", "Also decides duplicates and exceptions, opens doors, and reads the journal."
        ),
        Role.ADMINISTRATOR: translate("operators", "Also looks after operators and settings."),
    }[role]


def refusal(tried: SignIn) -> str:
    """Why a sign-in let nobody in; empty when it did."""
    return {
        SignInResult.OK: "",
        SignInResult.WRONG: translate("operators", "Name or password is not right."),
        SignInResult.WAIT: translate("operators", "Too soon after a wrong password."),
        SignInResult.LOCKED: translate(
            "operators", "This operator is locked after too many wrong passwords. An administrator can unlock them."
        ),
        SignInResult.NO_RIGHT: translate("operators", "The password is right, but this operator is no supervisor."),
    }[tried.result]


def password_rule() -> str:
    """What a password must be, before anything is wrong with it."""
    told = translate("operators", "At least {0} characters; three words in a row are easy to remember.")
    return told.format(SHORTEST_PASSWORD)


def password_problem(faults: Sequence[PasswordFault]) -> str:
    """What to change about a password; empty when it may be used."""
    if not faults:
        return ""
    told = {
        PasswordFault.SHORT: translate("operators", "Use at least {0} characters.").format(SHORTEST_PASSWORD),
        PasswordFault.LONG: translate("operators", "Use at most 200 characters."),
        PasswordFault.MONOTONOUS: translate("operators", "Use more different characters."),
        PasswordFault.HAS_NAME: translate("operators", "Leave the sign-in name out of it."),
        PasswordFault.COMMON: translate("operators", "Everybody tries this one first; choose another."),
    }
    return told[faults[0]]


def name_rule() -> str:
    """What a sign-in name must be."""
    return translate("operators", "2 to 32 letters or digits, without spaces. The journal calls them by it.")


def input_problem(error: BaseException) -> str:
    """What an order about operators was refused for; empty when it was something else."""
    if not isinstance(error, InvalidInput):
        return ""
    return {
        "taken": translate("operators", "There is an operator of this name already."),
        "not-the-first": translate("operators", "Somebody else was faster: there is an administrator already."),
        "last-administrator": translate(
            "operators", "This is the last administrator who can sign in. Make somebody else one first."
        ),
        "oneself": translate("operators", "You cannot remove yourself. Ask another administrator."),
        "unknown": translate("operators", "This operator is not there any more."),
    }.get(error.fact("why"), translate("operators", "This is not accepted."))
