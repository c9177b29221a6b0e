"""Who works at the station: the first one, the current one, and who vouches for what."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from app.domain.errors import InvalidInput, SupervisorNeeded
from app.domain.operator import OperatorRules, PasswordFault, Right, Role, SignInResult, password_faults
from app.journeys.operators import Operators
from app.store import MemoryVault, Store, SystemKeyring
from app.store.passwords import Hashed

PASSWORD = "tall green bicycle"


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """A store whose passwords are quick to check."""
    async with await Store.open(tmp_path / "store", SystemKeyring(MemoryVault())) as opened:
        opened.operators.costs = Hashed(b"0" * 16, memory_kib=64, iterations=1, lanes=1)
        yield opened


@pytest.fixture
def operators(store: Store) -> Operators:
    """Sign-in is required."""
    return Operators(store.operators, store.journal, OperatorRules(sign_in=True))


async def test_the_first_one_is_an_administrator_who_adds_the_others(store: Store, operators: Operators) -> None:
    assert await operators.nobody_yet()
    assert not operators.may(Right.ENROLL)
    await operators.create_first("rita", "Rita Root", PASSWORD)
    assert not await operators.nobody_yet()
    assert (operators.actor, operators.may(Right.ADMINISTER)) == ("rita", True)
    with pytest.raises(InvalidInput):
        await operators.create_first("mallory", "", PASSWORD)
    await operators.create("ana", "Ana Clerk", Role.CLERK, PASSWORD)
    with pytest.raises(InvalidInput):
        await operators.create("x", "", Role.CLERK, PASSWORD)
    with pytest.raises(InvalidInput):
        await operators.create("bob", "", Role.CLERK, "short")
    with pytest.raises(InvalidInput):
        await operators.remove("rita")
    tried = await operators.sign_in("ana", PASSWORD)
    assert tried.operator is not None
    assert tried.operator.must_change, "somebody else chose the password"
    await operators.own_password("another green bicycle")
    assert operators.current is not None
    assert not operators.current.must_change
    with pytest.raises(SupervisorNeeded):
        await operators.create("bob", "", Role.CLERK, PASSWORD)
    acts = [(each.action, each.actor) for each in await store.journal.entries()]
    assert ("operator-signed-out", "rita") in acts
    assert ("operator-signed-in", "ana") in acts
    assert ("operator-created", "rita") in acts


async def test_a_supervisor_vouches_without_taking_the_clerks_place(operators: Operators) -> None:
    await operators.create_first("rita", "", PASSWORD)
    await operators.create("ana", "", Role.CLERK, PASSWORD)
    await operators.create("sven", "", Role.SUPERVISOR, PASSWORD)
    await operators.sign_in("ana", PASSWORD)
    assert (await operators.vouch("ana", PASSWORD)).result is SignInResult.NO_RIGHT
    assert (await operators.vouch("sven", "wrong")).result is SignInResult.WRONG
    assert (await operators.vouch("rita", PASSWORD)).ok
    assert operators.actor == "ana"
    assert (await operators.confirm(PASSWORD)).ok
    await operators.sign_out()
    assert operators.current is None


async def test_where_nobody_signs_in_everybody_is_the_clerk() -> None:
    operators = Operators()
    assert (operators.required, operators.actor, await operators.nobody_yet()) == (False, "clerk", False)
    assert operators.may(Right.ENROLL)
    assert not operators.may(Right.SUPERVISE)


def test_what_is_wrong_with_a_password_is_named() -> None:
    assert password_faults(PASSWORD, "ana") == ()
    assert password_faults("aaaa", "ana") == (PasswordFault.SHORT, PasswordFault.MONOTONOUS)
    assert password_faults("i am rita the root", "Rita") == (PasswordFault.HAS_NAME,)
    assert PasswordFault.COMMON in password_faults("Password123!", "ana")
