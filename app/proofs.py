"""`enrollment-station receipt verify`: receipts and certificates checked offline with the station's public key."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.domain.errors import InvalidInput
from app.domain.statement import (
    PREFIX,
    SIGNATURE,
    Receipt,
    certificate_body,
    person_digest,
    read_certificate,
    read_receipt,
)
from app.store.identity import fingerprint, holds, read_pem

LONGEST = 1_000_000


def verify(what: str, key: Path | None, person_id: str = "") -> tuple[str, int]:
    """The report on a receipt's text or a file, and 0 when it holds, 1 when not, 2 when it is neither.

    `key` is the PEM file of the station's public key. A certificate carries its key; without `key` that one is used
    and named, to be compared.
    """
    text = _text(what)
    try:
        if text.startswith(f"{PREFIX}."):
            return _receipt(text, key, person_id)
        return _certificate(text, key)
    except InvalidInput as error:
        told = "The key is not a public key of a station." if error.fact("field") == "key" else "No receipt."
        return told, 2


def _text(what: str) -> str:
    if what.strip().startswith(f"{PREFIX}."):
        return what.strip()
    with Path(what).open("rb") as file:
        return file.read(LONGEST).decode("utf-8", "replace").strip()


def _receipt(text: str, key: Path | None, person_id: str) -> tuple[str, int]:
    receipt, signed, signature = read_receipt(text)
    if key is None:
        return f"{_told(receipt)}\nNOT CHECKED: give the station's public key with --key.", 2
    pem = key.read_text("ascii", "replace")
    if not holds(read_pem(pem), signature.hex(), signed):
        return "BAD: this receipt was not signed with this key, or it was changed.", 1
    if person_id and person_digest(person_id) != receipt.person:
        return "BAD: the receipt is genuine, but it is another person's.", 1
    return f"GOOD: signed with the key {fingerprint(pem)}.\n{_told(receipt)}", 0


def _told(receipt: Receipt) -> str:
    return (
        f"  station      {receipt.station}\n  enrolled at  {receipt.at.isoformat()}\n"
        f"  captured     {', '.join(receipt.modalities) or 'nothing'}\n"
        f"  journal      {receipt.head}\n  person       {receipt.person}"
    )


def _certificate(text: str, key: Path | None) -> tuple[str, int]:
    certificate = read_certificate(text)
    pem = str(certificate.get("key", "")) if key is None else key.read_text("ascii", "replace")
    if not holds(read_pem(pem), str(certificate[SIGNATURE]), certificate_body(certificate)):
        return "BAD: this certificate was not signed with this key, or it was changed.", 1
    compare = " It came with the certificate: compare it with `audit key`." if key is None else ""
    return f"GOOD: signed with the key {fingerprint(pem)}.{compare}\n{_places(certificate)}", 0


def _places(certificate: Mapping[str, Any]) -> str:
    lines = [f"  erasure      {certificate.get('order')} at {certificate.get('station')}"]
    for place in certificate.get("places", ()):
        absence = str(place.get("absence", ""))
        looked = f"  {absence}" if absence.startswith("not") else ""
        lines.append(f"  {place.get('device') or place.get('place'):12} {place.get('at')}{looked}")
    if certificate.get("not reached"):
        lines.append(f"  not reached  {certificate['not reached']}")
    return "\n".join(lines)
