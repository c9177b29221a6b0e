"""Sealing: only the same key, place and record open a value."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from app.domain.errors import StoreDamaged
from app.store.crypto import Cipher, KeyRing, new_key
from tests.store.files import key_id_of

OLD, NEW = new_key(), new_key()
CIPHER = Cipher(KeyRing(2, {1: OLD, 2: NEW}))


@settings(deadline=None)
@given(some.binary(max_size=500), some.integers(min_value=0))
def test_a_value_opens_where_it_was_sealed(data: bytes, record: int) -> None:
    sealed = CIPHER.seal(data, "people.record", record)
    assert CIPHER.open(sealed, "people.record", record) == data
    assert len(sealed) == len(data) + 5 + 12 + 16
    for place, other in (("people.record", record + 1), ("people.summary", record), ("drafts.record", record)):
        with pytest.raises(StoreDamaged):
            CIPHER.open(sealed, place, other)


def test_every_changed_bit_is_found() -> None:
    sealed = CIPHER.seal(b"value", "a.b", 1)
    for bit in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(StoreDamaged):
            CIPHER.open(bytes(changed), "a.b", 1)


def test_equal_values_look_different() -> None:
    assert len({CIPHER.seal(b"value", "a.b", 1) for _ in range(100)}) == 100


def test_values_of_the_old_key_open_and_new_ones_name_the_new_key() -> None:
    old = Cipher(KeyRing(1, {1: OLD})).seal(b"value", "a.b", 1)
    assert (key_id_of(old), key_id_of(CIPHER.seal(b"value", "a.b", 1))) == (1, 2)
    assert CIPHER.open(old, "a.b", 1) == b"value"
    with pytest.raises(StoreDamaged) as unknown:
        Cipher(KeyRing(2, {2: NEW})).open(old, "a.b", 1)
    assert unknown.value.fact("reason") == "unknown-key"


def test_digests_depend_on_key_and_kind_and_find_rows_of_both_keys() -> None:
    assert CIPHER.digest("person", "P-1") == CIPHER.digests("person", "P-1")[1]
    assert Cipher(KeyRing(1, {1: OLD})).digest("person", "P-1") == CIPHER.digests("person", "P-1")[0]
    assert CIPHER.digest("person", "P-1") != CIPHER.digest("draft", "P-1")


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x02" + bytes(40), bytes(16)])
def test_what_is_not_sealed_is_named(sealed: bytes) -> None:
    with pytest.raises(StoreDamaged):
        CIPHER.open(sealed, "a.b", 1)


def test_keys_do_not_show() -> None:
    assert OLD.hex() not in repr(CIPHER.ring)
    assert repr(OLD) not in repr(CIPHER.ring)
