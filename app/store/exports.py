"""A person as one encrypted file: JSON, images and templates in a ZIP, sealed with a passphrase (Argon2id, AES-GCM)."""

import io
import json
import zipfile
from pathlib import Path

from app.domain.enrollment import Enrollment
from app.domain.errors import InvalidInput, StoreDamaged, StoreError
from app.domain.sample import Sample
from app.store import container
from app.store.codec import pack, unpack

KIND = "person"
WHOLE = "enrollment.bin"
READABLE = "person.json"
MOST_BYTES = 256 * 1024 * 1024
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/bmp": "bmp"}


def seal_person(enrollment: Enrollment, passphrase: str) -> bytes:
    """The file's bytes. Slow on purpose (the key): on a worker thread. InvalidInput: passphrase too short."""
    key, head = container.key_head(passphrase)
    data = _zipped(enrollment)
    file = io.BytesIO()
    pieces = (data[at : at + container.PIECE] for at in range(0, len(data), container.PIECE))
    container.write(file, key, {**head, "kind": KIND}, pieces)
    return file.getvalue()


def open_person(data: bytes, passphrase: str) -> Enrollment:
    """The enrollment of a file. StoreKeyWrong, StoreDamaged, StoreNewer. Slow on purpose."""
    with _archive(data, passphrase) as archive:
        try:
            whole = archive.getinfo(WHOLE)
            if whole.file_size > MOST_BYTES:
                raise StoreDamaged(reason="container")
            return unpack(Enrollment, archive.read(whole))
        except (KeyError, zipfile.BadZipFile):
            raise StoreDamaged(reason="container") from None


def unpack_person(data: bytes, passphrase: str, folder: Path) -> int:
    """Write JSON, images and templates of a file into a folder, readable; how many files. Nothing is overwritten."""
    if folder.exists() and any(folder.iterdir()):
        raise StoreError(reason="folder-not-empty")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _archive(data, passphrase) as archive:
        names = [name for name in archive.namelist() if name != WHOLE and Path(name).name == name]
        for name in names:
            (folder / name).write_bytes(archive.read(name))
    return len(names)


def _archive(data: bytes, passphrase: str) -> zipfile.ZipFile:
    file = io.BytesIO(data)
    head, encoded = container.read_head(file)
    if head.get("kind") != KIND or head.get("method") != "passphrase":
        raise InvalidInput(field="file")
    whole = b"".join(container.read_pieces(file, container.key_of(head, passphrase), head, encoded))
    try:
        return zipfile.ZipFile(io.BytesIO(whole))
    except zipfile.BadZipFile:
        raise StoreDamaged(reason="container") from None


def _zipped(enrollment: Enrollment) -> bytes:
    told = []
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(WHOLE, pack(enrollment))
        for number, sample in enumerate(enrollment.samples, 1):
            told.append(_sample(archive, f"{number:02}-{sample.position.value}", sample))
        archive.writestr(READABLE, json.dumps(_readable(enrollment, told), indent=2, ensure_ascii=False))
    return file.getvalue()


def _sample(archive: zipfile.ZipFile, stem: str, sample: Sample) -> dict[str, object]:
    image = f"{stem}.{_ENDINGS.get(sample.media_type, 'bin')}" if sample.image else None
    if image:
        archive.writestr(image, sample.image)
    templates = []
    for template in sample.templates:
        name = f"{stem}.{template.format}.template"
        archive.writestr(name, template.data)
        templates.append({"file": name, "format": template.format, "version": template.version})
    return {
        "position": sample.position.value,
        "captured_at": sample.captured_at.isoformat(),
        "quality": sample.quality.score,
        "device": sample.source.device_id,
        "card": sample.card or None,
        "image": image,
        "templates": templates,
    }


def _readable(enrollment: Enrollment, samples: list[dict[str, object]]) -> dict[str, object]:
    person, consent = enrollment.person, enrollment.consent
    return {
        "identifier": person.person_id,
        "last_name": person.last_name,
        "first_name": person.first_name,
        "fields": dict(person.fields),
        "consent": consent and {"version": consent.version, "given_at": consent.given_at.isoformat()},
        "enrolled_at": enrollment.enrolled_at.isoformat() if enrollment.enrolled_at else None,
        "station": enrollment.station,
        "samples": samples,
        "not_captured": [{"position": one.position.value, "reason": one.reason.value} for one in enrollment.failures],
    }
