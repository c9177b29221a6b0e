"""A client for the tests: plain httpx, and a verifier of signatures made of cryptography alone."""

import base64
import json
from functools import lru_cache
from typing import Any

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from app.simulators.bioserver import BioServer
from app.simulators.people import person, photos

Document = dict[str, Any]
SIZE = (800, 600)


@lru_cache(maxsize=16)
def selfie(number: int) -> bytes:
    return photos.selfie(person(number), size=SIZE).data


@lru_cache(maxsize=8)
def card(number: int) -> bytes:
    return photos.id_document(person(number)).data


class Bench:
    """Talks to one server over its socket."""

    def __init__(self, server: BioServer, client: httpx.Client) -> None:
        self.server = server
        self.client = client

    def session(self, **members: Any) -> str:
        answer = self.client.post("/bio-sessions", json={"ttlSeconds": 120, **members})
        assert answer.status_code == 201, answer.text
        return answer.headers["location"].rpartition("/")[2].partition("?")[0]

    def add(self, session: str, image: bytes, kind: str = "SELFIE", **members: Any) -> httpx.Response:
        return self.client.post(f"/bio-sessions/{session}/faces", files=face_files(image, kind, **members))

    def added(self, session: str, image: bytes, kind: str = "SELFIE", **members: Any) -> str:
        answer = self.add(session, image, kind, **members)
        assert answer.status_code == 201, answer.text
        return answer.headers["location"].rpartition("/")[2]

    def direct(self, image: bytes, kind: str = "SELFIE", **members: Any) -> httpx.Response:
        return self.client.post("/faces", files=face_files(image, kind, **members))

    def match_images(self, reference: bytes, candidate: bytes, correlation: str = "of-this-request") -> httpx.Response:
        files = {"referenceImage": ("reference.jpg", reference), "candidateImage": ("candidate.jpg", candidate)}
        texts = {
            "referenceImageType": "ID_DOCUMENT",
            "candidateImageType": "SELFIE",
            "correlationId": correlation,
        }
        return self.client.post("/match/images", files=files, data=texts)

    def match(self, face: bytes, candidate: bytes) -> httpx.Response:
        files = {
            "referenceFace": ("face", face, "application/json"),
            "candidateImage": ("candidate.jpg", candidate, "image/jpeg"),
        }
        return self.client.post("/match", files=files, data={"candidateImageType": "SELFIE"})

    def get(self, path: str) -> Any:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()


def face_files(image: bytes, kind: str, **members: Any) -> dict[str, tuple[str, bytes, str]]:
    face = json.dumps({"imageType": kind, **members}).encode()
    return {"face": ("face", face, "application/json"), "image": ("image.jpg", image, "image/jpeg")}


def decoded(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)


def header_of(token: str) -> Document:
    header: Document = json.loads(decoded(token.split(".", maxsplit=1)[0]))
    return header


def payload_of(token: str) -> Document:
    payload: Document = json.loads(decoded(token.split(".")[1]))
    return payload


def verified(token: str, certificate_pem: str, payload: bytes | None = None) -> bool:
    """Whether the RSA signature is right; `payload` fills a detached token's empty middle."""
    head, middle, signature = token.split(".")
    if payload is not None:
        assert middle == ""
        middle = base64.urlsafe_b64encode(payload).rstrip(b"=").decode()
    key = x509.load_pem_x509_certificate(certificate_pem.encode()).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    try:
        key.verify(decoded(signature), f"{head}.{middle}".encode(), padding.PKCS1v15(), hashes.SHA256())
    except Exception:
        return False
    return True


def without_signature(document: Document) -> Document:
    return {name: value for name, value in document.items() if name != "signature"}
