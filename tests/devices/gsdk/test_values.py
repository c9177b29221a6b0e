"""What is decided before anything is sent: cards, limits, templates, modes, names of events."""

import pytest

from app.devices.gsdk import cards, events, limits, modes, templates
from app.devices.gsdk.pb import Generation, wire
from app.domain.errors import InvalidInput, NotCapable, RecordRefused
from app.domain.sample import ANSI_FINGER, ISO_FINGER, SUPREMA_FINGER

DUMP = bytes(25) + bytes.fromhex("041d18ead35380")


def iso_record(count: int) -> bytes:
    minutiae = b"".join(bytes([0x40, at, 0x40, at, 10, 100 - at % 100]) for at in range(count))
    view = bytes([1, 0, 80, count]) + minutiae + b"\0\0"
    length = 24 + len(view)
    return templates.MAGIC + length.to_bytes(4, "big") + bytes(2) + bytes([1, 0, 1, 0, 0, 197, 0, 197, 1, 0]) + view


def ansi_record(count: int) -> bytes:
    minutiae = b"".join(bytes([0x40, at, 0x40, at, 10, 100 - at % 100]) for at in range(count))
    view = bytes([1, 0, 80, count]) + minutiae + b"\0\0"
    length = 26 + len(view)
    return templates.MAGIC + length.to_bytes(2, "big") + bytes(16) + view


def test_a_card_is_32_bytes_right_aligned_and_comes_back_as_written() -> None:
    assert cards.card_data("04 1D 18 EA D3 53 80") == DUMP
    assert cards.shown(DUMP) == "04 1D 18 EA D3 53 80"
    assert cards.shown(DUMP[20:]) == cards.shown(DUMP)
    assert cards.card_data("123") == bytes(30) + b"\x01\x23"


@pytest.mark.parametrize("written", ["", "0", "00 00", "xyz", "1" * 65])
def test_what_is_no_card_number_is_refused(written: str) -> None:
    with pytest.raises(InvalidInput):
        cards.card_data(written)


def test_card_types_outside_the_enumeration_have_a_name() -> None:
    assert cards.type_name(0x2A) == "Wiegand format 2"
    assert cards.type_name(1) == "serial number"


def test_templates_are_filled_up_and_cut_by_their_own_length() -> None:
    for record, form in ((iso_record(30), ISO_FINGER), (ansi_record(30), ANSI_FINGER)):
        sent = templates.padded(record)
        assert len(sent) == 384
        assert templates.trimmed(sent, form) == record
    assert templates.trimmed(bytes(384), SUPREMA_FINGER) == bytes(384)


@pytest.mark.parametrize(("record", "form"), [(iso_record(100), ISO_FINGER), (ansi_record(100), ANSI_FINGER)])
def test_a_record_too_long_keeps_its_best_minutiae(record: bytes, form: str) -> None:
    fitting = templates.trimmed(templates.padded(record), form)
    start = (24 if form == ISO_FINGER else 26) + 4
    kept = fitting[start - 1]
    assert 50 < kept < 100
    qualities = [fitting[start + at * 6 + 5] for at in range(kept)]
    assert min(qualities) >= 100 - kept


def test_what_is_no_record_is_refused() -> None:
    with pytest.raises(RecordRefused):
        templates.trimmed(bytes(384), ISO_FINGER)
    with pytest.raises(RecordRefused):
        templates.padded(bytes(500))


@pytest.mark.parametrize("generation", list(Generation))
def test_every_mode_has_its_switch_in_the_capability(generation: Generation) -> None:
    capability = wire(generation).device.DeviceCapability()
    for mode in modes.MODES:
        assert not getattr(capability, mode.capability)
    assert len(modes.MODES) == 50
    assert modes.BY_NUMBER[49].name == "ID_FINGERPRINT_FACE_OR_PIN"


def test_private_modes_follow_the_capability_and_are_255_elsewhere() -> None:
    api = wire(Generation.C)
    capability = api.device.DeviceCapability(extendedAuthSupported=True, extendedCardFaceSupported=True)
    setting = api.user.UserSetting()
    modes.private((22,), capability).write_to(setting)
    assert setting.cardAuthExtMode == 22
    assert {setting.biometricAuthMode, setting.cardAuthMode, setting.IDAuthMode} == {255}
    assert {setting.faceAuthExtMode, setting.fingerAuthExtMode, setting.IDAuthExtMode} == {255}
    with pytest.raises(NotCapable):
        modes.private((2,), capability)
    with pytest.raises(InvalidInput):
        modes.private((22, 22), capability)


def test_nothing_meant_is_written_as_in_the_facts() -> None:
    setting = wire(Generation.A).user.UserSetting()
    modes.PrivateModes().write_to(setting)
    assert setting.SerializeToString(deterministic=True).hex() == "18ff0120ff0128ff0138ff0140ff0148ff0150ff01"


def test_modes_and_events_have_readable_names() -> None:
    assert modes.words(26) == "card + face or PIN"
    assert modes.words(8) == "ID + PIN"
    assert modes.words(255) == "as the device"
    assert events.words(0x1000, 6) == "verified: card"
    assert events.words(0x1903) == "access denied: expired"
    assert events.words(0x4502) == "factory reset"
    assert events.words(0x7777) == "event 0x7777"
    assert events.words(0x1000, 0x55) == "verified: detail 85"


def test_events_are_filtered_here() -> None:
    wanted = events.Wanted(user="7", start=10, end=20, code=0x1900)
    assert wanted.fits("7", 10, 0x1903)
    assert not wanted.fits("7", 20, 0x1903)
    assert not wanted.fits("8", 10, 0x1903)
    assert not wanted.fits("7", 10, 0x1000)


def test_limits() -> None:
    assert limits.user_id("4294967294", alphanumeric=False)
    assert limits.user_id("ab-c_1", alphanumeric=True)
    for written, alphanumeric in (("0", True), ("a" * 33, True), ("a b", True), ("abc", False), ("4294967295", False)):
        with pytest.raises(InvalidInput):
            limits.user_id(written, alphanumeric=alphanumeric)
    assert len(limits.name("语" * 60)) == 48
    assert len(limits.name("\U0001d538" * 60).encode()) <= 192
    for refused in ("123", "12345678901234567", "12a4"):
        with pytest.raises(InvalidInput):
            limits.pin(refused)
    with pytest.raises(InvalidInput):
        limits.validity(20, 10)
    assert limits.validity(20, 0) == (20, 0)
