"""Receipts: small, signed, checked offline; a second one is a copy; certificates are checked by the same command."""

from dataclasses import replace
from pathlib import Path

from app.domain.errors import InvalidInput
from app.domain.statement import read_certificate, read_receipt
from app.journeys.custody import Custody
from app.journeys.erasure import Erasure
from app.journeys.receipts import issued, prepare
from app.proofs import verify
from app.store.identity import holds, read_pem
from tests.journeys.conftest import Desk
from tests.store.people import enrollment

WHO = enrollment("P-4711-secret", last="Geheimnis")


async def test_a_receipt_is_checked_offline_with_the_public_key_alone(desk: Desk, tmp_path: Path) -> None:
    slip = await prepare(desk.station, desk.store.identity, WHO)
    assert len(slip.text) < 420
    assert "Geheimnis" not in slip.text
    assert "P-4711" not in str(read_receipt(slip.text)[0])
    key = tmp_path / "key.pem"
    key.write_text(await desk.store.identity.public_key())
    told, code = verify(slip.text, key, "P-4711-secret")
    assert (told[:5], code) == ("GOOD:", 0)
    assert "Test desk" in told
    (tmp_path / "receipt.txt").write_text(slip.text)
    assert verify(str(tmp_path / "receipt.txt"), key)[1] == 0
    assert verify(slip.text, key, "P-other")[1] == 1
    assert verify(slip.text, None)[1] == 2
    changed = replace(slip.receipt, station="Elsewhere").payload
    forged = ".".join([slip.text.split(".")[0], _text(changed), slip.text.split(".")[2]])
    assert verify(forged, key)[1] == 1
    assert verify("ES1.x.y", key)[1] == 2


async def test_a_receipt_with_any_one_character_changed_is_none_of_ours(desk: Desk) -> None:
    slip = await prepare(desk.station, desk.store.identity, WHO)
    key = read_pem(await desk.store.identity.public_key())
    for at in range(len(slip.text)):
        for other in {"A", "g", "h", "w", "-", "_", "+", "/", "=", ".", " "} - {slip.text[at]}:
            try:
                _, signed, signature = read_receipt(slip.text[:at] + other + slip.text[at + 1 :])
            except InvalidInput:
                continue
            assert not holds(key, signature.hex(), signed), (at, other)


async def test_a_second_receipt_is_a_copy_and_both_are_journaled(desk: Desk) -> None:
    first = await prepare(desk.station, desk.store.identity, WHO)
    assert not first.copy
    await issued(desk.station, first, "print")
    again = await prepare(desk.station, desk.store.identity, WHO)
    assert again.copy
    await issued(desk.station, again, "file")
    entries = await desk.store.journal.entries(person_id="P-4711-secret")
    assert [entry.facts["copy"] for entry in entries] == ["yes", "no"]


async def test_a_certificate_of_erasure_is_checked_by_the_same_command(desk: Desk, tmp_path: Path) -> None:
    await desk.store.people.save(WHO, targets=("front",), actor="ana")
    erasure = Erasure(desk.station, Custody(desk.store.erasures, desk.store.identity, tmp_path))
    await erasure.order("P-4711-secret", actor="ana")
    await desk.deliver()
    await erasure.certify()
    (order,) = await erasure.orders()
    file = tmp_path / "certificate.json"
    file.write_text(order.certificate)
    assert verify(str(file), None)[1] == 0
    file.write_text(order.certificate.replace("Test desk", "Elsewhere"))
    assert verify(str(file), None)[1] == 1
    file.write_text(order.certificate.replace("{", '{"reason": "never asked",', 1))
    assert verify(str(file), None)[1] == 2, "what stands there twice is read in two ways"
    signature = read_certificate(order.certificate)["signature"]
    file.write_text(order.certificate.replace(signature, signature.upper()))
    assert verify(str(file), None)[1] == 2


def _text(data: bytes) -> str:
    import base64

    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
