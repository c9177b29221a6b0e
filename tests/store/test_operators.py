"""Operators on disk: passwords, growing delays and locks that outlive a restart, and one administrator who stays."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.domain.errors import InvalidInput
from app.domain.operator import Operator, Role, SignIn, SignInResult
from app.store import MemoryVault, Store, SystemKeyring
from app.store.passwords import Hashed

QUICK = Hashed(b"0" * 16, memory_kib=64, iterations=1, lanes=1)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
RIGHT, WRONG = "a right passphrase", "something else"


async def _open(folder: Path, vault: MemoryVault) -> Store:
    store = await Store.open(folder, SystemKeyring(vault))
    store.operators.costs = QUICK
    return store


async def _staff(store: Store) -> None:
    store.operators.costs = QUICK
    await store.operators.create(Operator("root", Role.ADMINISTRATOR, "Rita Root"), RIGHT, actor="first", first=True)
    await store.operators.create(Operator("ana"), RIGHT, actor="root")


async def _try(store: Store, password: str, at: datetime, name: str = "ana", most: int = 3) -> SignIn:
    return await store.operators.check(name, password, now=at, tries_before_lock=most)


async def test_a_right_password_lets_in_whatever_the_case_of_the_name(store: Store) -> None:
    await _staff(store)
    tried = await _try(store, RIGHT, NOON, "ANA")
    assert (tried.result, tried.operator) == (SignInResult.OK, Operator("ana"))
    assert (await _try(store, RIGHT, NOON, "nobody")).result is SignInResult.WRONG
    assert [each.operator.name for each in await store.operators.all()] == ["ana", "root"]
    with pytest.raises(InvalidInput):
        await store.operators.create(Operator("Ana"), RIGHT, actor="root")
    with pytest.raises(InvalidInput):
        await store.operators.create(Operator("other"), RIGHT, actor="first", first=True)


async def test_wrong_ones_wait_longer_and_lock_also_across_a_restart(folder: Path, vault: MemoryVault) -> None:
    async with await _open(folder, vault) as store:
        await _staff(store)
        assert (await _try(store, WRONG, NOON)).wait_s == 1
        assert (await _try(store, RIGHT, NOON)).result is SignInResult.WAIT, "not even looked at"
    async with await _open(folder, vault) as store:
        assert (await _try(store, RIGHT, NOON)).result is SignInResult.WAIT
        assert (await _try(store, WRONG, NOON + timedelta(seconds=2))).wait_s == 2
        assert (await _try(store, WRONG, NOON + timedelta(seconds=9))).result is SignInResult.LOCKED
    async with await _open(folder, vault) as store:
        assert (await _try(store, RIGHT, NOON + timedelta(days=1))).result is SignInResult.LOCKED
        await store.operators.change(Operator("ana"), actor="root")
        assert (await _try(store, RIGHT, NOON + timedelta(days=1))).ok
        acts = [(each.action, each.actor) for each in await store.journal.entries()]
        assert acts[:4] == [
            ("operator-changed", "root"),
            ("operator-locked", "ana"),
            ("sign-in-refused", "ana"),
            ("sign-in-refused", "ana"),
        ]


async def test_a_right_password_forgets_the_wrong_ones(store: Store) -> None:
    await _staff(store)
    for minute in range(6):
        expected = SignInResult.WRONG if minute % 2 == 0 else SignInResult.OK
        tried = await _try(store, WRONG if minute % 2 == 0 else RIGHT, NOON + timedelta(minutes=minute))
        assert tried.result is expected


async def test_the_last_administrator_stays(store: Store) -> None:
    await _staff(store)
    for minute in range(9):
        tried = await _try(store, WRONG, NOON + timedelta(minutes=10 * minute), "root")
        assert tried.result is SignInResult.WRONG, "never locked out, only delayed"
    assert tried.wait_s == 256
    with pytest.raises(InvalidInput):
        await store.operators.remove("root", actor="root")
    with pytest.raises(InvalidInput):
        await store.operators.change(Operator("root", Role.CLERK), actor="root")
    await store.operators.change(Operator("ana", Role.ADMINISTRATOR), actor="root")
    await store.operators.remove("root", actor="ana")
    with pytest.raises(InvalidInput):
        await store.operators.remove("ana", actor="ana")


async def test_a_clock_set_back_makes_nobody_wait_for_ever(store: Store) -> None:
    await _staff(store)
    await _try(store, WRONG, NOON)
    tried = await _try(store, RIGHT, NOON - timedelta(days=30))
    assert tried.result is SignInResult.WAIT
    assert tried.wait_s == 300


async def test_another_password_replaces_the_old_one_and_survives_a_new_key(store: Store) -> None:
    await _staff(store)
    await store.operators.set_password("ana", WRONG, actor="root", must_change=True)
    await store.rotate_key()
    tried = await _try(store, WRONG, NOON)
    assert tried.operator == Operator("ana", must_change=True)
    assert (await _try(store, RIGHT, NOON)).result is SignInResult.WRONG
